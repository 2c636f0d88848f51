import { bookingsOfRecords } from '../booking/booking.statements.ts'
import type { BookingStatus } from '../booking/booking.ts'
import type { Context } from '../context.ts'
import { HOUR_MS } from '../platform/time.ts'
import { eventsOfRecord, type RecordEvent } from './test-record.store.ts'

export interface FollowedRecord {
  readonly events: readonly RecordEvent[]
  readonly booking: { readonly id: number; readonly status: BookingStatus } | undefined
}

/** How far a record of the last hour has come: its webhooks, and the booking that they made. */
export async function followTestRecord(ctx: Context, recordId: number): Promise<FollowedRecord> {
  const of = { companyId: ctx.config.yclients.companyId, recordId }
  const [events, [booking]] = await ctx.db.batch([
    eventsOfRecord(ctx.db, of, ctx.now() - HOUR_MS),
    bookingsOfRecords(ctx.db, [of]),
  ])
  return { events, booking: booking && { id: booking.id, status: booking.status } }
}
