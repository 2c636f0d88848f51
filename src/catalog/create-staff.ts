import type { By } from '../auth/actor.ts'
import type { Context } from '../context.ts'
import { writeAudit } from '../ops/audit.statements.ts'
import { isRefusedWith } from '../platform/db.ts'
import type { Result } from '../platform/outcome.ts'
import { differenceFromNothing } from './difference.ts'
import { keyOfRequest } from './request-key.ts'
import { insertStaff, newestStaffId, type StaffRow, staffByRequest, staffRow } from './staff.store.ts'

/** What people may set of somebody who works here; absent fields stay as they are. */
export interface StaffFields {
  readonly name?: string | undefined
  readonly specialization?: string | undefined
  /** False: nobody can be booked with him. */
  readonly active?: boolean | undefined
  readonly yclientsStaffId?: number | null | undefined
}

export const YCLIENTS_ID_TAKEN = 'staff.yclients_staff_id'

/** Somebody new who works here. His name stays out of the audit log. The same input again with the same key is a repetition. */
export async function createStaff(
  ctx: Context,
  given: StaffFields & { readonly name: string },
  by: By,
  key?: string,
): Promise<Result<StaffRow, 'yclients_id_taken'>> {
  const { db } = ctx
  const { fields, after } = differenceFromNothing({ ...given })
  const { name: _, ...told } = after
  const requestKey = await keyOfRequest(key, fields)
  const now = ctx.now()
  const audit = { by, action: 'staff.create', entity: 'staff', entityId: newestStaffId, after: told }
  try {
    const [made] = await db.batch([insertStaff(db, { ...fields, requestKey }, now), writeAudit(db, audit, now)])
    const [row] = await staffRow(db, made[0]?.id ?? 0)
    if (!row) throw new Error('the insert gave back nobody')
    return { ok: true, value: row }
  } catch (error) {
    const [earlier] = requestKey === null ? [] : await staffByRequest(db, requestKey)
    if (earlier) return { ok: true, value: earlier }
    if (isRefusedWith(error, YCLIENTS_ID_TAKEN)) return { ok: false, refusal: 'yclients_id_taken' }
    throw error
  }
}
