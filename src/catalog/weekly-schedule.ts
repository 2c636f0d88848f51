import type { By } from '../auth/actor.ts'
import type { Context } from '../context.ts'
import { somethingChanged, writeAudit } from '../ops/audit.statements.ts'
import type { Result } from '../platform/outcome.ts'
import { changeRow } from './change-row.ts'
import { differenceFromNothing } from './difference.ts'
import {
  deleteHours,
  type HoursRow,
  hoursRow,
  insertHours,
  listHoursRows,
  newestHoursId,
  updateHours,
} from './schedule.store.ts'
import { staffRow } from './staff.store.ts'
import { type HoursFields, readHours, type WrittenHours, writeHours } from './wall-hours.ts'

type HoursRefusal = 'schedule_overlap' | 'break_outside_hours'

/** The weekly hours of a master, Monday first. */
export async function listHours(
  ctx: Context,
  staffId: number,
): Promise<Result<readonly HoursRow[], 'staff_not_found'>> {
  const { db } = ctx
  const [[master], rows] = await db.batch([staffRow(db, staffId), listHoursRows(db, staffId)])
  return master ? { ok: true, value: rows } : { ok: false, refusal: 'staff_not_found' }
}

/** Another working interval in a master's week. */
export async function addHours(
  ctx: Context,
  staffId: number,
  written: WrittenHours,
  by: By,
): Promise<Result<HoursRow, HoursRefusal | 'staff_not_found'>> {
  const { db } = ctx
  const hours = readHours(written)
  if (!hours) return { ok: false, refusal: 'break_outside_hours' }
  const now = ctx.now()
  const audit = {
    by,
    action: 'schedule.add',
    entity: 'schedule',
    entityId: newestHoursId,
    after: differenceFromNothing({ staffId, ...hours }).after,
    when: somethingChanged,
  }
  const [[row], , [master]] = await db.batch([
    insertHours(db, staffId, hours, now),
    writeAudit(db, audit, now),
    staffRow(db, staffId),
  ])
  if (row) return { ok: true, value: row }
  return { ok: false, refusal: master ? 'schedule_overlap' : 'staff_not_found' }
}

/** Changes what is given of a working interval. */
export async function changeHours(
  ctx: Context,
  { staffId, id }: { staffId: number; id: number },
  given: { readonly [K in keyof WrittenHours]?: WrittenHours[K] | undefined },
  by: By,
): Promise<Result<HoursRow, HoursRefusal | 'schedule_not_found'>> {
  const { db } = ctx
  const asWanted = (row: HoursRow): HoursFields | undefined => {
    const now = writeHours(row)
    return readHours({
      dayOfWeek: given.dayOfWeek ?? now.dayOfWeek,
      startTime: given.startTime ?? now.startTime,
      endTime: given.endTime ?? now.endTime,
      breakStart: given.breakStart === undefined ? now.breakStart : given.breakStart,
      breakEnd: given.breakEnd === undefined ? now.breakEnd : given.breakEnd,
      active: given.active ?? now.active,
    })
  }
  const changed = await changeRow<HoursRow, HoursRefusal>(ctx, {
    read: () => hoursRow(db, staffId, id),
    given: (row) => {
      const hours = asWanted(row)
      return hours ? { ...hours } : 'break_outside_hours'
    },
    write: (row, fields, now) =>
      updateHours(db, row, fields, asWanted(row) ?? { ...row, active: row.active === 1 }, now),
    forbidden: 'schedule_overlap',
    by,
    action: 'schedule.change',
    entity: 'schedule',
  })
  if (changed.ok) return changed
  return { ok: false, refusal: changed.refusal === 'not_found' ? 'schedule_not_found' : changed.refusal }
}

/** Takes a working interval out of the week; visits that are booked in it stay. */
export async function removeHours(
  ctx: Context,
  { staffId, id }: { staffId: number; id: number },
  by: By,
): Promise<Result<null, 'schedule_not_found'>> {
  const { db } = ctx
  const [row] = await hoursRow(db, staffId, id)
  if (!row) return { ok: false, refusal: 'schedule_not_found' }
  const { id: _, updatedAt: __, ...hours } = row
  const audit = {
    by,
    action: 'schedule.remove',
    entity: 'schedule',
    entityId: String(id),
    before: differenceFromNothing({ ...hours, active: hours.active === 1 }).after,
    when: somethingChanged,
  }
  const [removed] = await db.batch([deleteHours(db, row), writeAudit(db, audit, ctx.now())])
  // Changed by somebody else meanwhile: look again.
  return removed.length > 0 ? { ok: true, value: null } : await removeHours(ctx, { staffId, id }, by)
}
