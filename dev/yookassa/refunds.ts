import type { Context } from './context.ts'
import { invalid, notFound } from './errors.ts'
import { amountOf, type Body, receiptOf, text } from './read.ts'
import { beginRegistration, registerReceipt } from './receipts.ts'
import { type Refund, refundedKopecks } from './state.ts'
import { refundView } from './views.ts'

export function findRefund(ctx: Context, id: string): Refund {
  const refund = ctx.till.refunds.get(id)
  if (!refund) throw notFound('Refund')
  return refund
}

export function createRefund(ctx: Context, body: Body): Refund {
  const paymentId = text(body.payment_id, 'payment_id', 64)
  const payment = ctx.till.payments.get(paymentId ?? '')
  if (!payment) throw invalid('No such payment', 'payment_id')
  if (payment.status !== 'succeeded') throw invalid('The payment has not succeeded', 'payment_id')
  const kopecks = amountOf(body.amount)
  if (kopecks < 1 || kopecks > payment.kopecks - refundedKopecks(ctx.till, payment.id)) {
    throw invalid('More than what is left of the payment', 'amount.value')
  }
  const receipt = receiptOf(body.receipt, kopecks)
  const id = ctx.newId('refund')
  const { refunds, refundMs, refundReason } = ctx.knobs
  const refund: Refund = {
    id,
    paymentId: payment.id,
    status: 'pending',
    kopecks,
    description: text(body.description, 'description', 250),
    createdAt: ctx.now(),
    endsAt: ctx.now() + (refunds === 'at_once' ? 0 : refundMs),
    endsAs: refunds === 'refused' ? 'canceled' : 'succeeded',
    reason: refunds === 'refused' ? refundReason : undefined,
    receipt: receipt && registerReceipt(ctx, { ...receipt, type: 'refund', paymentId: payment.id, refundId: id }),
  }
  ctx.till.refunds.set(id, refund)
  endRefunds(ctx)
  return refund
}

/** Of a refused one nobody is told. */
export function endRefunds(ctx: Context): void {
  for (const refund of ctx.till.refunds.values()) {
    if (refund.status !== 'pending' || refund.endsAt > ctx.now()) continue
    refund.status = refund.endsAs
    if (refund.status !== 'succeeded') continue
    if (refund.receipt) beginRegistration(ctx, refund.receipt)
    ctx.notifications.emit('refund.succeeded', { ...refundView(refund), id: refund.id })
  }
}
