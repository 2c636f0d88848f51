import type { By } from '../auth/actor.ts'
import type { Context } from '../context.ts'
import { somethingChanged, writeAudit } from '../ops/audit.statements.ts'
import type { Result } from '../platform/outcome.ts'
import type { DayInterval } from './day-intervals.ts'
import { type DayRow, deleteDay, listDayRows, manualDayRow, putDay } from './schedule.store.ts'
import { staffRow } from './staff.store.ts'
import { someOverlap } from './wall-hours.ts'

/** The days of a master that do not follow his week, both ends included: by hand, and as YClients says. */
export async function listDays(
  ctx: Context,
  staffId: number,
  range: { readonly from: string; readonly to: string },
): Promise<Result<readonly DayRow[], 'staff_not_found'>> {
  const { db } = ctx
  const [[master], rows] = await db.batch([staffRow(db, staffId), listDayRows(db, staffId, range.from, range.to)])
  return master ? { ok: true, value: rows } : { ok: false, refusal: 'staff_not_found' }
}

export interface SetDay {
  readonly day: string
  /** None: a day off. */
  readonly intervals: readonly DayInterval[]
  readonly reason: string
}

/** Sets the hours of one day by hand, before what the week and YClients say. */
export async function setDay(
  ctx: Context,
  staffId: number,
  { day, intervals, reason }: SetDay,
  by: By,
): Promise<Result<DayRow, 'staff_not_found' | 'schedule_overlap'>> {
  const { db } = ctx
  if (someOverlap(intervals)) return { ok: false, refusal: 'schedule_overlap' }
  const [[master], [before]] = await db.batch([staffRow(db, staffId), manualDayRow(db, staffId, day)])
  if (!master) return { ok: false, refusal: 'staff_not_found' }
  const sorted = [...intervals].sort((a, b) => a.fromMinute - b.fromMinute)
  const wanted: DayRow = { day, source: 'manual', intervals: JSON.stringify(sorted), reason }
  if (before?.intervals === wanted.intervals && before.reason === reason) return { ok: true, value: wanted }
  const now = ctx.now()
  const audit = {
    by,
    action: 'schedule.day_set',
    entity: 'staff',
    entityId: String(staffId),
    ...(before && { before: factsOf(before) }),
    // A reason may say something about the person's health.
    after: { ...factsOf(wanted), reason_changed: reason !== (before?.reason ?? '') },
    when: somethingChanged,
  }
  const [written] = await db.batch([putDay(db, staffId, wanted, before, now), writeAudit(db, audit, now)])
  // Changed by somebody else meanwhile: look again.
  return written.length > 0 ? { ok: true, value: wanted } : await setDay(ctx, staffId, { day, intervals, reason }, by)
}

/** The day follows YClients, or the week, again. */
export async function clearDay(
  ctx: Context,
  staffId: number,
  day: string,
  by: By,
): Promise<Result<null, 'schedule_not_found'>> {
  const { db } = ctx
  const [before] = await manualDayRow(db, staffId, day)
  if (!before) return { ok: false, refusal: 'schedule_not_found' }
  const audit = {
    by,
    action: 'schedule.day_cleared',
    entity: 'staff',
    entityId: String(staffId),
    before: factsOf(before),
    when: somethingChanged,
  }
  const [removed] = await db.batch([deleteDay(db, staffId, before), writeAudit(db, audit, ctx.now())])
  return removed.length > 0 ? { ok: true, value: null } : await clearDay(ctx, staffId, day, by)
}

const factsOf = ({ day, intervals }: DayRow) => ({ day, intervals })
