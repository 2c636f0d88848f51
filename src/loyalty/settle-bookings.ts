import type { Context } from '../context.ts'
import { errorFields } from '../platform/log.ts'
import { forEachLimited } from '../platform/pool.ts'
import { type Trace, traced } from '../platform/trace.ts'
import { usersWithDueVisits } from './loyalty.store.ts'

/** A Worker may wait for six calls at once. */
const PARALLEL_CLIENTS = 6
const RETRY_SECONDS = 60
/** One `sendBatch` takes a hundred messages; a sweep of a hundred such is what one cron may do. */
const MESSAGES_PER_SEND = 100
const CLIENTS_PER_SWEEP = 10_000

export interface SettledBookings {
  readonly visits: number
  readonly entries: number
  /** Clients whose settling failed; their marks stay. */
  readonly failed: readonly number[]
}

/** Of the chain of work that moved a client's visits; by default of that which settles. */
type TraceOf = (userId: number) => Trace
const NONE: TraceOf = () => ({})

/** Settles the marked visits of these clients, one call to each client's ledger. One that fails does not stop the others. */
export async function settleBookings(
  ctx: Context,
  userIds: readonly number[],
  traceOf: TraceOf = NONE,
): Promise<SettledBookings> {
  const total = { visits: 0, entries: 0, failed: [] as number[] }
  // While the programme is off the marks simply wait; switching it on settles what was completed meanwhile.
  if (!ctx.config.loyaltyEnabled) return total
  await forEachLimited(userIds, PARALLEL_CLIENTS, async (userId) => {
    const { trace, log } = traced(ctx, traceOf(userId))
    try {
      const settled = await ctx.ledgerOf(userId).settle(trace)
      total.visits += settled.visits
      total.entries += settled.entries
      ctx.metrics.count('spa_bonus_entries_total', { by: 'settling' }, settled.entries)
      log.info('bonuses.settled', { user_id: userId, visits: settled.visits, entries: settled.entries })
    } catch (error) {
      total.failed.push(userId)
      log.error('bonuses.settle_failed', { user_id: userId, ...errorFields(error) })
    }
  })
  return total
}

/**
 * Settles now, and leaves to the queue whom it could not; there a settlement is retried with growing pauses and in the end
 * parked. If even that cannot be arranged, the sweep finds the marks.
 */
export async function settleSoon(ctx: Context, userIds: readonly number[], traceOf: TraceOf = NONE): Promise<void> {
  const { failed } = await settleBookings(ctx, userIds, traceOf)
  for (const userId of failed) {
    const { trace, log } = traced(ctx, traceOf(userId))
    try {
      await ctx.events.send({ kind: 'settle', userId, trace }, { delaySeconds: RETRY_SECONDS })
    } catch (error) {
      log.error('bonuses.settle_not_queued', { user_id: userId, ...errorFields(error) })
    }
  }
}

/** Sends every client with marked visits to the queue: after a sync, what a crash left, what waited for the programme. */
export async function sweepSettlements(ctx: Context): Promise<number> {
  if (!ctx.config.loyaltyEnabled) return 0
  const due = await usersWithDueVisits(ctx.db, CLIENTS_PER_SWEEP)
  for (let start = 0; start < due.length; start += MESSAGES_PER_SEND) {
    const clients = due.slice(start, start + MESSAGES_PER_SEND)
    await ctx.events.sendBatch(
      clients.map(({ userId }) => ({ body: { kind: 'settle' as const, userId, trace: ctx.trace } })),
    )
  }
  return due.length
}
