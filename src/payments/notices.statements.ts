import { type SQL, sql } from 'drizzle-orm'

/** A payment may be captured long after it was begun, and a refund go through long after it was asked for; by far not so long. */
const LONGEST_MS = 10 * 24 * 3_600_000

/**
 * Payments that made a visit firm since then, as a query of (payment_id, booking_id, user_id, amount_kopecks). The index by time
 * bounds what is read.
 */
export const paymentsToTell = (since: number): SQL => sql`
  select p.id as payment_id, p.booking_id, b.user_id, p.captured_kopecks as amount_kopecks
  from payments p indexed by payments_by_time join bookings b on b.id = p.booking_id
  where p.created_at > ${since - LONGEST_MS} and p.outcome = 'confirmed' and p.captured_at > ${since}
    and p.captured_kopecks > 0 and b.user_id is not null and b.erased_at is null`

/** Refunds of money that went through since then, as a query of (refund_id, booking_id, user_id, amount_kopecks). */
export const refundsToTell = (since: number): SQL => sql`
  select r.id as refund_id, p.booking_id, b.user_id, r.amount_kopecks
  from refunds r indexed by refunds_by_time join payments p on p.id = r.payment_id join bookings b on b.id = p.booking_id
  where r.created_at > ${since - LONGEST_MS} and r.status = 'succeeded' and r.updated_at > ${since} and r.amount_kopecks > 0
    and b.user_id is not null and b.erased_at is null`
