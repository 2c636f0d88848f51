import type { Context } from '../context.ts'
import { type ServiceRow, serviceRow } from './services.store.ts'
import { listStaffRows, type StaffRow } from './staff.store.ts'

/** More masters no service has. */
const MAX_MASTERS = 100

/** A service with all its rules, also one that clients cannot book; who does it, as long as it can be booked. */
export async function getAnyService(
  ctx: Context,
  id: number,
): Promise<{ service: ServiceRow; masters: readonly StaffRow[] } | undefined> {
  const { db } = ctx
  const query = { activeOnly: false, serviceId: id, afterId: 0, limit: MAX_MASTERS }
  const [[service], masters] = await db.batch([serviceRow(db, id), listStaffRows(db, query)])
  return service && { service, masters }
}

export type { ServiceRow, StaffRow }
