import type { Context } from '../context.ts'
import { pageOf } from '../platform/page.ts'
import { listOpenParked, type ParkedWork } from './parked-work.store.ts'

/** Work that waits for a person, oldest first. */
export async function listParked(
  ctx: Context,
  page: { afterId: number; limit: number },
): Promise<{ parked: readonly ParkedWork[]; nextAfterId: number | undefined }> {
  const rows = await listOpenParked(ctx.db, { afterId: page.afterId, limit: page.limit + 1 })
  const { page: parked, lastOfMore } = pageOf(rows, page.limit)
  return { parked, nextAfterId: lastOfMore?.id }
}
