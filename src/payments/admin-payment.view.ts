import { z } from '@hono/zod-openapi'
import type { Language } from '../platform/problem.ts'
import { formatInZone } from '../platform/time.ts'
import { sayReason } from './exceptions.ts'
import type { WholePayment } from './list-payments.ts'
import { PROVIDERS, RECEIPT_STATUSES, REFUND_CAUSES, REFUND_STATUSES } from './payment.ts'
import { CLIENT_STATUSES, statusOf } from './payment.view.ts'
import type { PaymentRow } from './payments.store.ts'

const instant = z.string().openapi({ format: 'date-time' })

export const adminPaymentSchema = z
  .object({
    id: z.int(),
    booking_id: z.int(),
    user_id: z.int().nullable(),
    status: z.enum(CLIENT_STATUSES),
    provider: z.enum(PROVIDERS),
    provider_payment_id: z.string().nullable(),
    price: z.int().openapi({ description: 'Kopecks' }),
    amount: z.int().openapi({ description: 'Kopecks of it in money' }),
    bonuses: z.int(),
    captured: z.int().openapi({ description: 'Kopecks that came' }),
    refunded: z.int().openapi({ description: 'Kopecks that went back, or are on their way' }),
    reason_code: z.string().nullable(),
    reason: z.string().nullable(),
    exception: z.string().nullable().openapi({ description: 'Why somebody should look at it' }),
    exception_closed: z.boolean(),
    created_at: instant,
  })
  .openapi('AdminPayment')

export const wholePaymentSchema = adminPaymentSchema
  .extend({
    refunds: z.array(
      z.object({
        id: z.int(),
        amount: z.int(),
        bonuses: z.int(),
        status: z.enum(REFUND_STATUSES),
        cause: z.enum(REFUND_CAUSES),
        reason: z.string().nullable(),
        fail_reason: z.string().nullable(),
        actor: z.string(),
        created_at: instant,
      }),
    ),
    receipt: z
      .object({ status: z.enum(RECEIPT_STATUSES), amount: z.int(), due_at: instant, last_error: z.string().nullable() })
      .nullable()
      .openapi({ description: 'The second receipt, owed since the visit took place' }),
  })
  .openapi('WholePayment')

export const renderAdminPayment = (
  payment: PaymentRow,
  zone: string,
  language: Language,
): z.infer<typeof adminPaymentSchema> => ({
  id: payment.id,
  booking_id: payment.bookingId,
  user_id: payment.userId,
  status: statusOf(payment),
  provider: payment.provider,
  provider_payment_id: payment.providerPaymentId,
  price: payment.priceKopecks,
  amount: payment.amountKopecks,
  bonuses: payment.bonusPoints,
  captured: payment.capturedKopecks,
  refunded: payment.refundedKopecks,
  reason_code: payment.cancelReason,
  reason: payment.cancelReason === null ? null : sayReason(payment.cancelReason, language),
  exception: payment.exception,
  exception_closed: payment.exceptionClosedAt !== null,
  created_at: formatInZone(payment.createdAt, zone),
})

export const renderWholePayment = (
  { payment, refunds, receipt }: WholePayment,
  zone: string,
  language: Language,
): z.infer<typeof wholePaymentSchema> => ({
  ...renderAdminPayment(payment, zone, language),
  refunds: refunds.map((refund) => ({
    id: refund.id,
    amount: refund.amountKopecks,
    bonuses: refund.bonusPoints,
    status: refund.status,
    cause: refund.cause,
    reason: refund.reason,
    fail_reason: refund.failReason,
    actor: refund.actor,
    created_at: formatInZone(refund.createdAt, zone),
  })),
  receipt: receipt
    ? {
        status: receipt.status,
        amount: receipt.amountKopecks,
        due_at: formatInZone(receipt.dueAt, zone),
        last_error: receipt.lastError,
      }
    : null,
})
