import type { Context as HonoContext } from 'hono'
import * as z from 'zod'
import { changePassword } from '../admin/change-password.ts'
import { listAdminSessions } from '../admin/list-admin-sessions.ts'
import { findAdmin } from '../admin/list-admins.ts'
import { logOutElsewhere } from '../admin/log-out.ts'
import { countHolds } from '../booking/count-holds.ts'
import { HOLD_MS } from '../booking/create-booking.ts'
import { USUAL_NOTICE_MINUTES } from '../booking/find-changeable.ts'
import { adminOf, doneBy, type HttpEnv, newRoutes } from '../http.ts'
import type { Config } from '../platform/config.ts'
import { describeProblem, type Language, type ProblemCode, ProblemError } from '../platform/problem.ts'
import { MINUTE_MS } from '../platform/time.ts'
import { AccountPage } from './account.page.tsx'
import { doneFlash, goTo, maySee, readForm, show, UNTOUCHED } from './panel.view.tsx'
import { type Rule, SettingsPage } from './settings.page.tsx'
import { counted, wholeNumber } from './texts/in-both.ts'
import { settingsTexts } from './texts/settings.ts'
import { shellTexts } from './texts/shell.ts'

export const settingsPages = newRoutes()
type Http = HonoContext<HttpEnv>

settingsPages.get('/admin/settings', async (c) => {
  const { ctx, language } = c.var
  const t = settingsTexts[language]
  const pages = Object.keys(t.pages).filter((page) => maySee(c, page))
  const rules = rulesOf(ctx.config, await countHolds(ctx), language)
  return show(c, { title: t.title, body: <SettingsPage language={language} pages={pages} rules={rules} /> })
})

/** What holds for everybody, with the place where it can be changed: most are variables of the Worker. */
function rulesOf(config: Config, holds: number, language: Language): Rule[] {
  const t = settingsTexts[language]
  const yes = (is: boolean) => (is ? t.yes : t.no)
  const { yclients } = config
  return [
    { name: t.holdLength, value: counted(HOLD_MS / MINUTE_MS, t.minutes, language), where: t.inProgram },
    { name: t.holdsNow, value: wholeNumber(holds, language), where: '—' },
    {
      name: t.deskLimit,
      value: counted(config.deskDailySpendPoints, shellTexts[language].points, language),
      where: 'DESK_DAILY_SPEND_POINTS',
      isVariable: true,
    },
    { name: t.notice, value: t.noticeOf(counted(USUAL_NOTICE_MINUTES, t.minutes, language)), where: t.onService },
    { name: t.loyalty, value: yes(config.loyaltyEnabled), where: 'LOYALTY_ENABLED', isVariable: true },
    { name: t.yclients, value: yes(yclients.enabled), where: 'YCLIENTS_ENABLED', isVariable: true },
    {
      name: t.push,
      value: yes(yclients.enabled && yclients.pushInternal),
      where: 'YCLIENTS_PUSH_INTERNAL',
      isVariable: true,
    },
    { name: t.messages, value: yes(config.messagesEnabled), where: 'MESSAGES_ENABLED', isVariable: true },
    { name: t.zone, value: config.branchTimezone, where: 'BRANCH_TIMEZONE', isVariable: true },
  ]
}

settingsPages.get('/admin/settings/account', async (c) => await account(c))

const password = z.string().min(1).max(1000)
const newPassword = z
  .object({ current: password, fresh: password, again: z.string() })
  .refine(({ fresh, again }) => fresh === again, { path: ['again'] })

settingsPages.post('/admin/settings/account', async (c) => {
  const { ctx } = c.var
  // Other fields are read once it is known what for.
  const step = await readForm(c, z.object({ step: z.enum(['password', 'end']) }))
  if (!step.ok) throw new ProblemError('validation_failed')
  if (step.value.step === 'end') {
    await logOutElsewhere(ctx, adminOf(c), doneBy(c))
    return goTo(c, '/admin/settings/account?done=ended')
  }
  const form = await readForm(c, newPassword)
  if (!form.ok) return await account(c, { wrong: form.wrong })
  const passwords = { current: form.value.current, next: form.value.fresh }
  const changed = await changePassword(ctx, adminOf(c), passwords, doneBy(c))
  return changed.ok ? goTo(c, '/admin/settings/account?done=password') : await account(c, { refusal: changed.refusal })
})

async function account(
  c: Http,
  { wrong = UNTOUCHED.wrong, refusal }: { wrong?: ReadonlySet<string>; refusal?: ProblemCode } = {},
): Promise<Response> {
  const { ctx, language } = c.var
  const [admin, sessions] = await Promise.all([findAdmin(ctx, adminOf(c).id), listAdminSessions(ctx, adminOf(c))])
  if (!admin) throw new ProblemError('admin_not_found')
  const said = refusal && describeProblem(refusal, language)
  const t = settingsTexts[language]
  const body = (
    <AccountPage
      {...admin}
      language={language}
      zone={ctx.config.branchTimezone}
      sessions={sessions}
      wrong={refusal === 'weak_password' ? new Set(['fresh']) : wrong}
      refusal={said?.text}
    />
  )
  const status = said?.status ?? (wrong.size > 0 ? 422 : 200)
  return show(c, { title: t.account, body, status, flash: doneFlash(c, t.done), narrow: true })
}
