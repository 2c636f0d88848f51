import type { Context } from '../context.ts'
import type { Cursor } from '../platform/cursor.ts'
import { pageOf } from '../platform/page.ts'
import { addDays, wallMinute } from '../platform/time.ts'
import { type BookingRow, listBookingRows } from './booking.store.ts'
import type { BookingStatus } from './booking.ts'

export interface BookingQuery {
  /** Undefined: of all clients, for administrators. */
  readonly userId: number | undefined
  /** Of nobody in the app: first the completed, to whose owners bonuses are due; cancelled ones only where asked for by status. */
  readonly unmatched: boolean
  /** Only those of which a person has to say whose they are, in the order of the unmatched. */
  readonly undecided?: boolean
  /** Only what is still to come: from now on, pending or confirmed (unless `statuses` says otherwise). */
  readonly upcomingOnly: boolean
  readonly statuses: readonly BookingStatus[] | undefined
  readonly order: 'nearest' | 'newest'
  readonly after: Cursor | undefined
  readonly limit: number
  /** A day of the branch, "2026-09-15". */
  readonly day?: string | undefined
  readonly staffId?: number | undefined
  readonly source?: BookingRow['source'] | undefined
  /** Only these. */
  readonly ids?: readonly number[] | undefined
}

export interface BookingList {
  readonly bookings: readonly BookingRow[]
  readonly next: Cursor | undefined
}

const STILL_TO_COME: readonly BookingStatus[] = ['pending', 'confirmed']

/** One page of bookings; one query. */
export async function listBookings(ctx: Context, query: BookingQuery): Promise<BookingList> {
  const zone = ctx.config.branchTimezone
  const midnight = (day: string) => wallMinute(day, 0, zone)
  const { day, upcomingOnly } = query
  const from = day === undefined ? 0 : midnight(day)
  const earliest = upcomingOnly ? Math.max(from, ctx.now()) : from
  const rows = await listBookingRows(
    ctx.db,
    {
      now: ctx.now(),
      userId: query.userId,
      unmatched: query.unmatched,
      undecided: query.undecided,
      startsAtOrAfter: earliest > 0 ? earliest : undefined,
      startsBefore: day === undefined ? undefined : midnight(addDays(day, 1)),
      staffId: query.staffId,
      source: query.source,
      ids: query.ids,
      statuses: query.statuses ?? (upcomingOnly ? STILL_TO_COME : undefined),
    },
    {
      order: query.order,
      after: query.after,
      limit: query.limit + 1,
      owingFirst: (query.unmatched || query.undecided === true) && query.statuses === undefined && !upcomingOnly,
    },
  )
  const { page, lastOfMore } = pageOf(rows, query.limit)
  return { bookings: page, next: lastOfMore && { at: lastOfMore.startsAt, id: lastOfMore.id } }
}

export type { BookingRow }
