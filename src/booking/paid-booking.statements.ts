import { sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'
import type { BookingStatus } from './booking.ts'
import { isTaken } from './busy.statements.ts'

/** What has to be known of a visit that is to be paid. */
export interface BookingToPay {
  readonly id: number
  readonly userId: number | null
  readonly revision: number
  readonly status: BookingStatus
  readonly holdExpiresAt: number | null
  readonly startsAt: number
  readonly priceKopecks: number
  readonly spentBonusesPoints: number
  readonly serviceName: string
  /** JSON of `BookingItem[]`. */
  readonly items: string
  readonly fullRefundHours: number
  readonly partialRefundHours: number
  readonly partialRefundBasisPoints: number
}

export const bookingToPay = (db: Db, id: number) =>
  db.all<BookingToPay>(sql`
    select b.id, b.user_id as userId, b.revision, b.status, b.hold_expires_at as holdExpiresAt, b.starts_at as startsAt,
      b.price_kopecks as priceKopecks, b.spent_bonuses_points as spentBonusesPoints, b.service_name as serviceName, b.items,
      coalesce(s.full_refund_hours, 24) as fullRefundHours, coalesce(s.partial_refund_hours, 3) as partialRefundHours,
      coalesce(s.partial_refund_basis_points, 5000) as partialRefundBasisPoints
    from bookings b left join services s on s.id = b.service_id where b.id = ${id}`)

/** Lets a hold live as long as its payment can succeed, if it is alive. */
export const extendHold = (db: Db, { bookingId, until }: { bookingId: number; until: number }, now: number) =>
  db.all<{ id: number }>(sql`
    update bookings set hold_expires_at = ${until}, revision = revision + 1, updated_at = ${now}
    where id = ${bookingId} and status = 'pending' and hold_expires_at > ${now} returning id`)

/** Gives the time of a hold up, whose payment came to nothing. */
export const releaseHold = (db: Db, bookingId: number, now: number) =>
  db.run(sql`
    update bookings set status = 'cancelled', cancelled_at = ${now}, cancel_reason = 'payment_failed', cancelled_by = 'system',
      sync_state = null, revision = revision + 1, updated_at = ${now}
    where id = ${bookingId} and status = 'pending' and hold_expires_at is not null`)

/** Has nobody else the time of this visit by now? */
export const timeOfVisit = (db: Db, bookingId: number, now: number) =>
  db.all<{ isFree: number }>(sql`
    select v.starts_at > ${now} and not ${isTaken(
      {
        staffId: sql`v.staff_id`,
        span: {
          from: sql`(v.starts_at - v.buffer_before_minutes * 60000)`,
          to: sql`(v.ends_at + v.buffer_after_minutes * 60000)`,
        },
        except: sql`v.id`,
      },
      now,
    )} as isFree
    from bookings v where v.id = ${bookingId}`)
