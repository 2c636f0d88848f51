import type { Context } from '../context.ts'
import type { PaymentNotice } from '../messages.ts'
import { parkAlarm } from '../ops/park-work.ts'
import { DONE, type Outcome, retryOrPark } from '../platform/outcome.ts'
import { advancePayment } from './advance-payment.ts'
import { bindPayment, paymentById, paymentOfProviderId, takeUp } from './payments.store.ts'
import type { PaymentProvider, ProviderPayment } from './provider.ts'

/** Looks at the payment that a notification speaks of, as if nobody had said anything about it but its number. */
export async function handlePaymentNotice(ctx: Context, notice: PaymentNotice, attempts: number): Promise<Outcome> {
  const provider = ctx.payments
  if (!provider || provider.name !== notice.provider) return { kind: 'park', reason: 'payments are switched off' }
  const retry = (reason: string) => retryOrPark(reason, attempts, ctx.random())
  const paymentId = await paymentIdOf(ctx, provider, notice)
  if (paymentId === 'unavailable') return retry('the provider does not answer')
  if (paymentId === undefined) return DONE
  const [known] = await paymentOfProviderId(ctx.db, provider.name, paymentId)
  if (known) {
    await takeUp(ctx.db, known.id, 0)
    const payment = await advancePayment(ctx, known.id)
    // What could not be finished now is tried again before the cron comes.
    const isOpen = payment?.status === 'pending' || (payment?.status === 'succeeded' && payment.outcome === null)
    const isSoon = isOpen && payment.nextAt !== null && payment.attempts > 0 && attempts < 5
    return isSoon ? retry('not finished') : DONE
  }
  const answer = await provider.readPayment(ctx, paymentId)
  if (answer.kind === 'refused') return DONE
  if (answer.kind !== 'ok') return retry('the provider does not answer')
  return await takeStranger(ctx, provider, answer.value)
}

/** The provider's number of the payment. Undefined: of a refund that there is not. */
async function paymentIdOf(
  ctx: Context,
  provider: PaymentProvider,
  { object, id }: PaymentNotice,
): Promise<string | 'unavailable' | undefined> {
  if (object === 'payment') return id
  const refund = await provider.readRefund(ctx, id)
  if (refund.kind === 'ok') return refund.value.paymentId
  return refund.kind === 'refused' ? undefined : 'unavailable'
}

/** A payment that we do not know: ours if the answer to its making was lost, else somebody should look where its money came from. */
async function takeStranger(ctx: Context, provider: PaymentProvider, seen: ProviderPayment): Promise<Outcome> {
  const { db, config } = ctx
  const isHere = seen.isOurs && seen.metadata.environment === config.environment
  const [ours] = isHere ? await paymentById(db, Number(seen.metadata.paymentId) || 0) : []
  if (
    ours &&
    ours.status === 'creating' &&
    ours.provider === provider.name &&
    seen.isTest === config.payments.testMode
  ) {
    const now = ctx.now()
    const bound = {
      providerPaymentId: seen.id,
      confirmationUrl: seen.confirmationUrl ?? null,
      expiresAt: seen.payableUntil ?? now,
    }
    await bindPayment(db, ours.id, bound, 0, now)
    await advancePayment(ctx, ours.id)
    return DONE
  }
  if (seen.isOurs && (seen.status === 'succeeded' || seen.status === 'waiting_for_capture')) {
    await parkAlarm(ctx, `payment:${seen.id}`, 'money came to the shop for a payment that was not made here')
  }
  return DONE
}
