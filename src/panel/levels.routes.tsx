import type { Context as HonoContext } from 'hono'
import * as z from 'zod'
import { ACCESS, mayCall } from '../auth/access.ts'
import { doneBy, type HttpEnv, newRoutes } from '../http.ts'
import { changeLevels } from '../loyalty/change-levels.ts'
import { levelsKey } from '../loyalty/levels.ts'
import { listLevels } from '../loyalty/list-levels.ts'
import { describeProblem } from '../platform/problem.ts'
import { MAX_LEVELS, readLevels, typedOf } from './level-fields.ts'
import { LevelsPage } from './levels.page.tsx'
import { doneFlash, goTo, readForm, show, type Typed, UNTOUCHED } from './panel.view.tsx'
import { levelsTexts } from './texts/levels.ts'

export const levelPages = newRoutes()
type Http = HonoContext<HttpEnv>

const PATH = '/admin/settings/levels'

levelPages.get('/admin/settings/levels', async (c) => await page(c))

levelPages.post('/admin/settings/levels', async (c) => {
  const { ctx, language } = c.var
  const { typed } = await readForm(c, z.record(z.string(), z.string().max(100)))
  const { levels, wrong } = readLevels(typed)
  if (wrong.size > 0) return await page(c, { typed, wrong, status: 422 })
  if (levels.length === 0) {
    return await page(c, { typed, wrong, status: 422, refusal: levelsTexts[language].noneLeft })
  }
  // A page that does not say what it showed is an old one.
  const changed = await changeLevels(ctx, levels, doneBy(c), typed.seen ?? '')
  if (changed.ok) return goTo(c, `${PATH}?done=changed`)
  const { status, text } = describeProblem(changed.refusal, language)
  // Where somebody else was quicker, what he has saved stands in the form.
  return await page(c, { ...(changed.refusal !== 'changed_meanwhile' && { typed }), wrong, status, refusal: text })
})

interface Again {
  readonly typed?: Typed
  readonly wrong: ReadonlySet<string>
  readonly status: number
  readonly refusal?: string
}

async function page(c: Http, again?: Again): Promise<Response> {
  const { ctx, language } = c.var
  const levels = await listLevels(ctx)
  const t = levelsTexts[language]
  const typed = again?.typed ?? typedOf(levels)
  const groups = Math.min(MAX_LEVELS, levels.length + 1)
  const seen = again?.typed?.seen ?? levelsKey(levels)
  const form = { typed, wrong: again?.wrong ?? UNTOUCHED.wrong, refusal: again?.refusal, seen, groups }
  const mayChange = mayCall(ACCESS[`POST ${PATH}`], c.var.actor) === 'yes'
  const body = <LevelsPage language={language} levels={levels} form={mayChange ? form : undefined} />
  return show(c, { title: t.title, body, status: again?.status ?? 200, flash: doneFlash(c, t.done) })
}
