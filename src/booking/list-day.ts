import type { Context } from '../context.ts'
import { addDays, wallMinute } from '../platform/time.ts'
import { type DayVisit, visitsBetween } from './day.store.ts'

/** More visits than a salon has in a day, and as many as fit on a page. */
const MOST = 150

/** What happens on a day of the branch, "2026-09-15", by master and time. */
export async function listDay(ctx: Context, day: string): Promise<readonly DayVisit[]> {
  const zone = ctx.config.branchTimezone
  const span = { from: wallMinute(day, 0, zone), to: wallMinute(addDays(day, 1), 0, zone), limit: MOST }
  return await visitsBetween(ctx.db, span, ctx.now())
}

export type { DayVisit }
