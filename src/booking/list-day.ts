import type { Context } from '../context.ts'
import { addDays, DAY_MS, wallMinute } from '../platform/time.ts'
import { countUnmatchedFrom, type DayVisit, visitsBetween } from './day.store.ts'

/** More visits than a salon has in a day, and as many as fit on a page. */
const MOST = 150
const MOST_COUNTED = 100
/** Visits that have just been are still to be linked: their bonuses wait for it. */
const UNMATCHED_SINCE_MS = 30 * DAY_MS

export interface DayPlan {
  readonly visits: readonly DayVisit[]
  /** Of the last month and to come; no more than 100. */
  readonly unmatched: number
}

/** What happens on a day of the branch, "2026-09-15". One round trip. */
export async function listDay(ctx: Context, day: string): Promise<DayPlan> {
  const zone = ctx.config.branchTimezone
  const now = ctx.now()
  const span = { from: wallMinute(day, 0, zone), to: wallMinute(addDays(day, 1), 0, zone), limit: MOST }
  const [visits, unmatched] = await ctx.db.batch([
    visitsBetween(ctx.db, span, now),
    countUnmatchedFrom(ctx.db, now - UNMATCHED_SINCE_MS, MOST_COUNTED),
  ])
  return { visits, unmatched: unmatched[0]?.count ?? 0 }
}

export type { DayVisit }
