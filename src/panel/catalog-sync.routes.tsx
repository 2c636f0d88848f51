import type { Context as HonoContext } from 'hono'
import * as z from 'zod'
import { listAdmins } from '../admin/list-admins.ts'
import { doneBy, type HttpEnv, newRoutes } from '../http.ts'
import { describeProblem, type ProblemCode } from '../platform/problem.ts'
import { listCatalogSyncs } from '../yclients/list-catalog-syncs.ts'
import { listKept } from '../yclients/list-kept.ts'
import { type SyncedCatalog, syncCatalog } from '../yclients/sync-catalog.ts'
import { typedFlag } from './catalog-fields.ts'
import { CatalogSyncPage } from './catalog-sync.page.tsx'
import { doneFlash, goTo, readForm, show } from './panel.view.tsx'
import { catalogTexts } from './texts/catalog.ts'

export const catalogSyncPages = newRoutes()
type Http = HonoContext<HttpEnv>

const PAST = 5
const ADMINS = 100
const KEPT_SHOWN = 60

async function showSync(c: Http, again: { status: number; refusal?: string } = { status: 200 }): Promise<Response> {
  const { ctx, language } = c.var
  const t = catalogTexts[language]
  const [past, kept, { admins }] = await Promise.all([
    listCatalogSyncs(ctx, PAST),
    listKept(ctx),
    listAdmins(ctx, { afterId: 0, limit: ADMINS }),
  ])
  const nameOf = new Map(admins.map(({ id, name }) => [`admin:${id}`, name]))
  const body = (
    <CatalogSyncPage
      language={language}
      zone={ctx.config.branchTimezone}
      refusal={again.refusal}
      past={past.map((each) => ({ ...each, by: nameOf.get(each.actor) ?? t.system }))}
      kept={kept.slice(0, KEPT_SHOWN)}
    />
  )
  return show(c, { title: t.syncTitle, body, status: again.status, flash: doneFlash(c, t.done) })
}

catalogSyncPages.get('/admin/catalog/sync', async (c) => await showSync(c))

catalogSyncPages.post('/admin/catalog/sync', async (c) => {
  const { ctx, language, requestId } = c.var
  const form = await readForm(c, z.object({ overwrite: typedFlag }))
  if (!form.ok) return await showSync(c, { status: 422 })
  const synced = await syncCatalog(ctx, { overwrite: form.value.overwrite, by: doneBy(c) })
  if (synced.kind !== 'done') {
    const { status, text } = describeProblem(refusalOf(synced), language)
    return await showSync(c, { status, refusal: text })
  }
  const [newest] = await listCatalogSyncs(ctx, 1)
  return goTo(c, `/admin/catalog/sync?done=${newest?.requestId === requestId ? 'synced' : 'unchanged'}`)
})

function refusalOf(synced: Exclude<SyncedCatalog, { kind: 'done' }>): ProblemCode {
  if (synced.kind === 'disabled') return 'yclients_disabled'
  return synced.failure.kind === 'refused' ? 'yclients_refused' : 'yclients_unavailable'
}
