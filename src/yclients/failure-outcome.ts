import { backoffSeconds, type Outcome } from '../platform/outcome.ts'
import type { YclientsFailure } from './client.ts'

/** Tried so often, over about two hours, and still failing: a person should look. */
export const MAX_ATTEMPTS = 8

/** What to do with queued work that YClients did not let through. Pure but for the jitter, which comes in. */
export function outcomeOfFailure(failure: YclientsFailure, attempts: number, random: number): Outcome {
  const reason = 'status' in failure ? `yclients_${failure.kind}_${failure.status}` : `yclients_${failure.kind}`
  return retryOrPark(reason, attempts, random, failure.kind === 'rate_limited' ? failure.retryAfterSeconds : 0)
}

export function retryOrPark(reason: string, attempts: number, random: number, atLeastSeconds = 0): Outcome {
  if (attempts >= MAX_ATTEMPTS) return { kind: 'park', reason }
  return { kind: 'retry', reason, delaySeconds: Math.max(atLeastSeconds, backoffSeconds(attempts, random)) }
}
