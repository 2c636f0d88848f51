import { sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'
import type { BookingStatus, ClientMatch } from './booking.ts'
import { undecided } from './undecided.statements.ts'

export interface BookingCount {
  readonly source: 'yclients' | 'internal'
  readonly status: BookingStatus
  readonly bookings: number
}

/** All bookings by where they came from and how they stand. Reads every booking: for people who ask, not for requests. */
export const countBookings = (db: Db) =>
  db.all<BookingCount>(sql`
    select source, status, count(*) as bookings from bookings group by source, status order by source desc, bookings desc`)

/** Visits of nobody in the app, and those among them of which a person has to say whose they are. */
export const countUnmatched = (db: Db) =>
  db.all<{ unmatched: number; undecided: number }>(sql`
    select count(*) as unmatched, coalesce(sum(${undecided}), 0) as undecided from bookings indexed by unmatched_bookings
    where user_id is null and client_match <> 'technical' and erased_at is null and status <> 'cancelled'`)

export interface TakenVisit {
  readonly id: number
  readonly serviceName: string
  readonly status: BookingStatus
  readonly startsAt: number
  readonly clientMatch: ClientMatch
  readonly updatedAt: number
}

/** The visits that were taken over from YClients last. */
export const lastTakenVisits = (db: Db, limit: number) =>
  db.all<TakenVisit>(sql`
    select id, service_name as serviceName, status, starts_at as startsAt, client_match as clientMatch,
      updated_at as updatedAt
    from bookings where source = 'yclients' order by id desc limit ${limit}`)
