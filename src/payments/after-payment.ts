import type { Context } from '../context.ts'
import { advanceReceipt } from './advance-receipt.ts'
import { advanceRefunds } from './advance-refunds.ts'
import { captureBonuses, releaseBonuses } from './payment-bonuses.ts'
import { type PaymentRow, raise } from './payments.store.ts'
import { refundOfVisit } from './refund-of-visit.ts'
import { insertRefund, refundsOf } from './refunds.store.ts'
import { AGAIN, type Step, sooner } from './step.ts'

/** What follows once it is decided what becomes of the money: bonuses, refunds, the second receipt. */
export async function afterwards(ctx: Context, payment: PaymentRow): Promise<Step> {
  const { db } = ctx
  const isOn = payment.outcome === 'confirmed'
  const bonuses = isOn ? await captureBonuses(ctx, payment) : await releaseBonuses(ctx, payment)
  if (bonuses.kind === 'again') return bonuses

  const key = `${payment.providerKey}:visit`
  const refunds = await refundsOf(db, payment.id)
  const wasRefunded = refunds.some(({ idempotencyKey }) => idempotencyKey === key)
  if (isOn && payment.bookingStatus === 'cancelled' && !wasRefunded) {
    const back = refundOfVisit(payment, payment.cancelledAt ?? ctx.now())
    if (back.amountKopecks + back.points > 0) {
      const refund = {
        paymentId: payment.id,
        amountKopecks: back.amountKopecks,
        bonusPoints: back.points,
        cause: 'cancelled_visit',
        reason: null,
        actor: 'system',
        idempotencyKey: key,
        fingerprint: null,
      } as const
      await insertRefund(db, refund, ctx.now())
      return AGAIN
    }
  }
  if (isOn && payment.bookingStatus !== 'cancelled' && wasRefunded)
    await raise(db, payment.id, 'visit_came_back', ctx.now())
  const refundsAt = await advanceRefunds(ctx, payment, refunds)
  const receiptAt = await advanceReceipt(ctx, payment)
  return { kind: 'wait', until: sooner(sooner(refundsAt, receiptAt), bonuses.until) }
}
