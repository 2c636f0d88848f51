import { KOPECKS_PER_POINT } from '../platform/money.ts'
import type { Result } from '../platform/outcome.ts'

/** Less than this no provider takes. */
export const LEAST_MONEY_KOPECKS = 100

export interface PriceSplit {
  readonly points: number
  readonly amountKopecks: number
}

/** How many points may be part of a price: whole ones, within the share, leaving nothing or at least a ruble of money. Pure. */
export function mostPoints(priceKopecks: number, shareBasisPoints: number): number {
  const within = Math.floor((priceKopecks * shareBasisPoints) / 10_000 / KOPECKS_PER_POINT)
  const left = priceKopecks - within * KOPECKS_PER_POINT
  if (left === 0 || left >= LEAST_MONEY_KOPECKS) return within
  return Math.max(0, within - 1)
}

/**
 * What of a price is paid in bonuses and what in money. `wish`: so many points, or as many as possible. A wish that cannot be
 * granted is refused and not lowered: the client saw another sum. Pure.
 */
export function splitPrice(
  priceKopecks: number,
  wish: number | 'most',
  { balancePoints, shareBasisPoints }: { balancePoints: number; shareBasisPoints: number },
): Result<PriceSplit, 'bonus_share_exceeded' | 'insufficient_balance' | 'nothing_to_pay'> {
  if (priceKopecks < LEAST_MONEY_KOPECKS) return { ok: false, refusal: 'nothing_to_pay' }
  const most = mostPoints(priceKopecks, shareBasisPoints)
  const points = wish === 'most' ? Math.max(0, Math.min(most, balancePoints)) : wish
  if (points > most) return { ok: false, refusal: 'bonus_share_exceeded' }
  if (points > 0 && points > balancePoints) return { ok: false, refusal: 'insufficient_balance' }
  return { ok: true, value: { points, amountKopecks: priceKopecks - points * KOPECKS_PER_POINT } }
}
