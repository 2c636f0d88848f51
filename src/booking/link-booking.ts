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
  /** `revision`: the one that the administrator saw; undefined if it does not matter. */
  request: { bookingId: number; userId: number; revision?: number | undefined },
  by: By,
): Promise<Result<BookingRow, 'booking_not_found' | 'user_not_found' | 'precondition_failed'>> {
  const { db } = ctx
  const [before] = await bookingById(db, request.bookingId)
  if (!before) return { ok: false, refusal: 'booking_not_found' }
  const { revision = before.revision } = request
  if (revision !== before.revision) return { ok: false, refusal: 'precondition_failed' }
  if (!(await findUserById(ctx, request.userId))) return { ok: false, refusal: 'user_not_found' }
  const now = ctx.now()
  const [linked] = await db.batch([
    linkByHand(db, before, request.userId, now),
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
  if (linked.length === 0) return await whyNot(ctx, request, before, by)
  await settleSoon(
    ctx,
    [...new Set([before.userId, request.userId])].filter((id) => id !== null),
  )
  const [after] = await bookingById(db, request.bookingId)
  return after ? { ok: true, value: after } : { ok: false, refusal: 'booking_not_found' }
}

/** The visit changed meanwhile, or the client was erased. */
async function whyNot(
  ctx: Context,
  request: Parameters<typeof linkBooking>[1],
  before: BookingRow,
  by: By,
): ReturnType<typeof linkBooking> {
  const [current] = await bookingById(ctx.db, request.bookingId)
  return current && current.revision !== before.revision
    ? await linkBooking(ctx, request, by)
    : { ok: false, refusal: 'user_not_found' }
}
