import { type SQL, sql } from 'drizzle-orm'
import type { BookingStatus } from '../booking/booking.ts'
import type { Db } from '../platform/db.ts'
import type { BonusState, PaymentStatus, ProviderName } from './payment.ts'

/** A payment with its visit as it is now. */
export interface PaymentRow {
  readonly id: number
  readonly bookingId: number
  readonly provider: ProviderName
  readonly status: PaymentStatus
  readonly cancelReason: string | null
  readonly priceKopecks: number
  readonly amountKopecks: number
  readonly bonusPoints: number
  readonly reservationEntryId: number | null
  readonly bonusState: BonusState
  readonly providerPaymentId: string | null
  readonly confirmationUrl: string | null
  readonly returnUrl: string
  readonly expiresAt: number | null
  readonly capturedKopecks: number
  readonly capturedAt: number | null
  readonly outcome: 'confirmed' | 'returned' | null
  readonly exception: string | null
  readonly exceptionAt: number | null
  readonly exceptionClosedAt: number | null
  readonly fullRefundHours: number
  readonly partialRefundHours: number
  readonly partialRefundBasisPoints: number
  /** JSON of `PricedItem[]`. */
  readonly items: string
  readonly readAt: number
  readonly nextAt: number | null
  readonly attempts: number
  readonly fingerprint: string
  readonly providerKey: string
  readonly createdAt: number
  readonly userId: number | null
  readonly bookingStatus: BookingStatus
  readonly holdExpiresAt: number | null
  readonly startsAt: number
  readonly serviceName: string
  readonly cancelledAt: number | null
  /** It was promised, and then YClients did not take it. */
  readonly isRefusedBySalon: number
  /** Of refunds that are not refused. */
  readonly refundedKopecks: number
  readonly refundedPoints: number
}

const columns = sql`p.id, p.booking_id as bookingId, p.provider, p.status, p.cancel_reason as cancelReason,
  p.price_kopecks as priceKopecks, p.amount_kopecks as amountKopecks, p.bonus_points as bonusPoints,
  p.reservation_entry_id as reservationEntryId, p.bonus_state as bonusState, p.provider_payment_id as providerPaymentId,
  p.confirmation_url as confirmationUrl, p.return_url as returnUrl, p.expires_at as expiresAt,
  p.captured_kopecks as capturedKopecks, p.captured_at as capturedAt, p.outcome, p.exception, p.exception_at as exceptionAt,
  p.exception_closed_at as exceptionClosedAt, p.full_refund_hours as fullRefundHours,
  p.partial_refund_hours as partialRefundHours, p.partial_refund_basis_points as partialRefundBasisPoints, p.items,
  p.read_at as readAt, p.next_at as nextAt, p.attempts, p.fingerprint, p.provider_key as providerKey,
  p.created_at as createdAt, b.user_id as userId, b.status as bookingStatus, b.hold_expires_at as holdExpiresAt,
  b.starts_at as startsAt, b.service_name as serviceName, b.cancelled_at as cancelledAt,
  b.cancelled_by in ('yclients', 'system') and b.cancel_reason is not null as isRefusedBySalon,
  (select coalesce(sum(amount_kopecks), 0) from refunds where payment_id = p.id and status <> 'failed') as refundedKopecks,
  (select coalesce(sum(bonus_points), 0) from refunds where payment_id = p.id and status <> 'failed') as refundedPoints`

const paymentsWhere = (db: Db, condition: SQL) =>
  db.all<PaymentRow>(sql`select ${columns} from payments p join bookings b on b.id = p.booking_id where ${condition}`)

export const paymentById = (db: Db, id: number) => paymentsWhere(db, sql`p.id = ${id}`)
export const paymentOfKey = (db: Db, idempotencyKey: string) =>
  paymentsWhere(db, sql`p.idempotency_key = ${idempotencyKey}`)
export const paymentOfProviderId = (db: Db, provider: string, providerPaymentId: string) =>
  paymentsWhere(db, sql`p.provider = ${provider} and p.provider_payment_id = ${providerPaymentId}`)
/** The payment that counts for a visit: the one that came to something, else the latest. */
export const paymentOfBooking = (db: Db, bookingId: number) =>
  paymentsWhere(db, sql`p.booking_id = ${bookingId} order by p.status = 'cancelled', p.id desc limit 1`)

export interface PaymentQuery {
  readonly beforeId: number
  readonly limit: number
  readonly onlyExceptions: boolean
}
export const listPaymentRows = (db: Db, { beforeId, limit, onlyExceptions }: PaymentQuery) =>
  paymentsWhere(
    db,
    sql`p.id < ${beforeId} and ${onlyExceptions ? sql`p.exception is not null and p.exception_closed_at is null` : sql`true`}
      order by p.id desc limit ${limit}`,
  )
export const paymentsMadeBetween = (db: Db, from: number, to: number) =>
  paymentsWhere(db, sql`p.created_at >= ${from} and p.created_at < ${to} and p.provider_payment_id is not null`)

export const paymentsWithMoney = (db: Db, afterId: number, limit: number) =>
  paymentsWhere(db, sql`p.id > ${afterId} and p.captured_kopecks > 0 order by p.id limit ${limit}`)

export interface NewPayment {
  readonly bookingId: number
  readonly bookingRevision: number
  readonly provider: ProviderName
  readonly priceKopecks: number
  readonly amountKopecks: number
  readonly bonusPoints: number
  readonly returnUrl: string
  readonly fullRefundHours: number
  readonly partialRefundHours: number
  readonly partialRefundBasisPoints: number
  readonly items: string
  readonly idempotencyKey: string
  readonly fingerprint: string
  readonly providerKey: string
  readonly nextAt: number
}

