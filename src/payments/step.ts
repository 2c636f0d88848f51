import { MINUTE_MS } from '../platform/time.ts'
import type { ProviderPayment } from './provider.ts'

/** What a look at a payment ends in: something has changed, or nothing is to be done before then. */
export type Step =
  /** `seen`: what the provider has just said, so that it is not asked again. */
  | { readonly kind: 'again'; readonly seen?: ProviderPayment | undefined }
  /** null: until somebody wakes it. */
  | { readonly kind: 'wait'; readonly until: number | null; readonly failed?: boolean }

export const AGAIN: Step = { kind: 'again' }
export const DONE_WITH_IT: Step = { kind: 'wait', until: null }

/** The provider did not answer, or said nothing of use. The same key is repeated about once a minute, later less often. */
export const later = (now: number, attempts: number): Step => ({
  kind: 'wait',
  until: now + MINUTE_MS * Math.min(2 ** Math.min(attempts, 6), 60),
  failed: true,
})

/** The earlier of two plans. */
export const sooner = (a: number | null, b: number | null): number | null => {
  if (a === null) return b
  return b === null ? a : Math.min(a, b)
}
