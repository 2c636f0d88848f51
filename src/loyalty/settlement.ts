import type { BookingStatus } from '../booking/booking.ts'
import { KOPECKS_PER_POINT } from '../platform/money.ts'
import type { EntryKind } from './ledger-entry.ts'
import { cashbackPoints, type LoyaltyLevel, levelFor } from './levels.ts'

/** A visit whose entries may not agree with it, and what the ledger holds for it so far: of this user and of those merged into him. */
export interface DueVisit {
  readonly bookingId: number
  /** Whose visit it is now; another user's or nobody's means that everything given for it is taken back. */
  readonly ownerUserId: number | null
  readonly status: BookingStatus
  readonly priceKopecks: number
  readonly spentBonusesPoints: number
  /** What the owner paid for completed visits that began before this one. */
  readonly spendBeforeKopecks: number
  readonly netPoints: number
  readonly entryCount: number
  /** Fixed by the visit's first accrual for him. */
  readonly fixedPercentBasisPoints: number | null
  readonly fixedLevelCode: string | null
}

export interface SettlementEntry {
  readonly bookingId: number
  readonly kind: EntryKind
  readonly points: number
  readonly idempotencyKey: string
  readonly priceKopecks: number
  readonly baseKopecks: number
  readonly levelCode: string | null
  readonly percentBasisPoints: number
}

/** For each completed visit (given in the order in which they happened) what was paid for those before it. Pure. */
export function spendBeforeEach(completed: readonly { id: number; priceKopecks: number }[]): Map<number, number> {
  let spendKopecks = 0
  return new Map(
    completed.map(({ id, priceKopecks }) => {
      const before = spendKopecks
      spendKopecks += priceKopecks
      return [id, before]
    }),
  )
}

/**
 * The entries that make the ledger agree with these visits: for each, the sum of its entries becomes what the visit is
 * worth now, by appending the difference. Settling twice therefore appends nothing. Pure.
 */
export function settleVisits(
  userId: number,
  visits: readonly DueVisit[],
  levels: readonly LoyaltyLevel[],
): SettlementEntry[] {
  return visits.flatMap((visit) => {
    const level = levelFor(visit.spendBeforeKopecks, levels).level
    const percentBasisPoints = visit.fixedPercentBasisPoints ?? level?.percentBasisPoints ?? 0
    const baseKopecks = Math.max(0, visit.priceKopecks - visit.spentBonusesPoints * KOPECKS_PER_POINT)
    const earned = visit.status === 'completed' && visit.ownerUserId === userId
    const target = earned ? cashbackPoints(baseKopecks, percentBasisPoints) : 0
    const points = target - visit.netPoints
    if (points === 0) return []
    return {
      bookingId: visit.bookingId,
      kind: !earned ? 'reversal' : visit.entryCount === 0 ? 'accrual' : 'correction',
      points,
      // The n-th change of the visit for this user: two writers that both believe to be the n-th cannot both win.
      idempotencyKey: `visit:${visit.bookingId}:user:${userId}:${visit.entryCount + 1}`,
      priceKopecks: visit.priceKopecks,
      baseKopecks,
      levelCode: visit.fixedPercentBasisPoints === null ? (level?.code ?? null) : visit.fixedLevelCode,
      percentBasisPoints,
    }
  })
}
