import type { Context } from '../context.ts'
import { type ServiceRow, serviceRow } from './services.store.ts'
import { listStaffRows, type StaffRow } from './staff.store.ts'

/** More masters than this are asked for by `GET /staff?service_id=`. */
const MAX_MASTERS = 30

/** A service that clients can book, with the masters who do it. */
export async function getService(
  ctx: Context,
  id: number,
): Promise<{ service: ServiceRow; masters: readonly StaffRow[] } | undefined> {
  const { db } = ctx
  const query = { activeOnly: true, serviceId: id, afterId: 0, limit: MAX_MASTERS }
  const [[service], masters] = await db.batch([serviceRow(db, id), listStaffRows(db, query)])
  return service?.active === 1 ? { service, masters } : undefined
}
