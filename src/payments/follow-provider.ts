import { cancelBooking } from '../booking/cancel-booking.ts'
import { releaseHold } from '../booking/paid-booking.statements.ts'
import type { Context } from '../context.ts'
import { HOUR_MS, MINUTE_MS } from '../platform/time.ts'
import { confirmPaidVisit } from './confirm-paid-visit.ts'
import { isLost } from './is-lost.ts'
import { releaseBonuses } from './payment-bonuses.ts'
import { cancelPaymentRow, giveUp, noteCaptured, noteRead, type PaymentRow, raise } from './payments.store.ts'
import type { Answer, PaymentProvider, ProviderPayment } from './provider.ts'
import { AGAIN, later, type Step } from './step.ts'

const LOOK_EVERY_MS = 10 * MINUTE_MS
/** Of YClients' answer. */
const ASK_AGAIN_MS = 15_000

export const SYSTEM = { actor: 'system', role: null, requestId: null } as const

/** Reads a payment at the provider and does what its state there asks for. */
export async function followProvider(
  ctx: Context,
  payment: PaymentRow,
  seen: ProviderPayment | undefined,
): Promise<Step> {
  const { db, payments: provider } = ctx
  const { id, providerPaymentId } = payment
  if (!provider || provider.name !== payment.provider || providerPaymentId === null) {
    return later(ctx.now(), payment.attempts)
  }
  let now = seen
  if (!now) {
    const answer = await provider.readPayment(ctx, providerPaymentId)
    if (answer.kind === 'refused') {
      await raise(db, id, 'not_at_provider', ctx.now())
      return { kind: 'wait', until: ctx.now() + HOUR_MS, failed: true }
    }
    if (answer.kind !== 'ok') return later(ctx.now(), payment.attempts)
    now = answer.value
    await noteRead(db, id, ctx.now())
  }
  if (!isOurs(ctx, payment, now)) {
    // Another shop's or another environment's: not a kopeck of it is touched.
    await raise(db, id, 'payment_differs', ctx.now())
    return { kind: 'wait', until: ctx.now() + HOUR_MS, failed: true }
  }
  if (differs(ctx, payment, now) && payment.cancelReason === null) {
    await db.batch([giveUp(db, id, 'payment_differs', ctx.now()), raise(db, id, 'payment_differs', ctx.now())])
    return { kind: 'again', seen: now }
  }
  switch (now.status) {
    case 'pending':
      return await whilePending(ctx, provider, payment, now)
    case 'waiting_for_capture':
      return await whileBlocked(ctx, provider, payment, now)
    case 'succeeded':
      await noteCaptured(db, id, { kopecks: now.amountKopecks, at: now.capturedAt ?? ctx.now() }, ctx.now())
      return AGAIN
    case 'cancelled':
      return await endWithout(ctx, payment, now)
  }
}

/** Does the provider speak of this very payment? */
const isOurs = (ctx: Context, payment: PaymentRow, { isOurs, isTest, metadata }: ProviderPayment): boolean =>
  isOurs &&
  isTest === ctx.config.payments.testMode &&
  metadata.paymentId === String(payment.id) &&
  metadata.environment === ctx.config.environment

const differs = (ctx: Context, payment: PaymentRow, { amountKopecks, currency }: ProviderPayment): boolean =>
  amountKopecks !== payment.amountKopecks || currency !== ctx.config.payments.currency

/** The client has not paid yet. Should the time be gone meanwhile, he shall not. */
async function whilePending(
  ctx: Context,
  provider: PaymentProvider,
  payment: PaymentRow,
  seen: ProviderPayment,
): Promise<Step> {
  const at = ctx.now()
  const watch: Step = { kind: 'wait', until: Math.min(at + LOOK_EVERY_MS, Math.max(payment.expiresAt ?? 0, at) + 1000) }
  if (payment.cancelReason === null) {
    if (!isLost(payment, at)) return watch
    await giveUp(ctx.db, payment.id, 'hold_ended', at)
    return { kind: 'again', seen }
  }
  const released = await releaseBonuses(ctx, payment)
  if (released.kind === 'again') return { kind: 'again', seen }
  // Not every provider can: then it ends by itself, and what is paid until then goes back.
  const answer = await provider.cancelPayment(ctx, seen.id, `${payment.providerKey}:x`)
  return answer.kind === 'ok' && answer.value.status !== 'pending' ? { kind: 'again', seen: answer.value } : watch
}

/** The money is blocked: the visit is confirmed first, and only then the money is taken. */
async function whileBlocked(
  ctx: Context,
  provider: PaymentProvider,
  payment: PaymentRow,
  seen: ProviderPayment,
): Promise<Step> {
  if (payment.cancelReason !== null) {
    return goOn(ctx, payment, await provider.cancelPayment(ctx, seen.id, `${payment.providerKey}:c`))
  }
  const confirmed = await confirmPaidVisit(ctx, payment)
  if (confirmed === 'later') return { kind: 'wait', until: ctx.now() + ASK_AGAIN_MS }
  if (confirmed !== 'confirmed') {
    await giveUp(ctx.db, payment.id, confirmed, ctx.now())
    return { kind: 'again', seen }
  }
  return goOn(ctx, payment, await provider.capturePayment(ctx, seen.id, `${payment.providerKey}:t`))
}

function goOn(ctx: Context, payment: PaymentRow, answer: Answer<ProviderPayment>): Step {
  if (answer.kind === 'ok' && answer.value.status !== 'waiting_for_capture')
    return { kind: 'again', seen: answer.value }
  // In no state for it any more: it is read anew before long.
  return later(ctx.now(), payment.attempts)
}

/** Nothing came of it: the time is free at once. */
async function endWithout(ctx: Context, payment: PaymentRow, seen: ProviderPayment): Promise<Step> {
  const { db } = ctx
  const { id, bookingId } = payment
  if (payment.bookingStatus === 'confirmed') {
    // Confirmed when the money was blocked, and then the bank let it go.
    const request = { bookingId, revision: undefined, reason: 'payment_failed' }
    const cancelled = await cancelBooking(ctx, request, 'desk', SYSTEM)
    if (!cancelled.ok) await raise(db, id, 'visit_unpaid', ctx.now())
  }
  await db.batch([
    cancelPaymentRow(db, id, seen.cancelReason ?? 'other', ctx.now()),
    releaseHold(db, bookingId, ctx.now()),
  ])
  return AGAIN
}
