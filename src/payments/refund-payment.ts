import type { AdminActor, By } from '../auth/actor.ts'
import { roleIsAtLeast } from '../auth/actor.ts'
import type { Context } from '../context.ts'
import { somethingChanged, writeAudit } from '../ops/audit.statements.ts'
import { isRefusedWith } from '../platform/db.ts'
import { sha256Hex } from '../platform/hash.ts'
import type { Result } from '../platform/outcome.ts'
import { advancePayment } from './advance-payment.ts'
import { type PaymentRow, paymentById, takeUp } from './payments.store.ts'
import { insertRefund, refundOfKey } from './refunds.store.ts'

export interface RefundRequest {
  readonly paymentId: number
  /** Undefined: all that is left. */
  readonly amountKopecks: number | undefined
  readonly reason: string
  readonly idempotencyKey: string
  readonly admin: AdminActor
  readonly by: By
}

export type RefundRefusal =
  | 'payment_not_found'
  | 'payment_not_refundable'
  | 'refund_exceeds_payment'
  | 'refund_needs_owner'
  | 'idempotency_key_reused'

/** An administrator gives money back. The visit stays as it is: whoever wants it cancelled cancels it. */
export async function refundPayment(
  ctx: Context,
  request: RefundRequest,
): Promise<Result<{ payment: PaymentRow; replayed: boolean }, RefundRefusal>> {
  const { db } = ctx
  const { paymentId, reason, by } = request
  const idempotencyKey = `admin:${request.idempotencyKey}`
  const fingerprint = await sha256Hex(JSON.stringify([paymentId, request.amountKopecks ?? null, reason]))
  const [[payment], [earlier]] = await db.batch([paymentById(db, paymentId), refundOfKey(db, idempotencyKey)])
  if (!payment) return { ok: false, refusal: 'payment_not_found' }
  if (earlier) {
    if (earlier.fingerprint !== fingerprint) return { ok: false, refusal: 'idempotency_key_reused' }
    return { ok: true, value: { payment, replayed: true } }
  }
  const left = payment.capturedKopecks - payment.refundedKopecks
  if (payment.status !== 'succeeded' || left <= 0) return { ok: false, refusal: 'payment_not_refundable' }
  const amountKopecks = request.amountKopecks ?? left
  if (amountKopecks > left) return { ok: false, refusal: 'refund_exceeds_payment' }
  const isLarge = amountKopecks > ctx.config.payments.managerRefundKopecks
  if (isLarge && !roleIsAtLeast(request.admin.role, 'owner')) return { ok: false, refusal: 'refund_needs_owner' }
  const now = ctx.now()
  const refund = {
    paymentId,
    amountKopecks,
    bonusPoints: 0,
    cause: 'administrator',
    reason,
    actor: by.actor,
    idempotencyKey,
    fingerprint,
  } as const
  const audit = {
    by,
    action: 'payment.refund',
    entity: 'payment',
    entityId: String(paymentId),
    before: { refunded_kopecks: payment.refundedKopecks },
    after: { refunded_kopecks: payment.refundedKopecks + amountKopecks },
    when: somethingChanged,
  }
  try {
    await db.batch([insertRefund(db, refund, now), writeAudit(db, audit, now), takeUp(db, paymentId, 0)])
  } catch (error) {
    // Another one was given at this very moment.
    if (isRefusedWith(error, 'REFUND_EXCEEDS_PAYMENT')) return { ok: false, refusal: 'refund_exceeds_payment' }
    throw error
  }
  return { ok: true, value: { payment: (await advancePayment(ctx, paymentId)) ?? payment, replayed: false } }
}
