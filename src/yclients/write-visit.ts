import { recordNotes } from '../booking/record-booking.ts'
import {
  type BookingToTell,
  cancelRefused,
  clearSyncState,
  markWritten,
  parseServices,
} from '../booking/yclients-link.statements.ts'
import { visitMethodOf } from '../catalog/booking-method.ts'
import type { Context } from '../context.ts'
import { settleSoon } from '../loyalty/settle-bookings.ts'
import { errorFields } from '../platform/log.ts'
import { applyRecords } from './apply-records.ts'
import type { Effort } from './call.ts'
import type { RecordChange } from './record-change.ts'
import { type WritableVisit, type Written, writeRecord } from './write-record.ts'

export type VisitWritten = { readonly kind: 'linked' } | Exclude<Written, { kind: 'written' }>

/** Writes a visit into YClients and notes here that it stands there. */
export async function writeVisit(ctx: Context, visit: BookingToTell, effort: Effort): Promise<VisitWritten> {
  if (!isWritable(visit)) return await endUnwritable(ctx, visit)
  const written = await writeRecord(ctx, visit, effort)
  if (written.kind !== 'written') return written
  const { companyId } = ctx.config.yclients
  const { recordId, recordHash, comment } = written
  const statements = markWritten(
    ctx.db,
    {
      bookingId: visit.id,
      apiId: visit.apiId,
      companyId,
      recordId,
      recordHash,
      startsAt: visit.startsAt,
      staffId: visit.staffId,
      comment,
      notes: recordNotes(recordId, visit.clientCode),
    },
    ctx.now(),
  )
  const [, , [linked]] = await ctx.db.batch(statements)
  ctx.log.info('booking.written', { booking_id: visit.id, record_id: recordId })
  if (!linked) await endDoubled(ctx, visit.id)
  else if (linked.syncState !== null) await tellLater(ctx, visit.id, 0)
  return { kind: 'linked' }
}

const isWritable = (visit: BookingToTell): visit is WritableVisit =>
  visit.apiId !== null && visit.yclientsStaffId !== null

/** A master whom YClients does not know has no journal there; a service that is booked there cannot be booked with him. */
async function endUnwritable(ctx: Context, visit: BookingToTell): Promise<VisitWritten> {
  if (visitMethodOf(parseServices(visit), true) !== 'internal') {
    return { kind: 'refused', refusal: 'service_not_bookable' }
  }
  await clearSyncState(ctx.db, { id: visit.id, syncState: 'provisional' }, ctx.now())
  return { kind: 'linked' }
}

/** Takes over the record that was found under our name of the visit. */
export async function takeFound(ctx: Context, bookingId: number, change: RecordChange): Promise<void> {
  const { usersToSettle } = await applyRecords(ctx, [change])
  await endDoubled(ctx, bookingId)
  await settleSoon(ctx, usersToSettle)
}

/** The record is another booking's, for which bonuses were given already: that one is the visit then. */
const endDoubled = (ctx: Context, bookingId: number) => cancelRefused(ctx.db, bookingId, 'duplicate', ctx.now())

const TRY_AGAIN_SECONDS = 10

/** Leaves it to the queue. If that fails too, the sweep finds what is still to be told. */
export async function tellLater(ctx: Context, bookingId: number, delaySeconds = TRY_AGAIN_SECONDS): Promise<void> {
  try {
    await ctx.events.send({ kind: 'write-booking', bookingId }, { delaySeconds })
  } catch (error) {
    ctx.log.error('booking.telling_not_queued', { booking_id: bookingId, ...errorFields(error) })
  }
}
