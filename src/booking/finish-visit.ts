import type { By } from '../auth/actor.ts'
import type { Context } from '../context.ts'
import { settleSoon } from '../loyalty/settle-bookings.ts'
import { somethingChanged, writeAudit } from '../ops/audit.statements.ts'
import type { Result } from '../platform/outcome.ts'
import { dayInZone } from '../platform/time.ts'
import { type BookingRow, bookingById } from './booking.store.ts'
import { changeableBooking, setOutcome } from './own-booking.store.ts'

export type Outcome = 'completed' | 'no_show' | 'confirmed'

export type FinishRefusal =
  | 'booking_not_found'
  | 'booked_in_yclients'
  | 'booking_not_changeable'
  | 'visit_not_begun'
  | 'slot_taken'
  | 'precondition_failed'

/**
 * The desk notes how a visit ended, or reopens it (`confirmed`); bonuses follow. A visit of YClients is finished in YClients,
 * whose next sync would undo what is done here, unless YClients is switched off.
 */
export async function finishVisit(
  ctx: Context,
  /** `revision`: the one that the desk saw; undefined if it does not matter. */
  { bookingId, outcome, revision }: { bookingId: number; outcome: Outcome; revision?: number | undefined },
  by: By,
): Promise<Result<BookingRow, FinishRefusal>> {
  const { db } = ctx
  for (;;) {
    const [before] = await changeableBooking(db, bookingId)
    if (!before) return { ok: false, refusal: 'booking_not_found' }
    if (revision !== undefined && revision !== before.revision) return { ok: false, refusal: 'precondition_failed' }
    if (before.source === 'yclients' && ctx.config.yclients.enabled) return { ok: false, refusal: 'booked_in_yclients' }
    if (before.status === outcome) break
    const isHold = before.holdExpiresAt !== null
    if (before.status === 'cancelled' || isHold) return { ok: false, refusal: 'booking_not_changeable' }
    const now = ctx.now()
    if (outcome !== 'confirmed' && isOfLaterDay(before.startsAt, now, ctx.config.branchTimezone)) {
      return { ok: false, refusal: 'visit_not_begun' }
    }
    const audit = {
      by,
      action: `booking.${outcome === 'confirmed' ? 'reopen' : outcome}`,
      entity: 'booking',
      entityId: String(bookingId),
      before: { status: before.status },
      after: { status: outcome },
      when: somethingChanged,
    }
    const [changed] = await db.batch([setOutcome(db, before, outcome, now), writeAudit(db, audit, now)])
    if (changed.length > 0) {
      if (before.userId !== null) await settleSoon(ctx, [before.userId])
      break
    }
    const [current] = await changeableBooking(db, bookingId)
    // Changed by somebody else meanwhile: look again. Unchanged: its time is somebody else's.
    if (current?.revision === before.revision) return { ok: false, refusal: 'slot_taken' }
  }
  const [booking] = await bookingById(db, bookingId)
  return booking ? { ok: true, value: booking } : { ok: false, refusal: 'booking_not_found' }
}

/** A client may come early, but not on another day. */
const isOfLaterDay = (startsAt: number, now: number, zone: string) => dayInZone(startsAt, zone) > dayInZone(now, zone)
