import type { BookingStatus } from '../booking/booking.ts'
import { KOPECKS_PER_POINT } from '../platform/money.ts'

export type ChangeRefusal =
  | 'user_not_found'
  | 'insufficient_balance'
  | 'booking_not_found'
  | 'booking_of_another_client'
  | 'booking_cancelled'
  | 'exceeds_price'
  | 'daily_limit_reached'
  | 'idempotency_key_reused'

export interface SpendTarget {
  readonly userId: number | null
  readonly status: BookingStatus
  readonly priceKopecks: number
  readonly spentBonusesPoints: number
}

/** May so many points (positive) be written off, for this visit if one is named? Undefined means yes. Pure. */
export function refuseSpend(
  request: { readonly userId: number; readonly points: number; readonly bookingId: number | null },
  balancePoints: number | undefined,
  target: SpendTarget | undefined,
): ChangeRefusal | undefined {
  if (balancePoints === undefined) return 'user_not_found'
  if (request.bookingId !== null) {
    if (!target) return 'booking_not_found'
    if (target.userId !== request.userId) return 'booking_of_another_client'
    if (target.status === 'cancelled' || target.status === 'no_show') return 'booking_cancelled'
    if ((target.spentBonusesPoints + request.points) * KOPECKS_PER_POINT > target.priceKopecks) return 'exceeds_price'
  }
  return balancePoints < request.points ? 'insufficient_balance' : undefined
}

/** May the balance be changed by this many points by hand? It may be taken down to zero, not below. Pure. */
export function refuseAdjustment(points: number, balancePoints: number | undefined): ChangeRefusal | undefined {
  if (balancePoints === undefined) return 'user_not_found'
  return points < 0 && balancePoints + points < 0 ? 'insufficient_balance' : undefined
}
