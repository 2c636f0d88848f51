import { extendHold } from '../booking/paid-booking.statements.ts'
import type { Context } from '../context.ts'
import { HOUR_MS, MINUTE_MS } from '../platform/time.ts'
import { isLost } from './is-lost.ts'
import { reserveBonuses } from './payment-bonuses.ts'
import { bindPayment, cancelPaymentRow, giveUp, noteCaptured, type PaymentRow, raise } from './payments.store.ts'
import type { PaymentOrder } from './provider.ts'
import { receiptOver } from './receipt-of.ts'
import { AGAIN, DONE_WITH_IT, later, type Step } from './step.ts'

/** Providers remember a key for 24 hours; after that the same key would be another payment. */
const KEY_LASTS_MS = 23 * HOUR_MS
/** So long may a client take to pay, where we have a say. */
export const TIME_TO_PAY_MS = 30 * MINUTE_MS

/**
 * Puts the bonuses aside and asks the provider for a payment, under one key until its answer is known. Once it has one, the
 * hold lives exactly as long as the payment can succeed.
 */
export async function createAtProvider(ctx: Context, payment: PaymentRow): Promise<Step> {
  const { db, payments: provider } = ctx
  const { id } = payment
  const now = ctx.now()
  if (isLost(payment, now) && payment.cancelReason === null) {
    // Nobody has been asked for anything yet, unless the answer was lost.
    await giveUp(db, id, 'hold_ended', now)
    return AGAIN
  }
  const isGivenUp = payment.cancelReason !== null
  if (payment.bonusPoints > 0 && payment.bonusState === 'none' && !isGivenUp) {
    const refusal = await reserveBonuses(ctx, payment)
    if (refusal !== undefined) await cancelPaymentRow(db, id, refusal, now)
    return AGAIN
  }
  if (payment.provider === 'none') {
    if (isGivenUp) await cancelPaymentRow(db, id, 'hold_ended', now)
    else await noteCaptured(db, id, { kopecks: 0, at: now }, now)
    return AGAIN
  }
  if (!provider || provider.name !== payment.provider) return later(now, payment.attempts)
  if (now - payment.createdAt > KEY_LASTS_MS) {
    await raise(db, id, 'outcome_unknown', now)
    return DONE_WITH_IT
  }
  const answer = await provider.createPayment(ctx, await orderOf(ctx, payment), payment.providerKey)
  switch (answer.kind) {
    case 'ok': {
      const until = answer.value.payableUntil ?? payment.createdAt + TIME_TO_PAY_MS
      const bound = {
        providerPaymentId: answer.value.id,
        confirmationUrl: answer.value.confirmationUrl ?? null,
        expiresAt: until,
      }
      await db.batch([
        bindPayment(db, id, bound, now, now),
        ...(isGivenUp ? [] : [extendHold(db, { bookingId: payment.bookingId, until }, now)]),
      ])
      return { kind: 'again', seen: answer.value }
    }
    case 'refused':
      ctx.log.error('payment.refused', { payment_id: id, code: answer.code, parameter: answer.parameter ?? null })
      await db.batch([raise(db, id, 'provider_refused', now), cancelPaymentRow(db, id, 'provider_refused', now)])
      return AGAIN
    case 'unknown':
    case 'unavailable':
      return later(now, payment.attempts)
  }
}

/** The same whenever it is made anew, so that the key stands for one order. */
async function orderOf(ctx: Context, payment: PaymentRow): Promise<PaymentOrder> {
  const { config } = ctx
  return {
    amountKopecks: payment.amountKopecks,
    capture: config.payments.capture,
    description: `${config.salonName}: ${payment.serviceName}`.slice(0, 128),
    returnUrl: payment.returnUrl,
    language: 'ru',
    orderedAt: payment.createdAt,
    expiresAt: payment.createdAt + TIME_TO_PAY_MS,
    metadata: {
      paymentId: String(payment.id),
      bookingId: String(payment.bookingId),
      environment: config.environment,
    },
    receipt: await receiptOver(ctx, payment, payment.amountKopecks, 'full_prepayment'),
  }
}
