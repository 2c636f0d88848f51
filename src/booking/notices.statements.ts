import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'
import { API_ID_PREFIX, type BookingStatus } from './booking.ts'

/** Was the visit booked here, wherever it is kept? */
const isOurs = sql`(b.source = 'internal' or coalesce(b.api_id glob ${`${API_ID_PREFIX}*`}, false))`

/**
 * What happened to visits of clients after an event, as a query of (event_id, kind, revision, previous_starts_at, at, booking_id,
 * user_id, is_ours, starts_at, hold_expires_at); at most so many events are looked at.
 */
export const eventsToTell = (after: SQL, limit: number): SQL => sql`
  select e.id as event_id, e.kind, e.revision, e.previous_starts_at, e.at, b.id as booking_id, b.user_id, ${isOurs} as is_ours,
    b.starts_at, b.hold_expires_at
  from (select * from booking_events where id > ${after} order by id limit ${limit}) e
  join bookings b on b.id = e.booking_id
  where b.user_id is not null and b.erased_at is null`

/** The last of these events; NULL if there is none. */
export const lastEventToTell = (after: SQL, limit: number): SQL => sql`
  (select max(id) from (select id from booking_events where id > ${after} order by id limit ${limit}))`

export interface VisitToRemind {
  readonly id: number
  readonly userId: number
  readonly startsAt: number
  readonly isOurs: number
  /** When the client last heard or made something of its time. */
  readonly knownSince: number
}

/** Firm visits of clients that begin in a span of time, first to last; only the time's index is read. */
export const visitsToRemind = (
  db: Db,
  span: { readonly from: number; readonly until: number },
  after: { readonly startsAt: number; readonly id: number },
  limit: number,
) =>
  db.all<VisitToRemind>(sql`
    select b.id, b.user_id as userId, b.starts_at as startsAt, ${isOurs} as isOurs,
      max(b.created_at, coalesce((select max(e.at) from booking_events e where e.booking_id = b.id
        and e.kind in ('created', 'moved', 'reopened')), 0)) as knownSince
    from bookings b indexed by bookings_by_time
    where b.starts_at >= ${Math.max(span.from, after.startsAt)} and b.starts_at < ${span.until}
      and (b.starts_at, b.id) > (${after.startsAt}, ${after.id})
      and b.user_id is not null and b.status in ('pending', 'confirmed') and b.hold_expires_at is null and b.erased_at is null
    order by b.starts_at, b.id limit ${limit}`)

export interface VisitToTell {
  readonly id: number
  readonly status: BookingStatus
  readonly serviceName: string
  readonly staffName: string | null
  readonly startsAt: number
  readonly endsAt: number
  readonly holdExpiresAt: number | null
  readonly cancelledBy: string | null
  readonly revision: number
  /** Revision of the last event that moved it or took it away. */
  readonly lastChange: number
}

/** A visit as it is now, for telling its client; `booking` is a query of one id. */
export const visitToTell = (db: Db, booking: SQL) =>
  db.all<VisitToTell>(sql`
    select b.id, b.status, b.service_name as serviceName, (select name from staff where id = b.staff_id) as staffName,
      b.starts_at as startsAt, b.ends_at as endsAt, b.hold_expires_at as holdExpiresAt, b.cancelled_by as cancelledBy, b.revision,
      coalesce((select max(e.revision) from booking_events e where e.booking_id = b.id
        and e.kind in ('moved', 'cancelled', 'reopened')), 0) as lastChange
    from bookings b where b.id = ${booking}`)
