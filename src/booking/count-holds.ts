import type { Context } from '../context.ts'
import { countHeld } from './holds.store.ts'

/** How many times are kept for clients who have not paid yet. */
export async function countHolds(ctx: Context): Promise<number> {
  const [row] = await countHeld(ctx.db, ctx.now())
  return row?.holds ?? 0
}
