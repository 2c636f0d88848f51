import type { By } from '../auth/actor.ts'
import type { Context } from '../context.ts'
import { notToldYet, writeAudit } from '../ops/audit.statements.ts'
import { type BookingRequest, createBooking } from './create-booking.ts'
import { bookingOfKey } from './own-booking.store.ts'

export interface DeskRequest extends Omit<BookingRequest, 'hold' | 'idempotencyKey'> {
  readonly idempotencyKey: string
}

/** What a client sends as his key must never meet what the desk sends for him. */
const keyOf = (typed: string) => `desk:${typed}`

/**
 * The desk books for a client who stands there or is on the phone: as he would by himself, and without the notice that clients
 * have to keep.
 */
export async function bookAtDesk(
  ctx: Context,
  request: DeskRequest,
  by: By,
): Promise<Awaited<ReturnType<typeof createBooking>>> {
  const asked = { ...request, hold: false, idempotencyKey: keyOf(request.idempotencyKey), withoutNotice: true }
  const created = await createBooking(ctx, asked, by)
  if (!created.ok) return created
  const { id, userId, serviceId, staffId, startsAt } = created.value.booking
  const what = { action: 'booking.create', entity: 'booking', entityId: String(id) }
  const after = { user_id: userId, service_id: serviceId, staff_id: staffId, starts_at: startsAt }
  // Also of a repetition: the first may have ended before it could tell.
  await writeAudit(ctx.db, { by, ...what, after, when: notToldYet(what) }, ctx.now())
  return created
}

/** The visit that was booked for the client with this key, for a page that is opened again. */
export async function findBookedAtDesk(
  ctx: Context,
  { userId, idempotencyKey }: { userId: number; idempotencyKey: string },
): Promise<number | undefined> {
  const [booked] = await bookingOfKey(ctx.db, `client:${userId}:${keyOf(idempotencyKey)}`)
  return booked?.id
}
