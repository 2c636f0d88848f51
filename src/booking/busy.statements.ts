import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'
import { DAY_MS, HOUR_MS } from '../platform/time.ts'
import type { Interval } from './working-time.ts'

/**
 * No visit is longer, nor what YClients calls one (a week that a master is away); with this an index finds those that began
 * earlier, however many there are in the table.
 */
export const LONGEST_VISIT_MS = 7 * DAY_MS
/** The database allows services no wider one. */
const WIDEST_BUFFER_MS = 8 * HOUR_MS

/** Does the visit `b` keep its time from others at this instant? An expired hold does not, whether or not it was cleaned up. */
export const blocksTime = (now: number): SQL =>
  sql`(b.status in ('pending', 'confirmed', 'completed') and (b.hold_expires_at is null or b.hold_expires_at > ${now}))`

const busyFrom = sql`(b.starts_at - b.buffer_before_minutes * 60000)`
const busyTo = sql`(b.ends_at + b.buffer_after_minutes * 60000)`

/** Does the visit `b`, with its buffers, overlap the span (which has its own buffers already)? Half-open. */
export const overlapsTime = (span: { readonly from: SQL | number; readonly to: SQL | number }): SQL =>
  sql`(b.starts_at > ${span.from} - ${LONGEST_VISIT_MS + WIDEST_BUFFER_MS} and b.starts_at < ${span.to} + ${WIDEST_BUFFER_MS}
    and ${busyFrom} < ${span.to} and ${busyTo} > ${span.from})`

/** Does any other visit of the master keep this time? `span` includes the buffers, `except` is a visit that does not count. */
export const isTaken = (
  wanted: {
    readonly staffId: SQL | number
    readonly span: { readonly from: SQL | number; readonly to: SQL | number }
    readonly except: SQL | number
  },
  now: number,
): SQL =>
  sql`exists (select 1 from bookings b where b.id <> ${wanted.except} and b.staff_id = ${wanted.staffId}
    and ${blocksTime(now)} and ${overlapsTime(wanted.span)})`

/** A visit that keeps its time from others; `from` and `to` include its buffers. */
export interface BusyTime extends Interval {
  readonly staffId: number
  readonly startsAt: number
  readonly endsAt: number
}

/** What keeps these masters from taking visits in the span, in order. `exceptBookingId`: the visit that is to be moved. */
export const busyTimes = (
  db: Db,
  query: {
    readonly staffIds: readonly number[]
    readonly from: number
    readonly to: number
    /** 0: none. */
    readonly exceptBookingId: number
  },
  now: number,
) =>
  db.all<BusyTime>(sql`
    select b.staff_id as staffId, b.starts_at as startsAt, b.ends_at as endsAt, ${busyFrom} as "from", ${busyTo} as "to"
    from json_each(${JSON.stringify(query.staffIds)}) master
      cross join bookings b indexed by bookings_of_staff
    where b.staff_id = master.value and ${overlapsTime(query)} and ${blocksTime(now)}
      and b.id <> ${query.exceptBookingId}
    order by b.staff_id, b.starts_at`)
