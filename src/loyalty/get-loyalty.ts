import { completedSpend } from '../booking/booking.statements.ts'
import type { Context } from '../context.ts'
import { balanceOfUser } from '../users/users.statements.ts'
import { type LoyaltyLevel, levelFor } from './levels.ts'
import { type ExpiringLot, nextLots } from './lots.store.ts'
import { readLevels } from './loyalty.store.ts'

export interface Loyalty {
  readonly balancePoints: number
  /** What expires next, soonest first; a dozen dates at most. */
  readonly expiring: readonly ExpiringLot[]
  /** Paid for completed visits. */
  readonly spendKopecks: number
  readonly level: LoyaltyLevel | undefined
  readonly next: { readonly level: LoyaltyLevel; readonly remainingKopecks: number } | undefined
}

/** A client's balance, level and way to the next one, in one round trip. Undefined if there is no such client. */
export async function getLoyalty(ctx: Context, userId: number): Promise<Loyalty | undefined> {
  const { db } = ctx
  const [balances, spends, levels, expiring] = await db.batch([
    balanceOfUser(db, userId),
    completedSpend(db, userId),
    readLevels(db),
    nextLots(db, userId, ctx.now(), ctx.config.bonusLifetimeMonths),
  ])
  const balance = balances[0]
  if (!balance) return undefined
  const spendKopecks = spends[0]?.spendKopecks ?? 0
  const { level, next } = levelFor(spendKopecks, levels)
  return {
    balancePoints: balance.balancePoints,
    expiring,
    spendKopecks,
    level,
    next: next && { level: next, remainingKopecks: next.minSpendKopecks - spendKopecks },
  }
}
