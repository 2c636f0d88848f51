import type { Context } from '../context.ts'
import { errorFields } from '../platform/log.ts'
import { forEachLimited } from '../platform/pool.ts'
import { usersWithDueVisits } from './loyalty.store.ts'
import type { Settled } from './settle-visits.ts'

/** A Worker may wait for six calls at once. */
const PARALLEL_CLIENTS = 6
const RETRY_SECONDS = 60
const SWEEP_LIMIT = 1000

/**
 * Settles the marked visits of these clients, one call to each client's ledger. A client whose settling fails is tried
 * again by the queue, and by the sweep if even that cannot be arranged; the marks stay until it is done.
 */
export async function settleBookings(ctx: Context, userIds: readonly number[]): Promise<Settled> {
  const total = { visits: 0, entries: 0 }
  // While the programme is off the marks simply wait; switching it on settles what was completed meanwhile.
  if (!ctx.config.loyaltyEnabled) return total
  await forEachLimited(userIds, PARALLEL_CLIENTS, async (userId) => {
    try {
      const settled = await ctx.ledgerOf(userId).settle()
      total.visits += settled.visits
      total.entries += settled.entries
    } catch (error) {
      ctx.log.error('bonuses.settle_failed', { user_id: userId, ...errorFields(error) })
      await ctx.events
        .send({ kind: 'settle', userId }, { delaySeconds: RETRY_SECONDS })
        .catch((sendError: unknown) =>
          ctx.log.error('bonuses.settle_not_queued', { user_id: userId, ...errorFields(sendError) }),
        )
    }
  })
  return total
}

/** Sends every client with marked visits to the queue: what a crash left behind, and what waited for the programme. */
export async function sweepSettlements(ctx: Context): Promise<number> {
  if (!ctx.config.loyaltyEnabled) return 0
  const due = await usersWithDueVisits(ctx.db, SWEEP_LIMIT)
  for (let start = 0; start < due.length; start += 100) {
    await ctx.events.sendBatch(
      due.slice(start, start + 100).map(({ userId }) => ({ body: { kind: 'settle' as const, userId } })),
    )
  }
  return due.length
}
