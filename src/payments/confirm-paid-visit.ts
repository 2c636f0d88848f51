import { confirmHold } from '../booking/confirm-hold.ts'
import type { Context } from '../context.ts'
import type { OwnReason } from './exceptions.ts'
import type { PaymentRow } from './payments.store.ts'

/** Makes the visit firm that is being paid. `later`: YClients is just being asked, or does not say. */
export async function confirmPaidVisit(ctx: Context, payment: PaymentRow): Promise<'confirmed' | 'later' | OwnReason> {
  if (payment.userId === null) return 'hold_ended'
  const confirmed = await confirmHold(ctx, { bookingId: payment.bookingId, userId: payment.userId, isPaid: true })
  if (confirmed.ok) return 'confirmed'
  switch (confirmed.refusal) {
    case 'temporarily_unavailable':
      return 'later'
    case 'hold_expired':
    case 'booking_not_found':
      return 'hold_ended'
    case 'slot_taken':
      return 'slot_taken'
    default:
      return 'booking_refused'
  }
}
