import type { Context } from '../context.ts'
import type { HttpAnswer } from './http-answer.ts'
import type { Answer, PaymentProvider } from './provider.ts'

/** Counts a call to the provider and logs one that went wrong: codes and names of fields, never what was in them. */
export function noteAnswer(
  ctx: Context,
  provider: PaymentProvider['name'],
  answer: Answer<unknown>,
  received: HttpAnswer | undefined,
  startedAt: number,
): void {
  ctx.metrics.count('spa_payment_calls_total', { outcome: answer.kind })
  ctx.metrics.observe('spa_payment_call_duration_seconds', ctx.now() - startedAt)
  if (answer.kind === 'ok') return
  const fields = { provider, kind: answer.kind, status: received?.status ?? 0 }
  if (answer.kind !== 'refused') ctx.log.warn('payments.call_failed', fields)
  else {
    const refusal = { ...fields, code: answer.code, parameter: answer.parameter }
    // Only a person can put that right, and nobody can pay until then.
    if (answer.code === 'account_trouble') ctx.log.error('payments.call_failed', refusal)
    else ctx.log.warn('payments.call_failed', refusal)
  }
}
