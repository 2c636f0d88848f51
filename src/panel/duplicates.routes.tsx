import { doneBy, newRoutes } from '../http.ts'
import { findDuplicates } from '../users/find-duplicates.ts'
import { giveClientCodes } from '../users/give-client-codes.ts'
import { DuplicatesPage } from './duplicates.page.tsx'
import { doneFlash, goTo, show } from './panel.view.tsx'
import { duplicatesTexts } from './texts/duplicates.ts'

export const duplicatePages = newRoutes()

const PATH = '/admin/settings/duplicates'

duplicatePages.get('/admin/settings/duplicates', async (c) => {
  const { ctx, language } = c.var
  const after = c.req.query('after') ?? ''
  const { pairs, nextAfterId } = await findDuplicates(ctx, /^\d{1,15}$/.test(after) ? Number(after) : 0)
  const next = nextAfterId === undefined ? undefined : `${PATH}?after=${nextAfterId}`
  const t = duplicatesTexts[language]
  const body = <DuplicatesPage language={language} pairs={pairs} next={next} />
  return show(c, { title: t.title, body, flash: doneFlash(c, t.done) })
})

duplicatePages.post('/admin/settings/duplicates', async (c) => {
  const { remaining } = await giveClientCodes(c.var.ctx, doneBy(c))
  return goTo(c, `${PATH}?done=${remaining > 0 ? 'more' : 'given'}`)
})
