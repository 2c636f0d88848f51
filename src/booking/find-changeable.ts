import type { Context } from '../context.ts'
import type { Result } from '../platform/outcome.ts'
import { MINUTE_MS } from '../platform/time.ts'
import { type ChangeableBooking, changeableBooking } from './own-booking.store.ts'

/** Who wants to change a visit. The desk is not bound to notice periods. */
export type Changer = { readonly client: number } | 'desk'

export type ChangeRefusal =
  | 'booking_not_found'
  | 'booking_not_changeable'
  | 'too_late_to_change'
  | 'precondition_failed'

/** Of visits whose service we do not know. */
export const USUAL_NOTICE_MINUTES = 180

/**
 * The visit, if this person may still cancel or move it. `revision`: the one that the person saw, so that two devices do not
 * overwrite each other; undefined if it does not matter.
 */
export async function findChangeable(
  ctx: Context,
  wanted: { bookingId: number; revision: number | undefined },
  who: Changer,
): Promise<Result<ChangeableBooking, ChangeRefusal>> {
  const [booking] = await changeableBooking(ctx.db, wanted.bookingId)
  if (!booking || (who !== 'desk' && booking.userId !== who.client)) return { ok: false, refusal: 'booking_not_found' }
  if (wanted.revision !== undefined && wanted.revision !== booking.revision) {
    return { ok: false, refusal: 'precondition_failed' }
  }
  const now = ctx.now()
  const isHold = booking.holdExpiresAt !== null
  const isOpen = booking.status === 'pending' || booking.status === 'confirmed'
  if (!isOpen || booking.startsAt <= now || (isHold && (booking.holdExpiresAt ?? 0) <= now)) {
    return { ok: false, refusal: 'booking_not_changeable' }
  }
  const notice = (booking.cancelNoticeMinutes ?? USUAL_NOTICE_MINUTES) * MINUTE_MS
  if (who !== 'desk' && !isHold && booking.startsAt - now < notice) return { ok: false, refusal: 'too_late_to_change' }
  return { ok: true, value: booking }
}
