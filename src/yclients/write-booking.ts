import {
  type BookingToTell,
  bookingToTell,
  cancelRefused,
  clearSyncState,
  endClaim,
  TAKEN_IN_YCLIENTS,
} from '../booking/yclients-link.statements.ts'
import type { Context } from '../context.ts'
import { settleSoon } from '../loyalty/settle-bookings.ts'
import type { EventMessage } from '../messages.ts'
import { DONE, type Outcome } from '../platform/outcome.ts'
import { applyRecords } from './apply-records.ts'
import { BACKGROUND, type YclientsFailure } from './call.ts'
import { cancelRecord, isWritten, type WrittenVisit } from './cancel-record.ts'
import { outcomeOfFailure } from './failure-outcome.ts'
import { findByApiId } from './find-by-api-id.ts'
import { moveRecord } from './move-record.ts'
import type { WriteRefusal } from './write-record.ts'
import { takeFound, tellLater, writeVisit } from './write-visit.ts'

/**
 * Tells YClients what it still has to be told of a booking: that it exists, was cancelled, or was moved. Whatever was done
 * before a crash or a lost answer is found and not done again.
 */
export async function writeBooking(
  ctx: Context,
  { bookingId }: Extract<EventMessage, { kind: 'write-booking' }>,
  attempts: number,
): Promise<Outcome> {
  // While YClients is switched off it waits; the sweep brings it again.
  if (!ctx.config.yclients.enabled) return DONE
  const [visit] = await bookingToTell(ctx.db, bookingId)
  if (!visit) return DONE
  const unclaimed = await endOldClaim(ctx, visit)
  const trouble = unclaimed ?? (visit.syncState === null ? undefined : await tell(ctx, visit))
  if (trouble === 'person')
    return { kind: 'park', reason: 'YClients does not take the service or the master, or the visit is past' }
  return trouble ? outcomeOfFailure(trouble, attempts, ctx.random()) : DONE
}

/** Longer than the calls of one move take together. */
const MOVING_MS = 15_000

/** What keeps it from being told: a failure that may pass, or one that a person has to look at. */
type Trouble = YclientsFailure | 'person' | undefined

function tell(ctx: Context, visit: BookingToTell): Promise<Trouble> {
  if (visit.status === 'cancelled') return tellCancelled(ctx, visit)
  return visit.syncState === 'move' ? tellMoved(ctx, visit) : tellProvisional(ctx, visit)
}

/** Looks what came of a move that nobody heard of: where the record stands, the visit goes. */
async function endOldClaim(ctx: Context, visit: BookingToTell): Promise<Trouble> {
  const claimedAt = visit.moveClaimedAt
  if (claimedAt === null || ctx.now() - claimedAt < MOVING_MS) return undefined
  if (isWritten(visit)) {
    await ctx.events.send({ kind: 'read-record', companyId: visit.companyId, recordId: visit.recordId })
  } else {
    const there = await takeIfThere(ctx, visit)
    if (there !== 'none' && there.trouble) return there.trouble
  }
  await endClaim(ctx.db, { id: visit.id, claimedAt })
  return undefined
}

async function tellProvisional(ctx: Context, visit: BookingToTell): Promise<Trouble> {
  // A hold is told when it becomes firm.
  if (visit.holdExpiresAt !== null) return undefined
  const earlier = await takeIfThere(ctx, visit)
  if (earlier !== 'none') return earlier.trouble
  if (visit.erasedAt !== null) return await drop(ctx, visit, 'client_erased')
  // YClients takes no visit in the past, and the client may be sitting in the chair: that is for a person to settle.
  const isOpen = visit.status === 'pending' || visit.status === 'confirmed'
  if (!isOpen || visit.startsAt <= ctx.now()) return 'person'

  const outcome = await writeVisit(ctx, visit, BACKGROUND)
  if (outcome.kind === 'linked') return undefined
  if (outcome.kind === 'unknown') return outcome.failure
  // An attempt of which nothing was known may have come about only now: then it is our own visit that is in the way.
  const late = await takeIfThere(ctx, visit)
  if (late !== 'none') return late.trouble
  if (outcome.refusal === 'service_not_bookable') return 'person'
  return await drop(ctx, visit, reasonOfRefusal(outcome.refusal))
}

/** Takes the record over if YClients has one that bears our name of the visit. */
async function takeIfThere(ctx: Context, visit: BookingToTell): Promise<'none' | { trouble: Trouble }> {
  if (visit.apiId === null) return 'none'
  const found = await findByApiId(ctx, { apiId: visit.apiId, since: visit.createdAt }, BACKGROUND)
  if (found.kind === 'none') return 'none'
  if (found.kind === 'failed') return { trouble: found.failure }
  await takeFound(ctx, visit.id, found.change)
  return { trouble: undefined }
}

/** The visit was promised, but YClients does not take it. */
async function drop(ctx: Context, visit: BookingToTell, reason: string): Promise<undefined> {
  await cancelRefused(ctx.db, visit.id, reason, ctx.now())
  ctx.log.warn('booking.not_written', { booking_id: visit.id, reason })
}

/** Why a visit is cancelled that YClients refused, as it is stored. */
export const reasonOfRefusal = (refusal: WriteRefusal) => (refusal === 'slot_taken' ? TAKEN_IN_YCLIENTS : refusal)

async function tellCancelled(ctx: Context, visit: BookingToTell): Promise<Trouble> {
  if (isWritten(visit)) {
    const failure = await cancelRecord(ctx, visit, BACKGROUND)
    if (!failure) await takeDeletion(ctx, visit)
    return failure
  }
  // A hold was never told; anything else may have been written, with the answer lost.
  const there = visit.holdExpiresAt === null ? await takeIfThere(ctx, visit) : 'none'
  if (there === 'none') {
    await clearSyncState(ctx.db, { id: visit.id, syncState: visit.syncState ?? 'cancel' }, ctx.now())
    return undefined
  }
  // Now it has its record; the cancelling comes next.
  if (there.trouble === undefined) await tellLater(ctx, visit.id, 0)
  return there.trouble
}

async function tellMoved(ctx: Context, visit: BookingToTell): Promise<Trouble> {
  if (!isWritten(visit) || visit.yclientsStaffId === null) return 'person'
  const { startsAt, yclientsStaffId, durationMinutes } = visit
  const moved = await moveRecord(ctx, visit, { startsAt, yclientsStaffId, durationMinutes }, BACKGROUND)
  if (moved.kind === 'failed') return moved.failure
  if (moved.kind === 'gone') {
    await takeDeletion(ctx, visit)
    return undefined
  }
  // Moved once more meanwhile: then the newest place is still to be told.
  await clearSyncState(ctx.db, { id: visit.id, syncState: 'move', revision: visit.revision }, ctx.now())
  if (moved.kind === 'moved') return undefined
  // YClients has the last word: the visit goes back to where it is there.
  ctx.log.warn('booking.move_refused', { booking_id: visit.id, kind: moved.kind })
  await ctx.events.send({ kind: 'read-record', companyId: visit.companyId, recordId: visit.recordId })
  return undefined
}

/** The record is gone in YClients, by our doing or before it. */
export async function takeDeletion(ctx: Context, { companyId, recordId }: WrittenVisit): Promise<void> {
  const gone = { companyId, recordId, origin: 'api' as const, observedAt: ctx.now(), deleted: true, fields: {} }
  const { usersToSettle } = await applyRecords(ctx, [gone])
  await settleSoon(ctx, usersToSettle)
}
