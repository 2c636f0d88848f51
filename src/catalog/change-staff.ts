import type { By } from '../auth/actor.ts'
import type { Context } from '../context.ts'
import { isRefusedWith } from '../platform/db.ts'
import type { Result } from '../platform/outcome.ts'
import { changeRow, isStale } from './change-row.ts'
import { type StaffFields, YCLIENTS_ID_TAKEN } from './create-staff.ts'
import { type StaffRow, staffRow, updateStaff } from './staff.store.ts'

/** What a manager changes about somebody who works here. */
export async function changeStaff(
  ctx: Context,
  id: number,
  given: StaffFields,
  by: By,
  seen?: number,
): Promise<Result<StaffRow, 'yclients_id_taken' | 'staff_not_found' | 'changed_meanwhile'>> {
  const { db } = ctx
  try {
    const changed = await changeRow<StaffRow, 'changed_meanwhile'>(ctx, {
      read: () => staffRow(db, id),
      given: (row) => (isStale(row, seen) ? 'changed_meanwhile' : { ...given }),
      write: (row, fields, now) =>
        // What YClients said was about somebody else.
        updateStaff(db, row, 'yclientsStaffId' in fields ? { ...fields, yclientsSeen: null } : fields, now),
      by,
      action: 'staff.change',
      entity: 'staff',
      tell: ({ name, ...facts }, side) =>
        name === undefined || side === 'before' ? facts : { ...facts, name_changed: true },
    })
    if (changed.ok) return changed
    return { ok: false, refusal: changed.refusal === 'not_found' ? 'staff_not_found' : changed.refusal }
  } catch (error) {
    if (isRefusedWith(error, YCLIENTS_ID_TAKEN)) return { ok: false, refusal: 'yclients_id_taken' }
    throw error
  }
}
