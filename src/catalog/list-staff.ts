import type { Context } from '../context.ts'
import { pageOf } from '../platform/page.ts'
import { listStaffRows, type StaffQuery, type StaffRow } from './staff.store.ts'

/** One page of the staff; asked about a service, only who does it and with price and duration of each. */
export async function listStaff(
  ctx: Context,
  query: StaffQuery,
): Promise<{ staff: readonly StaffRow[]; nextAfterId: number | undefined }> {
  const rows = await listStaffRows(ctx.db, { ...query, limit: query.limit + 1 })
  const { page, lastOfMore } = pageOf(rows, query.limit)
  return { staff: page, nextAfterId: lastOfMore?.id }
}
