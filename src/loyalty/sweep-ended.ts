import type { Context } from '../context.ts'
import { errorFields } from '../platform/log.ts'
import { forEachLimited } from '../platform/pool.ts'
import { usersWithEnded } from './lots.store.ts'

/** A Worker may wait for six calls at once, and make a thousand. Whom one cron does not reach, the next does. */
const PARALLEL_CLIENTS = 6
const CLIENTS_PER_SWEEP = 300

/**
 * Ends what is over and whose object did not wake up: points put aside and not paid in time, points not spent in time. Safe to
 * repeat and to interrupt; one client's trouble does not stop the others.
 */
export async function sweepEnded(ctx: Context): Promise<number> {
  const now = ctx.now()
  const ended = await usersWithEnded(ctx.db, now, ctx.config.bonusLifetimeMonths, CLIENTS_PER_SWEEP)
  await forEachLimited(ended, PARALLEL_CLIENTS, async ({ userId }) => {
    try {
      await ctx.ledgerOf(userId).end(now)
    } catch (error) {
      ctx.log.error('bonuses.end_failed', { user_id: userId, ...errorFields(error) })
    }
  })
  return ended.length
}
