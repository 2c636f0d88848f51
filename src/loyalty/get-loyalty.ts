import { completedSpend } from '../booking/booking.statements.ts'
import type { Context } from '../context.ts'
import { balanceOfUser } from '../users/users.statements.ts'
import { type LoyaltyLevel, levelFor } from './levels.ts'
import { readLevels } from './loyalty.store.ts'

export interface Loyalty {
  readonly balancePoints: number
  /** Paid for completed visits. */
  readonly spendKopecks: number
  readonly level: LoyaltyLevel | undefined
  readonly next: { readonly level: LoyaltyLevel; readonly remainingKopecks: number } | undefined
}

/** A client's balance, level and way to the next one, in one round trip. Undefined if there is no such client. */
export async function getLoyalty(ctx: Context, userId: number): Promise<Loyalty | undefined> {
  const { db } = ctx
  const [balances, spends, levels] = await db.batch([
    balanceOfUser(db, userId),
    completedSpend(db, userId),
    readLevels(db),
  ])
  const balance = balances[0]
  if (!balance) return undefined
  const spendKopecks = spends[0]?.spendKopecks ?? 0
  const { level, next } = levelFor(spendKopecks, levels)
  return {
    balancePoints: balance.balancePoints,
    spendKopecks,
    level,
    next: next && { level: next, remainingKopecks: next.minSpendKopecks - spendKopecks },
  }
}
