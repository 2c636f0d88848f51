import * as z from 'zod'
import { doneBy, newRoutes } from '../http.ts'
import { describeProblem } from '../platform/problem.ts'
import { replayEvents } from '../yclients/replay-events.ts'
import { goTo, readForm, show, type Typed, UNTOUCHED } from './panel.view.tsx'
import { ReplayPage, ReplayPreviewPage } from './replay-events.page.tsx'
import { verdictField } from './sync-events.routes.tsx'
import { syncEventsTexts } from './texts/sync-events.ts'
import { wallTimeIn } from './wall-time.ts'

export const replayPages = newRoutes()

replayPages.get('/admin/sync/replay', (c) => {
  const { language } = c.var
  const body = <ReplayPage language={language} wrong={UNTOUCHED.wrong} typed={c.req.query()} />
  return show(c, { title: syncEventsTexts[language].replayTitle, body, narrow: true })
})

/** Looking asks YClients and is audited, so it is sent as a form, too. */
const step = z.enum(['look', 'send'])

const requestIn = (zone: string) =>
  z
    .object({
      step,
      event: z.string().max(100).default(''),
      from: wallTimeIn(zone),
      to: wallTimeIn(zone),
      verdict: verdictField,
    })
    .transform(({ step, event, from, to, verdict }, check) => {
      if (event !== '') return { step, events: { ids: [event] } }
      if (from !== undefined && to !== undefined && from < to) return { step, events: { from, to, verdict } }
      const path = [from === undefined ? 'from' : to === undefined ? 'to' : 'order']
      check.addIssue({ code: 'custom', message: 'an event, or a time', path })
      return z.NEVER
    })

replayPages.post('/admin/sync/replay', async (c) => {
  const { ctx, language } = c.var
  const zone = ctx.config.branchTimezone
  const t = syncEventsTexts[language]
  const form = await readForm(c, requestIn(zone))
  const again = (typed: Typed, wrong: ReadonlySet<string>, refused?: { status: number; text: string }) => {
    const body = <ReplayPage language={language} typed={typed} wrong={wrong} refusal={refused?.text} />
    return show(c, { title: t.replayTitle, body, status: refused?.status ?? 422, narrow: true })
  }
  if (!form.ok) return again(form.typed, form.wrong)
  const { events } = form.value
  const dryRun = form.value.step === 'look'
  const replay = await replayEvents(ctx, { events, dryRun, by: doneBy(c) })
  if (!replay.ok) return again(form.typed, UNTOUCHED.wrong, describeProblem(replay.refusal, language))
  if (!dryRun) return goTo(c, '/admin/sync/events?done=sent')
  const body = <ReplayPreviewPage language={language} zone={zone} replay={replay.value} typed={form.typed} />
  return show(c, { title: t.preview, body })
})
