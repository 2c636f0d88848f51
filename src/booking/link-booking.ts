import type { By } from '../auth/actor.ts'
import type { Context } from '../context.ts'
import { settleSoon } from '../loyalty/settle-bookings.ts'
import { somethingChanged, writeAudit } from '../ops/audit.statements.ts'
import type { Result } from '../platform/outcome.ts'
import { findUserById } from '../users/find-users.ts'
import { type BookingRow, bookingById, linkByHand } from './booking.store.ts'

/** Gives a visit to a client by an administrator's hand. Bonuses follow: taken back from a former owner, given to the new. */
export async function linkBooking(
  ctx: Context,
  request: { bookingId: number; userId: number },
  by: By,
): Promise<Result<BookingRow, 'booking_not_found' | 'user_not_found'>> {
  const { db } = ctx
  const [before] = await bookingById(db, request.bookingId)
  if (!before) return { ok: false, refusal: 'booking_not_found' }
  if (!(await findUserById(ctx, request.userId))) return { ok: false, refusal: 'user_not_found' }
  const now = ctx.now()
  const [linked] = await db.batch([
    linkByHand(db, request.bookingId, request.userId, now),
    writeAudit(
      db,
      {
        by,
        action: 'booking.link',
        entity: 'booking',
        entityId: String(request.bookingId),
        before: { user_id: before.userId, client_match: before.clientMatch },
        after: { user_id: request.userId, client_match: 'manual' },
        when: somethingChanged,
      },
      now,
    ),
  ])
  // Erased since he was looked up.
  if (linked.length === 0) return { ok: false, refusal: 'user_not_found' }
  await settleSoon(
    ctx,
    [...new Set([before.userId, request.userId])].filter((id) => id !== null),
  )
  const [after] = await bookingById(db, request.bookingId)
  return after ? { ok: true, value: after } : { ok: false, refusal: 'booking_not_found' }
}
