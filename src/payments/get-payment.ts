import { timeOfVisit } from '../booking/paid-booking.statements.ts'
import type { Context } from '../context.ts'
import { advancePayment } from './advance-payment.ts'
import { type PaymentRow, paymentById, paymentOfBooking } from './payments.store.ts'
import { refundOfVisit } from './refund-of-visit.ts'

/** Older answers of the provider are asked for anew when the client looks. */
const FRESH_MS = 3000

export interface PaymentView {
  readonly payment: PaymentRow
  /** Of one that came to nothing: could the same time be booked again? */
  readonly timeIsFree: boolean
}

/** A client's payment as it is now. He waits for it, so the provider is asked, too. */
export async function getPayment(ctx: Context, id: number, userId: number): Promise<PaymentView | undefined> {
  const [stored] = await paymentById(ctx.db, id)
  if (!stored || stored.userId !== userId) return undefined
  const isOpen = stored.status === 'creating' || stored.status === 'pending' || stored.outcome === null
  const isStale = isOpen && stored.status !== 'cancelled' && ctx.now() - stored.readAt > FRESH_MS
  return await viewOf(ctx, isStale ? ((await advancePayment(ctx, id)) ?? stored) : stored)
}

/** A payment with what the client may do next. */
export async function viewOf(ctx: Context, payment: PaymentRow): Promise<PaymentView> {
  const cameToNothing = payment.cancelReason !== null
  const [time] = cameToNothing ? await timeOfVisit(ctx.db, payment.bookingId, ctx.now()) : []
  return { payment, timeIsFree: time?.isFree === 1 }
}

export interface RefundPreview {
  readonly payment: PaymentRow
  /** If the visit were cancelled now; undefined once it cannot be any more. */
  readonly now: { readonly amountKopecks: number; readonly points: number } | undefined
}

/** What was paid for a visit, and what would come back now. */
export async function previewRefund(ctx: Context, bookingId: number): Promise<RefundPreview | undefined> {
  const [payment] = await paymentOfBooking(ctx.db, bookingId)
  if (payment?.outcome !== 'confirmed') return undefined
  const isOn = payment.bookingStatus === 'confirmed' || payment.bookingStatus === 'pending'
  return { payment, now: isOn ? refundOfVisit(payment, ctx.now()) : undefined }
}
