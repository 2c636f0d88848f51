import type { By } from '../auth/actor.ts'
import type { Context } from '../context.ts'
import { somethingChanged, writeAudit } from '../ops/audit.statements.ts'
import { paymentsToWake } from '../payments/payments.statements.ts'
import { wakePayments } from '../payments/wake-payment.ts'
import type { Result } from '../platform/outcome.ts'
import { mirrorCancel } from '../yclients/tell-yclients.ts'
import { type BookingRow, bookingById } from './booking.store.ts'
import { type ChangeRefusal, type Changer, findChangeable } from './find-changeable.ts'
import { cancelIfUnchanged } from './own-booking.store.ts'

/**
 * Cancels a visit; its time is free at once. A visit of YClients is cancelled there as well, by the queue if YClients does not
 * answer.
 */
export async function cancelBooking(
  ctx: Context,
  request: { bookingId: number; revision: number | undefined; reason: string | undefined },
  who: Changer,
  by: By,
): Promise<Result<BookingRow, ChangeRefusal>> {
  const { db } = ctx
  const found = await findChangeable(ctx, request, who)
  if (!found.ok) return found
  const { id, status } = found.value
  const now = ctx.now()
  const audit = {
    by,
    action: 'booking.cancel',
    entity: 'booking',
    entityId: String(id),
    before: { status },
    after: { status: 'cancelled', with_reason: request.reason !== undefined },
    when: somethingChanged,
  }
  const [cancelled, , payments] = await db.batch([
    cancelIfUnchanged(db, found.value, { reason: request.reason ?? null, by: by.actor }, now),
    writeAudit(db, audit, now),
    paymentsToWake(db, id),
  ])
  // Changed by somebody else since it was read: whoever named a revision has to look, for anybody else it is looked at again.
  if (cancelled.length === 0) return await cancelBooking(ctx, request, who, by)
  if (found.value.source === 'yclients' || found.value.syncState !== null) await mirrorCancel(ctx, id)
  await wakePayments(ctx, payments)
  const [booking] = await bookingById(db, id)
  return booking ? { ok: true, value: booking } : { ok: false, refusal: 'booking_not_found' }
}
