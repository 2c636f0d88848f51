import type { Context } from '../context.ts'
import { deleteAllowancesResetBefore, deleteCodesExpiredBefore, deleteSessionsEndedBefore } from './forget-old.store.ts'

/** Deletes codes and sessions that were over before this instant, and allowances whose window is over now. */
export async function forgetOldSignIns(ctx: Context, limits: { overBefore: number; rows: number }): Promise<void> {
  const { db } = ctx
  await db.batch([
    deleteCodesExpiredBefore(db, limits.overBefore, limits.rows),
    deleteSessionsEndedBefore(db, limits.overBefore, limits.rows),
    deleteAllowancesResetBefore(db, ctx.now(), limits.rows),
  ])
}
