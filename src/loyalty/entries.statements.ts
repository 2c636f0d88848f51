import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'
import type { EntryKind } from './ledger-entry.ts'
import { type EntryRow, entryColumns } from './loyalty.store.ts'

export interface BookingEntry {
  readonly id: number
  readonly userId: number
  readonly kind: EntryKind
  readonly points: number
  readonly createdAt: number
}

const MAX_ENTRIES = 20

/** What was written into the ledger for a booking from some moment on; `booking` is a query of (booking_id, since). */
export const entriesSince = (db: Db, booking: SQL) =>
  db.all<BookingEntry>(sql`
    with asked (booking_id, since) as ${booking}
    select e.id, e.user_id as userId, coalesce(e.finer_kind, e.kind) as kind, e.points, e.created_at as createdAt
    from asked cross join bonus_entries e indexed by entries_of_booking
    where e.booking_id = asked.booking_id and e.created_at >= asked.since order by e.id limit ${MAX_ENTRIES}`)

/** What was written into the ledger for a booking, first to last. */
export const entriesOfBooking = (db: Db, bookingId: number, limit: number) =>
  db.all<EntryRow>(sql`
    select ${entryColumns} from bonus_entries where booking_id = ${bookingId} order by id limit ${limit}`)

export type { EntryRow }
