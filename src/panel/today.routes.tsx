import type { Context as HonoContext } from 'hono'
import { listConflicts } from '../booking/list-conflicts.ts'
import { listDay } from '../booking/list-day.ts'
import { adminOf, type HttpEnv, newRoutes } from '../http.ts'
import { checkAdminHealth } from '../ops/health/check-admin-health.ts'
import { CONDITIONS, type Condition, sayCondition, statusOf } from '../ops/health/conditions.ts'
import { dayInZone, isDay, wallMinute } from '../platform/time.ts'
import { dayInWords } from './dates.ts'
import { hoursOf } from './day-plan.ts'
import { maySee, show } from './panel.view.tsx'
import { wholeNumber } from './texts/in-both.ts'
import { todayTexts } from './texts/today.ts'
import { type Attention, TodayPage } from './today.page.tsx'

export const todayPages = newRoutes()

/** A salon's day, in minutes; visits outside of it widen the drawing. */
const USUAL_HOURS = [9 * 60, 21 * 60] as const

todayPages.get('/admin', async (c) => {
  const { ctx, language } = c.var
  const zone = ctx.config.branchTimezone
  const now = ctx.now()
  const today = dayInZone(now, zone)
  const asked = c.req.query('day')
  const day = asked !== undefined && isDay(asked) ? asked : today
  const [visits, { conditions }, conflicts] = await Promise.all([
    listDay(ctx, day),
    checkAdminHealth(ctx),
    listConflicts(ctx),
  ])
  const [opens, closes] = USUAL_HOURS
  const usual = { from: wallMinute(day, opens, zone), to: wallMinute(day, closes, zone) }
  const t = todayTexts[language]
  const body = (
    <TodayPage
      language={language}
      zone={zone}
      now={now}
      day={day}
      isToday={day === today}
      hours={hoursOf(usual, visits)}
      visits={visits}
      attention={attentionOf(c, conditions, conflicts.length)}
    />
  )
  const title = day === today ? `${t.title}, ${dayInWords(day, language)}` : dayInWords(day, language)
  return show(c, { title, body })
})

/** What a person should look at, the worst first, each with the page where it is put right. */
function attentionOf(c: HonoContext<HttpEnv>, conditions: readonly Condition[], conflicts: number): Attention[] {
  const { language } = c.var
  const isDesk = adminOf(c).role === 'desk'
  const item = (status: Attention['status'], said: { text: string; remedy: string | null }, link: string | null) => {
    const href = link !== null && maySee(c, link.split('?')[0] ?? '') ? link : undefined
    return { status, ...said, href, forManager: href === undefined && isDesk }
  }
  const items = conditions.flatMap((condition) => {
    const status = statusOf(condition)
    return status === 'ok' ? [] : item(status, sayCondition(condition, language), CONDITIONS[condition.code].link)
  })
  if (conflicts > 0) {
    const text = todayTexts[language].clashes(wholeNumber(conflicts, language))
    items.push(item('red', { text, remedy: null }, '/admin/bookings?conflicts=true'))
  }
  return items.sort((a, b) => Number(b.status === 'red') - Number(a.status === 'red'))
}
