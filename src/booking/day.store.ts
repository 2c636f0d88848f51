import { sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'
import type { BookingStatus } from './booking.ts'
import { undecided } from './undecided.statements.ts'

/** A visit as it stands in the plan of a day. */
export interface DayVisit {
  readonly id: number
  readonly staffId: number | null
  readonly staffName: string | null
  readonly userId: number | null
  /** As in our own list of clients, or else as YClients has it. */
  readonly clientName: string | null
  readonly serviceName: string
  readonly startsAt: number
  readonly endsAt: number
  readonly status: BookingStatus
  readonly source: 'yclients' | 'internal'
  /** 1: of nobody in the app. */
  readonly unmatched: 0 | 1
  /** 1: a person has to say whose it is. */
  readonly undecided: 0 | 1
  /** Set while it is held and not yet booked. */
  readonly holdExpiresAt: number | null
}

/** Visits that begin in the span and were not cancelled, by master and time; an index on the time serves. */
export const visitsBetween = (db: Db, span: { from: number; to: number; limit: number }, now: number) =>
  db.all<DayVisit>(sql`
    select b.id, b.staff_id as staffId, (select name from staff where id = b.staff_id) as staffName, b.user_id as userId,
      coalesce((select nullif(trim(name || ' ' || surname), '') from users where id = b.user_id), b.client_name) as clientName,
      b.service_name as serviceName, b.starts_at as startsAt, b.ends_at as endsAt, b.status, b.source,
      (b.user_id is null and b.client_match <> 'technical' and b.erased_at is null) as unmatched,
      (${undecided} and b.erased_at is null) as undecided,
      b.hold_expires_at as holdExpiresAt
    from bookings b
    where b.starts_at >= ${span.from} and b.starts_at < ${span.to} and b.status <> 'cancelled'
      and (b.hold_expires_at is null or b.hold_expires_at > ${now})
    order by staffName, b.staff_id, b.starts_at, b.id limit ${span.limit}`)

export interface PlannedVisit {
  readonly id: number
  readonly startsAt: number
  readonly endsAt: number
  readonly serviceName: string
  readonly clientName: string | null
}

/** A master's visits that begin in the span and are still to come about, nearest first. */
export const visitsOfMaster = (
  db: Db,
  staffId: number,
  span: { from: number; to: number; limit: number },
  now: number,
) =>
  db.all<PlannedVisit>(sql`
    select b.id, b.starts_at as startsAt, b.ends_at as endsAt, b.service_name as serviceName, b.client_name as clientName
    from bookings b
    where b.staff_id = ${staffId} and b.starts_at >= ${span.from} and b.starts_at < ${span.to}
      and b.status in ('pending', 'confirmed') and (b.hold_expires_at is null or b.hold_expires_at > ${now})
    order by b.starts_at, b.id limit ${span.limit}`)
