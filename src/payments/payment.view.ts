import { z } from '@hono/zod-openapi'
import type { Language } from '../platform/problem.ts'
import { formatInZone } from '../platform/time.ts'
import { sayReason } from './exceptions.ts'
import type { PaymentView, RefundPreview } from './get-payment.ts'
import type { PaymentRow } from './payments.store.ts'
import { sayPolicy } from './refund-policy.ts'

export const CLIENT_STATUSES = ['pending', 'processing', 'succeeded', 'cancelled', 'returned'] as const

export const paymentSchema = z
  .object({
    id: z.int(),
    booking_id: z.int(),
    status: z.enum(CLIENT_STATUSES).openapi({
      description:
        'pending: to be paid on the page of confirmation_url (null: ask again in some seconds). processing: paid, the visit is being confirmed. succeeded: the visit is booked. returned: paid in vain, the money goes back',
    }),
    amount: z.int().openapi({ description: 'Kopecks to be paid in money' }),
    bonuses: z.int().openapi({ description: 'Points that are part of the price' }),
    confirmation_url: z.string().nullable().openapi({ description: 'Where the client pays' }),
    expires_at: z.string().nullable().openapi({ format: 'date-time', description: 'Until then it can be paid' }),
    refund_policy: z.string().openapi({ description: 'What comes back of a cancelled visit, in words' }),
    reason_code: z.string().nullable().openapi({ description: 'Why nothing came of it' }),
    reason: z.string().nullable().openapi({ description: 'The same in words' }),
    time_is_free: z
      .boolean()
      .nullable()
      .openapi({ description: 'Of one that came to nothing: whether the same time can be held again' }),
    refunded: z.int().openapi({ description: 'Kopecks that went back, or are on their way' }),
    created_at: z.string().openapi({ format: 'date-time' }),
  })
  .openapi('Payment')

export function statusOf(payment: PaymentRow): (typeof CLIENT_STATUSES)[number] {
  if (payment.outcome === 'confirmed') return 'succeeded'
  if (payment.outcome === 'returned') return payment.capturedKopecks > 0 ? 'returned' : 'cancelled'
  if (payment.cancelReason !== null) return 'cancelled'
  return payment.status === 'succeeded' ? 'processing' : 'pending'
}

export function renderPayment(
  { payment, timeIsFree }: PaymentView,
  zone: string,
  language: Language,
): z.infer<typeof paymentSchema> {
  const status = statusOf(payment)
  const reason = status === 'cancelled' || status === 'returned' ? (payment.cancelReason ?? 'other') : null
  return {
    id: payment.id,
    booking_id: payment.bookingId,
    status,
    amount: payment.amountKopecks,
    bonuses: payment.bonusPoints,
    confirmation_url: status === 'pending' ? payment.confirmationUrl : null,
    expires_at: payment.expiresAt === null ? null : formatInZone(payment.expiresAt, zone),
    refund_policy: sayPolicy(payment, language),
    reason_code: reason,
    reason: reason === null ? null : sayReason(reason, language),
    time_is_free: reason === null ? null : timeIsFree,
    refunded: payment.refundedKopecks,
    created_at: formatInZone(payment.createdAt, zone),
  }
}

export const bookingPaymentSchema = z
  .object({
    payment_id: z.int(),
    amount: z.int().openapi({ description: 'Kopecks' }),
    bonuses: z.int(),
    refunded: z.int().openapi({ description: 'Kopecks' }),
    refund_policy: z.string(),
    refund_now: z
      .object({ amount: z.int(), bonuses: z.int() })
      .nullable()
      .openapi({ description: 'What would come back if the visit were cancelled now; null once it cannot be' }),
  })
  .openapi('BookingPayment')

export const renderBookingPayment = (
  { payment, now }: RefundPreview,
  language: Language,
): z.infer<typeof bookingPaymentSchema> => ({
  payment_id: payment.id,
  amount: payment.capturedKopecks,
  bonuses: payment.bonusPoints,
  refunded: payment.refundedKopecks,
  refund_policy: sayPolicy(payment, language),
  refund_now: now ? { amount: now.amountKopecks, bonuses: now.points } : null,
})
