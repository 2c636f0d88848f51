import { daysOf, weeklyHours } from '../catalog/catalog.statements.ts'
import { parseIntervals } from '../catalog/day-intervals.ts'
import type { Context } from '../context.ts'
import { inList } from '../platform/db.ts'
import { addDays, DAY_MS, dayInZone, wallMinute } from '../platform/time.ts'
import { type PlannedVisit, visitsOfMaster } from './day.store.ts'
import { type WeekRow, workingTime } from './working-time.ts'

/** So far ahead clients book, as a rule. */
const DAYS_AHEAD = 90
/** Visits that one master has in that time. */
const MOST = 500

/**
 * The visits to come that a master's hours do not cover, nearest first: by the hours as they are, or by another week that
 * somebody thinks of. They stay whatever is done to the hours; somebody has to talk to their clients.
 */
export async function visitsOutsideHours(
  ctx: Context,
  staffId: number,
  otherWeek?: readonly WeekRow[],
): Promise<readonly PlannedVisit[]> {
  const { db } = ctx
  const zone = ctx.config.branchTimezone
  const now = ctx.now()
  const range = { fromDay: dayInZone(now, zone), toDay: addDays(dayInZone(now, zone), DAYS_AHEAD) }
  const master = inList([staffId])
  const [storedWeek, storedDays, visits] = await db.batch([
    weeklyHours(db, master),
    daysOf(db, master, addDays(range.fromDay, -1), addDays(range.toDay, 1)),
    visitsOfMaster(db, staffId, { from: now, to: now + DAYS_AHEAD * DAY_MS, limit: MOST }, now),
  ])
  const days = storedDays.map(({ day, intervals }) => ({ day, intervals: parseIntervals(intervals) }))
  const plan = { week: otherWeek ?? storedWeek, days }
  const working = workingTime(plan, range, (day, minute) => wallMinute(day, minute, zone))
  const isCovered = ({ startsAt, endsAt }: PlannedVisit) =>
    working.some(({ from, until }) => from <= startsAt && endsAt <= until)
  return visits.filter((visit) => !isCovered(visit))
}

export type { PlannedVisit }
