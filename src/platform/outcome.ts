/**
 * What a unit of queued work ends in. There is no fourth way: an exception counts as `retry`, and work that has been
 * retried too often is parked where an administrator sees it.
 */
export type Outcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'retry'; readonly delaySeconds: number; readonly reason: string }
  | { readonly kind: 'park'; readonly reason: string }

export const DONE: Outcome = { kind: 'done' }

/** An expected refusal or a value; refusals travel as values so that they survive the hop out of a Durable Object. */
export type Result<T, Refusal extends string> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: Refusal }

const BASE_DELAY_SECONDS = 30
const MAX_DELAY_SECONDS = 1800

/**
 * Seconds until the next attempt: 30, 60, 120 … capped at half an hour, with up to a quarter of jitter so that messages
 * that failed together do not come back together. `random` is in [0, 1).
 */
export function backoffSeconds(attempts: number, random: number): number {
  const delay = Math.min(MAX_DELAY_SECONDS, BASE_DELAY_SECONDS * 2 ** Math.min(attempts - 1, 10))
  return Math.round(delay * (1 + random / 4))
}

/** Tried so often, over about an hour, and still failing: a person should look. */
const MAX_ATTEMPTS = 8

/** Another try after a growing pause, or parking if there were enough. */
export function retryOrPark(reason: string, attempts: number, random: number, atLeastSeconds = 0): Outcome {
  if (attempts >= MAX_ATTEMPTS) return { kind: 'park', reason }
  return { kind: 'retry', reason, delaySeconds: Math.max(atLeastSeconds, backoffSeconds(attempts, random)) }
}
