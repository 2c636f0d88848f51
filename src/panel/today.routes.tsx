import type { Context as HonoContext } from 'hono'
import { listConflicts } from '../booking/list-conflicts.ts'
import { listDay } from '../booking/list-day.ts'
import { adminOf, type HttpEnv, newRoutes } from '../http.ts'
import { checkHealth } from '../ops/check-health.ts'
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
  const [{ visits, unmatched }, health, conflicts] = await Promise.all([
    listDay(ctx, day),
    checkHealth(ctx),
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
      attention={attentionOf(c, { unmatched, health, conflicts: conflicts.length })}
    />
  )
  const title = day === today ? `${t.title}, ${dayInWords(day, language)}` : dayInWords(day, language)
  return show(c, { title, body })
})

interface State {
  readonly unmatched: number
  readonly health: Awaited<ReturnType<typeof checkHealth>>
  readonly conflicts: number
}

/** What a person should look at, each with the page where it is put right. */
function attentionOf(c: HonoContext<HttpEnv>, { unmatched, health, conflicts }: State): Attention[] {
  const { ctx, language } = c.var
  const t = todayTexts[language]
  const count = (value: number) => wholeNumber(value, language)
  const items: Attention[] = []
  const add = (text: string, page: string, query = '') => {
    const href = maySee(c, page) ? `${page}${query}` : undefined
    items.push({ text, href, forManager: href === undefined && adminOf(c).role === 'desk' })
  }
  if (unmatched > 0) add(t.unmatched(count(unmatched)), '/admin/bookings', '?unmatched=true')
  if (conflicts > 0) add(t.clashes(count(conflicts)), '/admin/bookings', '?conflicts=true')
  if (health.parkedWork > 0) add(t.parked(count(health.parkedWork)), '/admin/sync')
  if (health.lastSync === 'failing' || health.lastSync === 'failed') add(t.syncStuck, '/admin/sync')
  if (health.lastSync === null && ctx.config.yclients.enabled) add(t.neverSynced, '/admin/sync')
  return items
}
