import type { Context } from '../context.ts'
import { pageOf } from '../platform/page.ts'
import { listServiceRows, type ServiceQuery, type ServiceRow } from './services.store.ts'

/** One page of services, oldest first; for clients only those that can be booked. */
export async function listServices(
  ctx: Context,
  query: ServiceQuery,
): Promise<{ services: readonly ServiceRow[]; nextAfterId: number | undefined }> {
  const rows = await listServiceRows(ctx.db, { ...query, limit: query.limit + 1 })
  const { page, lastOfMore } = pageOf(rows, query.limit)
  return { services: page, nextAfterId: lastOfMore?.id }
}
