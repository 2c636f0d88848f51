import type { Context } from '../context.ts'
import type { Result } from '../platform/outcome.ts'
import { type Refused, tellNewBooking } from '../yclients/tell-yclients.ts'
import { type BookingRow, bookingById } from './booking.store.ts'
import { confirmHold as confirm } from './own-booking.store.ts'

/**
 * Makes a client's hold firm, and tells YClients if the visit is kept there. A hold that has ended stays ended: its time may be
 * somebody else's by now.
 */
export async function confirmHold(
  ctx: Context,
  { bookingId, userId }: { bookingId: number; userId: number },
): Promise<Result<BookingRow, 'booking_not_found' | 'hold_expired' | Refused['refusal']>> {
  const [confirmed] = await confirm(ctx.db, { id: bookingId, userId }, ctx.now())
  if (confirmed?.syncState === 'provisional') {
    const told = await tellNewBooking(ctx, bookingId)
    if (told.kind === 'refused') return { ok: false, refusal: told.refusal }
  }
  const [booking] = await bookingById(ctx.db, bookingId)
  if (!booking || booking.userId !== userId) return { ok: false, refusal: 'booking_not_found' }
  // Confirmed before: a repetition finds what it wanted.
  if (confirmed || (booking.status === 'confirmed' && booking.holdExpiresAt === null))
    return { ok: true, value: booking }
  return { ok: false, refusal: 'hold_expired' }
}
