import { type Outcome, retryOrPark } from '../platform/outcome.ts'
import type { YclientsFailure } from './call.ts'

/** A failure in one word for people: "yclients_unavailable_502". */
export const reasonOf = (failure: YclientsFailure): string =>
  'status' in failure ? `yclients_${failure.kind}_${failure.status}` : `yclients_${failure.kind}`

/** What to do with queued work that YClients did not let through. Pure but for the jitter, which comes in. */
export const outcomeOfFailure = (failure: YclientsFailure, attempts: number, random: number): Outcome =>
  retryOrPark(reasonOf(failure), attempts, random, failure.kind === 'rate_limited' ? failure.retryAfterSeconds : 0)
