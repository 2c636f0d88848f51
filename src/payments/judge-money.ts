import type { PaymentRow } from './payments.store.ts'
import { refundOfVisit } from './refund-of-visit.ts'

/** Where the money is that came; the parts add up to what came, to the kopeck. */
export interface MoneySums {
  readonly capturedKopecks: number
  /** Paid for visits that stand, took place, or were missed. */
  readonly prepaidKopecks: number
  /** Of cancelled visits what their rules let the salon keep. */
  readonly keptKopecks: number
  /** Went back, or is on its way. */
  readonly refundedKopecks: number
  /** Waits for a person: it is listed. */
  readonly exceptedKopecks: number
  /** Of payments that are being worked on. */
  readonly underWayKopecks: number
  /** Nobody knows why it is here. */
  readonly unexplainedKopecks: number
}

type Judged = keyof Omit<MoneySums, 'capturedKopecks' | 'refundedKopecks'>

/** Why what is left of a payment is still here. Pure. */
export function judgePayment(payment: PaymentRow): Judged {
  if (payment.exception !== null && payment.exceptionClosedAt === null) return 'exceptedKopecks'
  if (payment.outcome === null) return payment.nextAt === null ? 'unexplainedKopecks' : 'underWayKopecks'
  // A person has looked at it.
  if (payment.outcome === 'returned')
    return payment.exceptionClosedAt === null ? 'unexplainedKopecks' : 'exceptedKopecks'
  if (payment.bookingStatus !== 'cancelled') return 'prepaidKopecks'
  const owed = refundOfVisit(
    { ...payment, refundedKopecks: 0, refundedPoints: 0 },
    payment.cancelledAt ?? payment.createdAt,
  )
  if (payment.refundedKopecks >= owed.amountKopecks) return 'keptKopecks'
  if (payment.nextAt !== null) return 'underWayKopecks'
  return payment.exceptionClosedAt === null ? 'unexplainedKopecks' : 'exceptedKopecks'
}

/** Pure. */
export function sumMoney(payments: readonly PaymentRow[]): MoneySums {
  const sums = {
    capturedKopecks: 0,
    prepaidKopecks: 0,
    keptKopecks: 0,
    refundedKopecks: 0,
    exceptedKopecks: 0,
    underWayKopecks: 0,
    unexplainedKopecks: 0,
  }
  for (const payment of payments) {
    sums.capturedKopecks += payment.capturedKopecks
    sums.refundedKopecks += payment.refundedKopecks
    const left = payment.capturedKopecks - payment.refundedKopecks
    if (left !== 0) sums[judgePayment(payment)] += left
  }
  return sums
}
