import type { Context } from '../context.ts'
import { type EntryRow, entriesOfBooking } from '../loyalty/entries.statements.ts'
import { findUserById } from '../users/find-users.ts'
import type { User } from '../users/user.ts'
import { parseItems } from './booking.statements.ts'
import { type BookingEvent, type BookingRow, bookingById, eventsOfBooking } from './booking.store.ts'
import type { BookingItem } from './booking.ts'
import { changeableBooking, parseAdditional } from './own-booking.store.ts'

export interface Visit {
  readonly booking: BookingRow
  /** Whose it is; undefined if nobody knows. */
  readonly client: User | undefined
  readonly items: readonly BookingItem[]
  /** Our services in it besides the main one. */
  readonly additionalServiceIds: readonly number[]
  readonly events: readonly BookingEvent[]
  /** What it brought and cost in bonuses, first to last. */
  readonly entries: readonly EntryRow[]
}

/** So many events and entries no visit has, unless two systems quarrel about it. */
const MOST = 50

/** All that the desk wants to know of a visit. Two round trips. */
export async function getVisit(ctx: Context, id: number): Promise<Visit | undefined> {
  const { db } = ctx
  const [[booking], [details], events, entries] = await db.batch([
    bookingById(db, id),
    changeableBooking(db, id),
    eventsOfBooking(db, id, MOST),
    entriesOfBooking(db, id, MOST),
  ])
  if (!booking || !details) return undefined
  const client = booking.userId === null ? undefined : await findUserById(ctx, booking.userId)
  const items = parseItems(details.items)
  return { booking, client, items, additionalServiceIds: parseAdditional(details), events, entries }
}

export type { BookingEvent, BookingRow }
