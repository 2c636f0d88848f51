import type { Context } from '../context.ts'
import { confirmPaidVisit } from './confirm-paid-visit.ts'
import { decide, type PaymentRow, raise } from './payments.store.ts'
import { insertRefund, isReturned } from './refunds.store.ts'
import { AGAIN, type Step } from './step.ts'

const ASK_AGAIN_MS = 15_000

/** The money is here: it makes the visit firm, or it goes back by itself and the administrators see it. */
export async function decideOutcome(ctx: Context, payment: PaymentRow): Promise<Step> {
  const { db } = ctx
  const { id } = payment
  const said = payment.cancelReason === null ? await confirmPaidVisit(ctx, payment) : 'given up'
  if (said === 'later') return { kind: 'wait', until: ctx.now() + ASK_AGAIN_MS }
  const now = ctx.now()
  if (said === 'confirmed') {
    await decide(db, id, { outcome: 'confirmed', reason: null }, now)
    return AGAIN
  }
  const reason = said === 'given up' ? null : said
  const refund = {
    paymentId: id,
    amountKopecks: payment.capturedKopecks,
    bonusPoints: 0,
    cause: 'exception',
    reason: null,
    actor: 'system',
    idempotencyKey: `${payment.providerKey}:back`,
    fingerprint: null,
  } as const
  await db.batch([
    decide(db, id, { outcome: 'returned', reason }, now),
    ...(payment.capturedKopecks > 0
      ? [insertRefund(db, refund, now, isReturned(id)), raise(db, id, 'paid_in_vain', now)]
      : []),
  ])
  return AGAIN
}
