import type { Context } from '../context.ts'
import { pageOf } from '../platform/page.ts'
import { type Admin, toAdmin } from './admin.ts'
import { adminById, listAdminRows } from './admins.store.ts'

/** Everybody who ever was an administrator, in the order they came. */
export async function listAdmins(
  ctx: Context,
  page: { afterId: number; limit: number },
): Promise<{ admins: readonly Admin[]; nextAfterId: number | undefined }> {
  const rows = await listAdminRows(ctx.db, { afterId: page.afterId, limit: page.limit + 1 })
  const { page: shown, lastOfMore } = pageOf(rows, page.limit)
  return { admins: shown.map(toAdmin), nextAfterId: lastOfMore?.id }
}

export async function findAdmin(ctx: Context, id: number): Promise<Admin | undefined> {
  const [row] = await adminById(ctx.db, id)
  return row && toAdmin(row)
}
