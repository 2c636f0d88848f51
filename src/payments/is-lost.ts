import type { PaymentRow } from './payments.store.ts'

/** Is the time that is being paid no longer kept for its client? Pure. */
export const isLost = (
  { bookingStatus, holdExpiresAt }: Pick<PaymentRow, 'bookingStatus' | 'holdExpiresAt'>,
  now: number,
): boolean => {
  // Confirmed by this very payment: while it is open nobody else can.
  if (bookingStatus === 'confirmed' || bookingStatus === 'completed') return false
  return bookingStatus !== 'pending' || (holdExpiresAt !== null && holdExpiresAt <= now)
}
