import type { Context } from '../context.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../platform/time.ts'
import { giveBackBonuses } from './payment-bonuses.ts'
import { type PaymentRow, raise } from './payments.store.ts'
import type { PaymentProvider, ProviderRefund } from './provider.ts'
import { receiptOver } from './receipt-of.ts'
import { noteRefund, type RefundRow } from './refunds.store.ts'
import { sooner } from './step.ts'

/** Providers remember a key for 24 hours; after that the same key would be a second refund. */
const KEY_LASTS_MS = 23 * HOUR_MS

/** Takes each refund of a payment as far as it can go now; says when to look again. */
export async function advanceRefunds(
  ctx: Context,
  payment: PaymentRow,
  refunds: readonly RefundRow[],
): Promise<number | null> {
  let next: number | null = null
  // One payment has one refund, seldom two; each is asked for by itself.
  for (const refund of refunds) next = sooner(next, await advanceRefund(ctx, payment, refund))
  return next
}

async function advanceRefund(ctx: Context, payment: PaymentRow, refund: RefundRow): Promise<number | null> {
  const { db } = ctx
  const now = ctx.now()
  if (refund.status === 'failed') return null
  if (refund.status === 'succeeded') return await giveBackBonuses(ctx, payment, refund)
  if (refund.amountKopecks === 0 || payment.provider === 'none') {
    await noteRefund(db, refund.id, { status: 'succeeded', providerRefundId: null, failReason: null }, now)
    return await giveBackBonuses(ctx, payment, refund)
  }
  const provider = ctx.payments
  if (!provider || provider.name !== payment.provider || payment.providerPaymentId === null) return now + HOUR_MS
  if (refund.status === 'creating' && now - refund.createdAt > KEY_LASTS_MS) {
    await raise(db, payment.id, 'refund_unknown', now)
    return null
  }
  const answer =
    refund.status === 'creating'
      ? await createRefund(ctx, provider, payment, refund)
      : await provider.readRefund(ctx, refund.providerRefundId ?? '')
  if (answer.kind === 'refused' && refund.status === 'creating') {
    ctx.log.error('refund.refused', { payment_id: payment.id, refund_id: refund.id, code: answer.code })
    await db.batch([
      noteRefund(db, refund.id, { status: 'failed', providerRefundId: null, failReason: answer.code }, now),
      raise(db, payment.id, 'refund_failed', now),
    ])
    return null
  }
  if (answer.kind !== 'ok') return now + (now - refund.createdAt < HOUR_MS ? MINUTE_MS : 10 * MINUTE_MS)
  return await take(ctx, payment, refund, answer.value)
}

async function createRefund(ctx: Context, provider: PaymentProvider, payment: PaymentRow, refund: RefundRow) {
  const order = {
    paymentId: payment.providerPaymentId ?? '',
    amountKopecks: refund.amountKopecks,
    description: `${ctx.config.salonName}: ${payment.serviceName}`.slice(0, 128),
    receipt: await receiptOver(ctx, payment, refund.amountKopecks, 'full_prepayment'),
  }
  return await provider.createRefund(ctx, order, `${payment.providerKey}:r${refund.id}`)
}

async function take(
  ctx: Context,
  payment: PaymentRow,
  refund: RefundRow,
  seen: ProviderRefund,
): Promise<number | null> {
  const { db } = ctx
  const now = ctx.now()
  const providerRefundId = seen.id
  switch (seen.status) {
    case 'pending':
      await noteRefund(db, refund.id, { status: 'pending', providerRefundId, failReason: null }, now)
      return now + (now - refund.createdAt < DAY_MS ? 10 * MINUTE_MS : HOUR_MS)
    case 'succeeded':
      await noteRefund(db, refund.id, { status: 'succeeded', providerRefundId, failReason: null }, now)
      return await giveBackBonuses(ctx, payment, refund)
    case 'cancelled':
      await db.batch([
        noteRefund(
          db,
          refund.id,
          { status: 'failed', providerRefundId, failReason: seen.cancelReason ?? 'other' },
          now,
        ),
        raise(db, payment.id, 'refund_failed', now),
      ])
      return null
  }
}
