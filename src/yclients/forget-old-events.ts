import type { Context } from '../context.ts'
import { deletePagesOfRunsBefore } from './sync.store.ts'
import { deleteEventsBefore } from './webhook-events.store.ts'

/** Deletes webhook events received, and lists of seen records of sync runs finished, before these instants. */
export async function forgetOldEvents(
  ctx: Context,
  limits: { eventsBefore: number; syncPagesBefore: number; rows: number },
): Promise<void> {
  await ctx.db.batch([
    deleteEventsBefore(ctx.db, limits.eventsBefore, limits.rows),
    deletePagesOfRunsBefore(ctx.db, limits.syncPagesBefore),
  ])
}
