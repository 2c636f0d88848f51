import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'

/** Is this visit being paid, so that nobody else may confirm it or change its price? */
export const isBeingPaid = (bookingId: SQL | number): SQL => sql`exists (
  select 1 from payments where payments.booking_id = ${bookingId} and payments.status <> 'cancelled' and payments.outcome is null)`

/** The payment that a change of this visit concerns, if there is one. */
export const paymentsToWake = (db: Db, bookingId: number) =>
  db.all<{ id: number }>(sql`select id from payments where booking_id = ${bookingId} and status <> 'cancelled'`)
