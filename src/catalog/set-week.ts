import type { By } from '../auth/actor.ts'
import type { Context } from '../context.ts'
import { writeAudit } from '../ops/audit.statements.ts'
import type { Result } from '../platform/outcome.ts'
import { addToWeek, dropFromWeek, type HoursRow, listHoursRows, weekIs } from './schedule.store.ts'
import { staffRow } from './staff.store.ts'
import { readHours, type WrittenHours } from './wall-hours.ts'
import { type DayHours, hoursKey, overlappingHours, sayWeek, weekKey } from './week-rules.ts'

export interface SetWeek {
  readonly hours: readonly Omit<WrittenHours, 'active'>[]
  /** The week that was seen (`weekKey`), so that two people do not overwrite each other; undefined if it does not matter. */
  readonly seen?: string | undefined
}

/** Some of the written hours are wrong: `at` says which, by their place in the list. */
export interface WrongHours {
  readonly ok: false
  readonly refusal: 'break_outside_hours' | 'schedule_overlap'
  readonly at: readonly number[]
}

/** The hours as they would be, or which of them cannot be. Pure. */
export function readWeek(
  written: SetWeek['hours'],
): { readonly ok: true; readonly value: readonly DayHours[] } | WrongHours {
  const read = written.map((hours) => readHours({ ...hours, active: true }))
  const broken = read.flatMap((hours, index) => (hours ? [] : [index]))
  if (broken.length > 0) return { ok: false, refusal: 'break_outside_hours', at: broken }
  const week = read.flatMap((hours) => hours ?? [])
  const overlapping = overlappingHours(week)
  return overlapping.length > 0
    ? { ok: false, refusal: 'schedule_overlap', at: overlapping }
    : { ok: true, value: week }
}

/**
 * Sets all hours of a master's week at once; those that are switched off stay as they are, and so do visits that are booked.
 * Each statement finds the week as the one before left it or does nothing, so of two who save at once one is refused whole.
 */
export async function setWeek(
  ctx: Context,
  staffId: number,
  { hours, seen }: SetWeek,
  by: By,
): Promise<Result<readonly HoursRow[], 'staff_not_found' | 'changed_meanwhile'> | WrongHours> {
  const { db } = ctx
  const read = readWeek(hours)
  if (!read.ok) return read
  const wanted = read.value
  const [[master], rows] = await db.batch([staffRow(db, staffId), listHoursRows(db, staffId)])
  if (!master) return { ok: false, refusal: 'staff_not_found' }
  const stored = rows.filter(({ active }) => active === 1)
  const before = weekKey(stored)
  if (seen !== undefined && seen !== before) return { ok: false, refusal: 'changed_meanwhile' }
  const after = weekKey(wanted)
  if (before === after) return { ok: true, value: rows }

  const isWanted = new Set(wanted.map(hoursKey))
  const kept = stored.filter((row) => isWanted.has(hoursKey(row)))
  const isKept = new Set(kept.map(hoursKey))
  const added = wanted.filter((row) => !isKept.has(hoursKey(row)))
  const dropped = stored.filter((row) => !isWanted.has(hoursKey(row))).map(({ id }) => id)
  const now = ctx.now()
  const audit = {
    by,
    action: 'schedule.week_set',
    entity: 'staff',
    entityId: String(staffId),
    before: { week: sayWeek(stored) },
    after: { week: sayWeek(wanted) },
    when: weekIs(staffId, after),
  }
  const [, , , current] = await db.batch([
    dropFromWeek(db, staffId, dropped, before),
    addToWeek(db, staffId, added, weekKey(kept), now),
    writeAudit(db, audit, now),
    listHoursRows(db, staffId),
  ])
  if (weekKey(current.filter(({ active }) => active === 1)) === after) return { ok: true, value: current }
  // Changed by somebody else in this very moment.
  return seen === undefined
    ? await setWeek(ctx, staffId, { hours, seen }, by)
    : { ok: false, refusal: 'changed_meanwhile' }
}

export type { HoursRow }
