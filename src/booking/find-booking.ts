import type { Context } from '../context.ts'
import { type BookingRow, bookingById } from './booking.store.ts'

/** One of a client's visits. A hold that has ended is none. */
export async function findBooking(ctx: Context, id: number, userId: number): Promise<BookingRow | undefined> {
  const [booking] = await bookingById(ctx.db, id)
  if (!booking || booking.userId !== userId) return undefined
  const isEndedHold =
    booking.holdExpiresAt !== null && (booking.status === 'cancelled' || booking.holdExpiresAt <= ctx.now())
  return isEndedHold ? undefined : booking
}
