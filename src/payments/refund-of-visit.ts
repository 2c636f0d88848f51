import type { PaymentRow } from './payments.store.ts'
import { refundShare, shareOf } from './refund-policy.ts'

type Paid = Pick<
  PaymentRow,
  | 'capturedKopecks'
  | 'bonusPoints'
  | 'refundedKopecks'
  | 'refundedPoints'
  | 'startsAt'
  | 'isRefusedBySalon'
  | 'fullRefundHours'
  | 'partialRefundHours'
  | 'partialRefundBasisPoints'
>

/** What comes back of a paid visit that is cancelled at this instant, besides what went back before. Pure. */
export function refundOfVisit(paid: Paid, cancelledAt: number): { amountKopecks: number; points: number } {
  // A visit that was promised and that the salon could not take owes the client everything.
  const share = paid.isRefusedBySalon ? 10_000 : refundShare(paid, paid.startsAt, cancelledAt)
  const whole = shareOf({ amountKopecks: paid.capturedKopecks, points: paid.bonusPoints }, share)
  return {
    amountKopecks: Math.max(0, Math.min(whole.amountKopecks, paid.capturedKopecks - paid.refundedKopecks)),
    points: Math.max(0, Math.min(whole.points, paid.bonusPoints - paid.refundedPoints)),
  }
}
