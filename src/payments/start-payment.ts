import { parseItems } from '../booking/booking.statements.ts'
import { type BookingToPay, bookingToPay } from '../booking/paid-booking.statements.ts'
import type { Context } from '../context.ts'
import { isRefusedWith } from '../platform/db.ts'
import { sha256Hex } from '../platform/hash.ts'
import { KOPECKS_PER_POINT } from '../platform/money.ts'
import type { Result } from '../platform/outcome.ts'
import { balanceOfUser } from '../users/users.statements.ts'
import { advancePayment } from './advance-payment.ts'
import { isLost } from './is-lost.ts'
import { insertPayment, type NewPayment, type PaymentRow, paymentOfKey } from './payments.store.ts'
import { splitPrice } from './price-split.ts'
import { receiptItems } from './receipt-items.ts'

export interface PaymentRequest {
  readonly userId: number
  readonly bookingId: number
  /** So many points, or as many as possible. */
  readonly useBonuses: number | 'most'
  /** Where the client comes back to from the provider's page. */
  readonly returnUrl: string
  readonly idempotencyKey: string
}

export type PaymentRefusal =
  | 'payments_disabled'
  | 'booking_not_found'
  | 'not_a_hold'
  | 'hold_expired'
  | 'payment_open'
  | 'nothing_to_pay'
  | 'bonus_share_exceeded'
  | 'insufficient_balance'
  | 'return_url_refused'
  | 'idempotency_key_reused'

export interface StartedPayment {
  readonly payment: PaymentRow
  readonly replayed: boolean
}

/**
 * Begins to pay for a hold of the client, with bonuses as part of the price or for all of it. The row is written first, so that
 * whatever the provider does is found again after a crash; the same key with the same input gives the same payment.
 */
export async function startPayment(
  ctx: Context,
  request: PaymentRequest,
): Promise<Result<StartedPayment, PaymentRefusal>> {
  const { db, config } = ctx
  const idempotencyKey = `client:${request.userId}:${request.idempotencyKey}`
  const { bookingId, useBonuses, returnUrl } = request
  const fingerprint = await sha256Hex(JSON.stringify([bookingId, useBonuses, returnUrl]))
  const [[earlier], [booking], [balance]] = await db.batch([
    paymentOfKey(db, idempotencyKey),
    bookingToPay(db, bookingId),
    balanceOfUser(db, request.userId),
  ])
  if (earlier) return await replay(ctx, earlier, fingerprint)
  if (!ctx.payments) return { ok: false, refusal: 'payments_disabled' }
  if (!mayReturnTo(returnUrl, config.payments.appSchemes)) return { ok: false, refusal: 'return_url_refused' }
  const now = ctx.now()
  const refusal = refuseBooking(booking, request.userId, now)
  if (refusal || !booking) return { ok: false, refusal: refusal ?? 'booking_not_found' }
  const priceKopecks = booking.priceKopecks - booking.spentBonusesPoints * KOPECKS_PER_POINT
  const split = splitPrice(priceKopecks, config.loyaltyEnabled ? useBonuses : 0, {
    balancePoints: balance?.balancePoints ?? 0,
    shareBasisPoints: config.payments.bonusShareBasisPoints,
  })
  if (!split.ok) return split
  const { points, amountKopecks } = split.value
  const payment: NewPayment = {
    bookingId,
    bookingRevision: booking.revision,
    provider: amountKopecks === 0 ? 'none' : ctx.payments.name,
    priceKopecks,
    amountKopecks,
    bonusPoints: points,
    returnUrl,
    fullRefundHours: booking.fullRefundHours,
    partialRefundHours: booking.partialRefundHours,
    partialRefundBasisPoints: booking.partialRefundBasisPoints,
    items: JSON.stringify(receiptItems(parseItems(booking.items), booking.serviceName, amountKopecks)),
    idempotencyKey,
    fingerprint,
    providerKey: ctx.newId(),
    nextAt: now,
  }
  const id = await begin(ctx, payment)
  if (id === undefined) {
    // The same request at the same moment, another payment, or a change of the visit was quicker.
    const [twin] = await paymentOfKey(db, idempotencyKey)
    return twin ? await replay(ctx, twin, fingerprint) : { ok: false, refusal: 'payment_open' }
  }
  ctx.log.info('payment.started', { payment_id: id, booking_id: bookingId, kopecks: amountKopecks, points })
  const started = await advancePayment(ctx, id)
  if (!started) return { ok: false, refusal: 'booking_not_found' }
  if (started.cancelReason === 'insufficient_balance') return { ok: false, refusal: 'insufficient_balance' }
  return { ok: true, value: { payment: started, replayed: false } }
}

async function begin(ctx: Context, payment: NewPayment): Promise<number | undefined> {
  try {
    const [inserted] = await insertPayment(ctx.db, payment, ctx.now())
    return inserted?.id
  } catch (error) {
    if (isRefusedWith(error, 'payments.booking_id') || isRefusedWith(error, 'payments.idempotency_key'))
      return undefined
    throw error
  }
}

async function replay(
  ctx: Context,
  earlier: PaymentRow,
  fingerprint: string,
): Promise<Result<StartedPayment, PaymentRefusal>> {
  if (earlier.fingerprint !== fingerprint) return { ok: false, refusal: 'idempotency_key_reused' }
  const payment = earlier.status === 'creating' ? await advancePayment(ctx, earlier.id) : earlier
  return { ok: true, value: { payment: payment ?? earlier, replayed: true } }
}

function refuseBooking(booking: BookingToPay | undefined, userId: number, now: number): PaymentRefusal | undefined {
  if (!booking || booking.userId !== userId) return 'booking_not_found'
  if (booking.holdExpiresAt === null) return 'not_a_hold'
  return isLost({ bookingStatus: booking.status, holdExpiresAt: booking.holdExpiresAt }, now)
    ? 'hold_expired'
    : undefined
}

/** Pages of the web, and the app itself; nothing that a browser would run. Pure. */
export function mayReturnTo(url: string, appSchemes: readonly string[]): boolean {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\/[^\s]+$/i.exec(url)?.[1]?.toLowerCase()
  if (scheme === undefined || !URL.canParse(url)) return false
  return scheme === 'https' || appSchemes.includes(scheme)
}
