import type { Context } from '../context.ts'
import { releaseExpiredHolds } from './own-booking.store.ts'

const AT_A_TIME = 500

/** Writes down that holds have ended. Nothing depends on when this runs: a hold blocks nothing after its time anyway. */
export async function releaseHolds(ctx: Context): Promise<number> {
  return (await releaseExpiredHolds(ctx.db, AT_A_TIME, ctx.now())).length
}
