import { newRoutes } from '../http.ts'
import { pageOf } from '../platform/page.ts'
import { findUsers } from '../users/find-users.ts'
import { ClientsPage } from './clients.page.tsx'
import { show } from './panel.view.tsx'
import { clientsTexts } from './texts/clients.ts'

export const clientPages = newRoutes()

const SHOWN = 20
const LONGEST_QUERY = 100

clientPages.get('/admin/clients', async (c) => {
  const { ctx, language } = c.var
  const query = (c.req.query('q') ?? '').trim().slice(0, LONGEST_QUERY)
  const afterId = Number(c.req.query('after') ?? 0)
  const asked = query.length >= 2 && Number.isSafeInteger(afterId)
  const found = asked ? await findUsers(ctx, query, { afterId, limit: SHOWN + 1 }) : undefined
  const { page, lastOfMore } = pageOf(found ?? [], SHOWN)
  const next = lastOfMore && `/admin/clients?${new URLSearchParams({ q: query, after: String(lastOfMore.id) })}`
  const body = <ClientsPage language={language} query={query} clients={found && page} next={next} />
  return show(c, { title: clientsTexts[language].title, body })
})
