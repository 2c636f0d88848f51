import type { Context } from '../context.ts'
import { dayInZone } from '../platform/time.ts'
import { deleteAdminSessionsOverBefore, deleteDeskSpendingBefore } from './forget-old.store.ts'

/** Deletes administrators' sessions that were over, and what they wrote off on days that had passed, before these instants. */
export async function forgetOldAdminRecords(
  ctx: Context,
  limits: { sessionsOverBefore: number; spendingBefore: number; rows: number },
): Promise<void> {
  const { db } = ctx
  const day = dayInZone(limits.spendingBefore, ctx.config.branchTimezone)
  await db.batch([
    deleteAdminSessionsOverBefore(db, limits.sessionsOverBefore, limits.rows),
    deleteDeskSpendingBefore(db, day, limits.rows),
  ])
}
