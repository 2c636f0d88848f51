import type { Context } from '../context.ts'
import { MINUTE_MS } from '../platform/time.ts'
import { afterwards } from './after-payment.ts'
import { createAtProvider } from './create-at-provider.ts'
import { decideOutcome } from './decide-outcome.ts'
import { followProvider } from './follow-provider.ts'
import { releaseBonuses } from './payment-bonuses.ts'
import { type PaymentRow, paymentById, planNext, takeUp } from './payments.store.ts'
import type { Step } from './step.ts'

/** More steps no payment has in a row; one that goes round in circles is left for a minute. */
const MOST_STEPS = 20
/** Longer than one look takes. A look that dies is repeated after it. */
const LOOK_MS = 2 * MINUTE_MS

/**
 * Takes a payment as far as it can go now: asks the provider, confirms the visit, spends or gives back the bonuses, refunds,
 * sends the receipt. Everything that can wake a payment calls this: the client, a notification, a change of the visit, the cron.
 * Each step is safe to repeat and finds in the database what was done before, so it may die anywhere and run twice at once.
 */
export async function advancePayment(ctx: Context, paymentId: number): Promise<PaymentRow | undefined> {
  const { db } = ctx
  const lookAgainAt = ctx.now() + LOOK_MS
  await takeUp(db, paymentId, lookAgainAt)
  let [payment] = await paymentById(db, paymentId)
  let step: Step = { kind: 'again' }
  for (let steps = 0; payment && step.kind === 'again'; steps++) {
    if (steps >= MOST_STEPS) {
      ctx.log.error('payment.goes_round', { payment_id: paymentId, status: payment.status })
      step = { kind: 'wait', until: ctx.now() + MINUTE_MS }
      break
    }
    step = await takeStep(ctx, payment, step.seen)
    ;[payment] = await paymentById(db, paymentId)
  }
  if (!payment || step.kind === 'again') return payment
  const nextAt = step.until
  await planNext(
    db,
    paymentId,
    { nextAt, was: lookAgainAt, attempts: step.failed ? payment.attempts + 1 : 0 },
    ctx.now(),
  )
  return payment.nextAt === lookAgainAt ? { ...payment, nextAt } : payment
}

async function takeStep(
  ctx: Context,
  payment: PaymentRow,
  seen: Extract<Step, { kind: 'again' }>['seen'],
): Promise<Step> {
  switch (payment.status) {
    case 'creating':
      return await createAtProvider(ctx, payment)
    case 'pending':
      return await followProvider(ctx, payment, seen)
    case 'succeeded':
      return payment.outcome === null ? await decideOutcome(ctx, payment) : await afterwards(ctx, payment)
    case 'cancelled':
      return await releaseBonuses(ctx, payment)
  }
}
