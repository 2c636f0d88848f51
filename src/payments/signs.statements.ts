import { sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'

export interface PaymentSigns {
  /** Payments that somebody should look at. */
  readonly paymentExceptions: number
  /** Second receipts that should have been registered by now. */
  readonly lateReceipts: number
}

/** What of the money needs a person, one row; each from an index of just these rows. */
export const paymentSigns = (db: Db, now: number) =>
  db.all<PaymentSigns>(sql`
    select (select count(*) from payments indexed by payment_exceptions
        where exception is not null and exception_closed_at is null and exception_at is not null) as paymentExceptions,
      (select count(*) from receipts indexed by receipts_owed where status <> 'registered' and due_at < ${now}) as lateReceipts`)
