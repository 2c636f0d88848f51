import type { Context } from '../context.ts'
import type { Result } from '../platform/outcome.ts'
import { type Refused, tellNewBooking } from '../yclients/tell-yclients.ts'
import { type BookingRow, bookingById } from './booking.store.ts'
import { ASKING_MS } from './create-booking.ts'
import { findInstead, type NearestSlot } from './find-nearest.ts'
import { confirmIfHeld } from './own-booking.store.ts'

export interface ConfirmTaken {
  readonly ok: false
  readonly refusal: 'slot_taken'
  readonly nearest: readonly NearestSlot[]
}

/**
 * Makes a client's hold firm, and tells YClients if the visit is kept there. A hold that has ended stays ended: its time may be
 * somebody else's by now.
 */
export async function confirmHold(
  ctx: Context,
  { bookingId, userId }: { bookingId: number; userId: number },
): Promise<
  | Result<BookingRow, 'booking_not_found' | 'hold_expired' | 'temporarily_unavailable' | Refused['refusal']>
  | ConfirmTaken
> {
  const [confirmed] = await confirmIfHeld(ctx.db, { id: bookingId, userId }, ctx.now())
  if (confirmed?.syncState === 'provisional') {
    const told = await tellNewBooking(ctx, bookingId)
    if (told.kind === 'refused') {
      const { refusal } = told
      if (refusal !== 'slot_taken') return { ok: false, refusal }
      return { ok: false, refusal, nearest: (await findInstead(ctx, bookingId)) ?? [] }
    }
  }
  const [booking] = await bookingById(ctx.db, bookingId)
  if (!booking || booking.userId !== userId) return { ok: false, refusal: 'booking_not_found' }
  if (confirmed) return { ok: true, value: booking }
  const isConfirmed = booking.status === 'confirmed' && booking.holdExpiresAt === null
  if (!isConfirmed) return { ok: false, refusal: 'hold_expired' }
  // A repetition finds what it wanted, unless YClients is perhaps being asked just now and may refuse it.
  const isUndecided = booking.syncState === 'provisional' && ctx.now() - booking.updatedAt < ASKING_MS
  return isUndecided ? { ok: false, refusal: 'temporarily_unavailable' } : { ok: true, value: booking }
}
