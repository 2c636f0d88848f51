import { sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { bookings } from '../booking/booking.tables.ts'
import {
  BONUS_STATES,
  PAYMENT_STATUSES,
  PROVIDERS,
  RECEIPT_STATUSES,
  REFUND_CAUSES,
  REFUND_STATUSES,
} from './payment.ts'

/**
 * Payments for visits. A trigger lets their status go forward only, and `next_at` is set by triggers on `bookings` when the visit
 * changes: whoever changes bookings need not think of the money.
 */
export const payments = sqliteTable(
  'payments',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    /** Whose it is, the visit knows. */
    bookingId: integer('booking_id')
      .notNull()
      .references(() => bookings.id),
    /** none: bonuses cover the price. */
    provider: text('provider', { enum: PROVIDERS }).notNull(),
    /** creating: perhaps the provider has it, perhaps not; the same key is sent until it is known. */
    status: text('status', { enum: PAYMENT_STATUSES }).notNull(),
    /** Why nothing comes of it. Of a payment that is still pending: we have given it up, and what arrives goes back. */
    cancelReason: text('cancel_reason'),
    priceKopecks: integer('price_kopecks').notNull(),
    amountKopecks: integer('amount_kopecks').notNull(),
    bonusPoints: integer('bonus_points').notNull(),
    reservationEntryId: integer('reservation_entry_id'),
    bonusState: text('bonus_state', { enum: BONUS_STATES }).notNull(),
    providerPaymentId: text('provider_payment_id'),
    confirmationUrl: text('confirmation_url'),
    returnUrl: text('return_url').notNull(),
    /** Until then it can succeed, and so long the hold lives. */
    expiresAt: integer('expires_at'),
    capturedKopecks: integer('captured_kopecks').notNull().default(0),
    capturedAt: integer('captured_at'),
    /** What became of the money. NULL: not decided yet. */
    outcome: text('outcome', { enum: ['confirmed', 'returned'] }),
    /** A person should look; see `exceptions.ts`. */
    exception: text('exception'),
    exceptionAt: integer('exception_at'),
    exceptionClosedAt: integer('exception_closed_at'),
    fullRefundHours: integer('full_refund_hours').notNull(),
    partialRefundHours: integer('partial_refund_hours').notNull(),
    partialRefundBasisPoints: integer('partial_refund_basis_points').notNull(),
    /** JSON of `PricedItem[]`: what the receipts say. */
    items: text('items').notNull(),
    /** When the provider was last asked. */
    readAt: integer('read_at').notNull().default(0),
    /** When to look at it again. NULL: nothing is to be done. */
    nextAt: integer('next_at'),
    attempts: integer('attempts').notNull().default(0),
    /** Of the client's request. */
    idempotencyKey: text('idempotency_key').notNull(),
    fingerprint: text('fingerprint').notNull(),
    /** Ours to the provider; with endings of its own for each step. */
    providerKey: text('provider_key').notNull(),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (t) => [
    check('payment_provider', sql`${t.provider} in ('none', 'yookassa', 'stripe')`),
    check('payment_status', sql`${t.status} in ('creating', 'pending', 'succeeded', 'cancelled')`),
    check('payment_bonus_state', sql`${t.bonusState} in ('none', 'reserved', 'captured', 'released')`),
    check(
      'payment_outcome',
      sql`${t.outcome} is null or (${t.outcome} in ('confirmed', 'returned') and ${t.status} = 'succeeded')`,
    ),
    check(
      'payment_adds_up',
      sql`${t.amountKopecks} >= 0 and ${t.bonusPoints} >= 0 and ${t.amountKopecks} + ${t.bonusPoints} * 100 = ${t.priceKopecks}`,
    ),
    check(
      'payment_captured',
      sql`${t.capturedKopecks} >= 0 and (${t.capturedKopecks} = 0 or ${t.status} = 'succeeded')`,
    ),
    check('payment_cancelled_says_why', sql`${t.status} <> 'cancelled' or ${t.cancelReason} is not null`),
    check('payment_items', sql`json_type(${t.items}) = 'array'`),
    // A visit is paid once: a payment that came to nothing makes room for another.
    uniqueIndex('one_payment_of_booking').on(t.bookingId).where(sql`status <> 'cancelled'`),
    uniqueIndex('one_payment_per_provider_id').on(t.provider, t.providerPaymentId),
    uniqueIndex('one_payment_per_key').on(t.idempotencyKey),
    uniqueIndex('one_payment_per_provider_key').on(t.providerKey),
    index('payments_of_booking').on(t.bookingId),
    index('payments_to_advance').on(t.nextAt).where(sql`next_at is not null`),
    index('payments_by_time').on(t.createdAt),
    index('payment_exceptions').on(t.exceptionAt).where(sql`exception is not null and exception_closed_at is null`),
  ],
)

/** Money, and bonuses, that go back. A trigger refuses more than was captured. */
export const refunds = sqliteTable(
  'refunds',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    paymentId: integer('payment_id')
      .notNull()
      .references(() => payments.id),
    amountKopecks: integer('amount_kopecks').notNull(),
    bonusPoints: integer('bonus_points').notNull(),
    /** creating: perhaps the provider knows of it. */
    status: text('status', { enum: REFUND_STATUSES }).notNull(),
    cause: text('cause', { enum: REFUND_CAUSES }).notNull(),
    /** An administrator's words. */
    reason: text('reason'),
    actor: text('actor').notNull(),
    providerRefundId: text('provider_refund_id'),
    failReason: text('fail_reason'),
    bonusesGivenAt: integer('bonuses_given_at'),
    readAt: integer('read_at').notNull().default(0),
    idempotencyKey: text('idempotency_key').notNull(),
    fingerprint: text('fingerprint'),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (t) => [
    check('refund_status', sql`${t.status} in ('creating', 'pending', 'succeeded', 'failed')`),
    check('refund_cause', sql`${t.cause} in ('cancelled_visit', 'exception', 'administrator')`),
    check(
      'refund_sums',
      sql`${t.amountKopecks} >= 0 and ${t.bonusPoints} >= 0 and ${t.amountKopecks} + ${t.bonusPoints} > 0`,
    ),
    uniqueIndex('one_refund_per_key').on(t.idempotencyKey),
    index('refunds_of_payment').on(t.paymentId),
    index('refunds_by_time').on(t.createdAt),
  ],
)

/** Second receipts, which the law demands when a prepaid visit is over: obligations until they are registered. */
export const receipts = sqliteTable(
  'receipts',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    paymentId: integer('payment_id')
      .notNull()
      .references(() => payments.id),
    amountKopecks: integer('amount_kopecks').notNull(),
    status: text('status', { enum: RECEIPT_STATUSES }).notNull(),
    dueAt: integer('due_at').notNull(),
    providerReceiptId: text('provider_receipt_id'),
    attempts: integer('attempts').notNull().default(0),
    lastError: text('last_error'),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (t) => [
    check('receipt_status', sql`${t.status} in ('owed', 'pending', 'registered')`),
    check('receipt_amount', sql`${t.amountKopecks} > 0`),
    uniqueIndex('one_receipt_of_payment').on(t.paymentId),
    index('receipts_owed').on(t.dueAt).where(sql`status <> 'registered'`),
  ],
)
