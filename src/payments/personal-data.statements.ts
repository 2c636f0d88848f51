import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'
import type { RefundCause, RefundStatus } from './payment.ts'

const ofClient = (userId: number): SQL => sql`(
  select p.id from payments p join bookings b on b.id = p.booking_id where b.user_id = ${userId})`

export interface ExportedPayment {
  readonly id: number
  readonly bookingId: number
  readonly provider: string
  readonly providerPaymentId: string | null
  readonly status: string
  readonly amountKopecks: number
  readonly bonusPoints: number
  readonly capturedKopecks: number
  readonly returnUrl: string
  readonly createdAt: number
}

export const allPaymentsOf = (db: Db, userId: number) =>
  db.all<ExportedPayment>(sql`
    select id, booking_id as bookingId, provider, provider_payment_id as providerPaymentId, status,
      amount_kopecks as amountKopecks, bonus_points as bonusPoints, captured_kopecks as capturedKopecks,
      return_url as returnUrl, created_at as createdAt
    from payments where id in ${ofClient(userId)} order by id`)

export interface ExportedRefund {
  readonly id: number
  readonly paymentId: number
  readonly amountKopecks: number
  readonly bonusPoints: number
  readonly status: RefundStatus
  readonly cause: RefundCause
  readonly reason: string | null
  readonly createdAt: number
}

export const allRefundsOf = (db: Db, userId: number) =>
  db.all<ExportedRefund>(sql`
    select id, payment_id as paymentId, amount_kopecks as amountKopecks, bonus_points as bonusPoints, status, cause, reason,
      created_at as createdAt
    from refunds where payment_id in ${ofClient(userId)} order by id`)

/** Takes what the app and the administrators wrote out of a client's payments. The sums stay: they have to add up. */
export const eraseFromPayments = (db: Db, userId: number) =>
  db.run(sql`
    update payments set return_url = '', idempotency_key = 'erased:' || id, fingerprint = '', confirmation_url = null
    where id in ${ofClient(userId)} and return_url <> ''`)

export const eraseRefundReasons = (db: Db, userId: number) =>
  db.run(sql`update refunds set reason = null where payment_id in ${ofClient(userId)} and reason is not null`)
