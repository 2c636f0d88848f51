import type { Context } from '../context.ts'
import { listOpenParked, type ParkedWork } from './parked-work.store.ts'

/** Work that waits for a person, oldest first. */
export async function listParked(
  ctx: Context,
  page: { afterId: number; limit: number },
): Promise<{ parked: readonly ParkedWork[]; nextAfterId: number | undefined }> {
  const rows = await listOpenParked(ctx.db, { afterId: page.afterId, limit: page.limit + 1 })
  const parked = rows.slice(0, page.limit)
  return { parked, nextAfterId: rows.length > page.limit ? parked.at(-1)?.id : undefined }
}
