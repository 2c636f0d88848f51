import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'
import type { ReceiptStatus, RefundCause, RefundStatus } from './payment.ts'

export interface RefundRow {
  readonly id: number
  readonly paymentId: number
  readonly amountKopecks: number
  readonly bonusPoints: number
  readonly status: RefundStatus
  readonly cause: RefundCause
  readonly reason: string | null
  readonly actor: string
  readonly providerRefundId: string | null
  readonly failReason: string | null
  readonly bonusesGivenAt: number | null
  readonly readAt: number
  readonly idempotencyKey: string
  readonly fingerprint: string | null
  readonly createdAt: number
  readonly updatedAt: number
}

const columns = sql`id, payment_id as paymentId, amount_kopecks as amountKopecks, bonus_points as bonusPoints, status, cause,
  reason, actor, provider_refund_id as providerRefundId, fail_reason as failReason, bonuses_given_at as bonusesGivenAt,
  read_at as readAt, idempotency_key as idempotencyKey, fingerprint, created_at as createdAt, updated_at as updatedAt`

export const refundsOf = (db: Db, paymentId: number) =>
  db.all<RefundRow>(sql`select ${columns} from refunds where payment_id = ${paymentId} order by id`)
export const refundOfKey = (db: Db, key: string) =>
  db.all<RefundRow>(sql`select ${columns} from refunds where idempotency_key = ${key}`)

export interface NewRefund {
  readonly paymentId: number
  readonly amountKopecks: number
  readonly bonusPoints: number
  readonly cause: RefundCause
  readonly reason: string | null
  readonly actor: string
  readonly idempotencyKey: string
  readonly fingerprint: string | null
}

/** Begins a refund, once for each key. The trigger refuses the batch if it were more than came. `when`: only if this holds. */
export const insertRefund = (db: Db, refund: NewRefund, now: number, when: SQL = sql`true`) =>
  db.all<{ id: number }>(sql`
    insert into refunds (payment_id, amount_kopecks, bonus_points, status, cause, reason, actor, idempotency_key, fingerprint,
      created_at, updated_at)
    select ${refund.paymentId}, ${refund.amountKopecks}, ${refund.bonusPoints}, 'creating', ${refund.cause}, ${refund.reason},
      ${refund.actor}, ${refund.idempotencyKey}, ${refund.fingerprint}, ${now}, ${now}
    where ${when} and not exists (select 1 from refunds where idempotency_key = ${refund.idempotencyKey})
    returning id`)

/** For `when`: the money of the payment is decided to go back. */
export const isReturned = (paymentId: number): SQL =>
  sql`exists (select 1 from payments where id = ${paymentId} and outcome = 'returned')`

export const noteRefund = (
  db: Db,
  id: number,
  seen: { status: 'pending' | 'succeeded' | 'failed'; providerRefundId: string | null; failReason: string | null },
  now: number,
) =>
  db.run(sql`
    update refunds set status = ${seen.status}, provider_refund_id = coalesce(${seen.providerRefundId}, provider_refund_id),
      fail_reason = ${seen.failReason}, read_at = ${now}, updated_at = ${now}
    where id = ${id} and status in ('creating', 'pending')`)

export const noteBonusesGiven = (db: Db, id: number, now: number) =>
  db.run(
    sql`update refunds set bonuses_given_at = ${now}, updated_at = ${now} where id = ${id} and bonuses_given_at is null`,
  )

export interface ReceiptRow {
  readonly id: number
  readonly amountKopecks: number
  readonly status: ReceiptStatus
  readonly dueAt: number
  readonly providerReceiptId: string | null
  readonly attempts: number
  readonly lastError: string | null
}

export const receiptOf = (db: Db, paymentId: number) =>
  db.all<ReceiptRow>(sql`
    select id, amount_kopecks as amountKopecks, status, due_at as dueAt, provider_receipt_id as providerReceiptId, attempts,
      last_error as lastError from receipts where payment_id = ${paymentId}`)

export const oweReceipt = (db: Db, owed: { paymentId: number; amountKopecks: number; dueAt: number }, now: number) =>
  db.run(sql`
    insert into receipts (payment_id, amount_kopecks, status, due_at, created_at, updated_at)
    values (${owed.paymentId}, ${owed.amountKopecks}, 'owed', ${owed.dueAt}, ${now}, ${now})
    on conflict (payment_id) do nothing`)

export const noteReceipt = (
  db: Db,
  id: number,
  seen: { status: ReceiptStatus; providerReceiptId: string | null; error: string | null; attempts: number },
  now: number,
) =>
  db.run(sql`
    update receipts set status = ${seen.status}, provider_receipt_id = ${seen.providerReceiptId}, last_error = ${seen.error},
      attempts = ${seen.attempts}, updated_at = ${now}
    where id = ${id} and status <> 'registered'`)
