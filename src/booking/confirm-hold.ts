import type { Context } from '../context.ts'
import type { Result } from '../platform/outcome.ts'
import { dayInZone } from '../platform/time.ts'
import { type Refused, tellNewBooking } from '../yclients/tell-yclients.ts'
import { type BookingRow, bookingById } from './booking.store.ts'
import { readBookingPlan } from './booking-plan.ts'
import { ASKING_MS } from './create-booking.ts'
import { findInstead, type NearestSlot } from './find-nearest.ts'
import { type ChangeableBooking, changeableBooking, confirmIfHeld, parseAdditional } from './own-booking.store.ts'
import { whereBooked } from './where-booked.ts'

export type ConfirmRefusal =
  | 'booking_not_found'
  | 'hold_expired'
  | 'payment_open'
  | 'temporarily_unavailable'
  | Refused['refusal']

export interface ConfirmTaken {
  readonly ok: false
  readonly refusal: 'slot_taken'
  readonly nearest: readonly NearestSlot[]
}

/**
 * Makes a client's hold firm, and tells YClients if the visit is booked there by now. A hold that has ended stays ended: its
 * time may be somebody else's. One that is being paid is made firm by its payment only (`isPaid`).
 */
export async function confirmHold(
  ctx: Context,
  { bookingId, userId, isPaid = false }: { bookingId: number; userId: number; isPaid?: boolean },
): Promise<Result<BookingRow, ConfirmRefusal> | ConfirmTaken> {
  const [hold] = await changeableBooking(ctx.db, bookingId)
  if (!hold || hold.userId !== userId) return { ok: false, refusal: 'booking_not_found' }
  const isToldToYclients = hold.holdExpiresAt !== null && (await belongsThere(ctx, hold))
  const [confirmed] = await confirmIfHeld(ctx.db, hold, { isToldToYclients, isPaid }, ctx.now())
  if (confirmed && isToldToYclients) {
    const told = await tellNewBooking(ctx, bookingId)
    if (told.kind === 'refused') {
      const { refusal } = told
      if (refusal !== 'slot_taken') return { ok: false, refusal }
      return { ok: false, refusal, nearest: (await findInstead(ctx, bookingId)) ?? [] }
    }
  }
  const [booking] = await bookingById(ctx.db, bookingId)
  if (!booking) return { ok: false, refusal: 'booking_not_found' }
  if (confirmed) return { ok: true, value: booking }
  const isStillHeld = booking.status === 'pending' && booking.holdExpiresAt !== null
  // Moved in this very moment.
  if (isStillHeld && booking.revision !== hold.revision) return await confirmHold(ctx, { bookingId, userId, isPaid })
  if (isStillHeld && hold.isBeingPaid && !isPaid) return { ok: false, refusal: 'payment_open' }
  const isConfirmed = booking.status === 'confirmed' && booking.holdExpiresAt === null
  if (!isConfirmed) return { ok: false, refusal: 'hold_expired' }
  // A repetition finds what it wanted, unless YClients is perhaps being asked just now and may refuse it.
  const isUndecided = booking.syncState === 'provisional' && ctx.now() - booking.updatedAt < ASKING_MS
  return isUndecided ? { ok: false, refusal: 'temporarily_unavailable' } : { ok: true, value: booking }
}

/** Is such a visit written into YClients now? The hold may have been moved, or the service, since it was made. */
async function belongsThere(ctx: Context, hold: ChangeableBooking): Promise<boolean> {
  if (hold.serviceId === null || hold.staffId === null) return false
  const day = dayInZone(hold.startsAt, ctx.config.branchTimezone)
  const additionalServiceIds = parseAdditional(hold)
  const wanted = { serviceId: hold.serviceId, additionalServiceIds, staffId: hold.staffId, alsoSwitchedOff: true }
  const plan = await readBookingPlan(ctx, { ...wanted, fromDay: day, toDay: day })
  const [master] = plan.ok ? plan.value.masters : []
  return plan.ok && master !== undefined && whereBooked(plan.value, ctx.config.yclients).isToldToYclients(master)
}