/** Begins a payment, while the visit is a living hold exactly as it was read. */
export const insertPayment = (db: Db, payment: NewPayment, now: number) =>
  db.all<{ id: number }>(sql`
    insert into payments (booking_id, provider, status, price_kopecks, amount_kopecks, bonus_points, bonus_state, return_url,
      full_refund_hours, partial_refund_hours, partial_refund_basis_points, items, idempotency_key, fingerprint, provider_key,
      next_at, created_at, updated_at)
    select b.id, ${payment.provider}, 'creating', ${payment.priceKopecks}, ${payment.amountKopecks}, ${payment.bonusPoints},
      'none', ${payment.returnUrl}, ${payment.fullRefundHours}, ${payment.partialRefundHours},
      ${payment.partialRefundBasisPoints}, ${payment.items}, ${payment.idempotencyKey}, ${payment.fingerprint},
      ${payment.providerKey}, ${payment.nextAt}, ${now}, ${now}
    from bookings b where b.id = ${payment.bookingId} and b.revision = ${payment.bookingRevision} and b.status = 'pending'
      and b.hold_expires_at > ${now}
    returning id`)

export const noteReserved = (db: Db, id: number, entryId: number, now: number) =>
  db.run(sql`
    update payments set bonus_state = 'reserved', reservation_entry_id = ${entryId}, updated_at = ${now}
    where id = ${id} and bonus_state = 'none'`)

export const noteBonuses = (db: Db, id: number, state: 'captured' | 'released', now: number) =>
  db.run(sql`
    update payments set bonus_state = ${state}, updated_at = ${now} where id = ${id} and bonus_state in ('none', 'reserved')`)

export interface Bound {
  readonly providerPaymentId: string
  readonly confirmationUrl: string | null
  readonly expiresAt: number
}

/** The provider has it. */
export const bindPayment = (db: Db, id: number, bound: Bound, nextAt: number, now: number) =>
  db.all<{ id: number }>(sql`
    update payments set status = 'pending', provider_payment_id = ${bound.providerPaymentId},
      confirmation_url = ${bound.confirmationUrl}, expires_at = ${bound.expiresAt}, next_at = ${nextAt}, attempts = 0,
      read_at = ${now}, updated_at = ${now}
    where id = ${id} and status = 'creating' returning id`)

/** Nothing is to come of it; should money arrive all the same, it goes back. */
export const giveUp = (db: Db, id: number, reason: string, now: number) =>
  db.run(sql`
    update payments set cancel_reason = ${reason}, updated_at = ${now}
    where id = ${id} and status in ('creating', 'pending') and cancel_reason is null`)

export const cancelPaymentRow = (db: Db, id: number, reason: string, now: number) =>
  db.all<{ id: number }>(sql`
    update payments set status = 'cancelled', cancel_reason = coalesce(cancel_reason, ${reason}), next_at = 0, updated_at = ${now}
    where id = ${id} and status in ('creating', 'pending') returning id`)

export const noteCaptured = (db: Db, id: number, captured: { kopecks: number; at: number }, now: number) =>
  db.run(sql`
    update payments set status = 'succeeded', captured_kopecks = ${captured.kopecks}, captured_at = ${captured.at}, updated_at = ${now}
    where id = ${id} and status in ('creating', 'pending')`)

export const decide = (
  db: Db,
  id: number,
  decided: { outcome: 'confirmed' | 'returned'; reason: string | null },
  now: number,
) =>
  db.run(sql`
    update payments set outcome = ${decided.outcome}, cancel_reason = coalesce(cancel_reason, ${decided.reason}),
      updated_at = ${now}
    where id = ${id} and status = 'succeeded' and outcome is null`)

/** Shows it to the administrators; the first trouble is the one that is named, until somebody has closed it. */
export const raise = (db: Db, id: number, exception: string, now: number) =>
  db.run(sql`
    update payments set exception = ${exception}, exception_at = ${now}, exception_closed_at = null, updated_at = ${now}
    where id = ${id} and (exception is null or (exception_closed_at is not null and exception <> ${exception}))`)

export const closeException = (db: Db, id: number, now: number) =>
  db.all<{ exception: string }>(sql`
    update payments set exception_closed_at = ${now}, updated_at = ${now}
    where id = ${id} and exception is not null and exception_closed_at is null returning exception`)

/** When to look again. `was`: the plan that was read; one that a change of the visit has made since stands. */
export const planNext = (
  db: Db,
  id: number,
  plan: { nextAt: number | null; was: number | null; attempts: number },
  now: number,
) =>
  db.run(sql`
    update payments set next_at = ${plan.nextAt}, attempts = ${plan.attempts}, updated_at = ${now}
    where id = ${id} and next_at is ${plan.was}`)

/** Takes the payment up: a change of the visit that comes while it is being looked at plans it anew. */
export const takeUp = (db: Db, id: number, nextAt: number) =>
  db.run(sql`update payments set next_at = ${nextAt} where id = ${id}`)

export const noteRead = (db: Db, id: number, now: number) =>
  db.run(sql`update payments set read_at = ${now} where id = ${id}`)

export const paymentsDue = (db: Db, limit: number, now: number) =>
  db.all<{ id: number }>(sql`
    select id from payments indexed by payments_to_advance where next_at is not null and next_at <= ${now}
    order by next_at limit ${limit}`)
