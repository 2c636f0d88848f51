import type { WebhookMessage } from '../messages.ts'
import { DONE, type Outcome } from '../platform/outcome.ts'
import type { BookingChange } from './booking-change.ts'
import type { WebhookVerdict } from './verdict.ts'
import type { WireWebhook } from './wire.ts'

export interface WebhookDelivery {
  readonly message: WebhookMessage
  readonly attempts: number
}

export interface IncomingEvent {
  readonly id: string
  readonly event: WireWebhook
  readonly delivery: WebhookDelivery
}

/** What became of one event. */
export interface Fate {
  readonly verdict: WebhookVerdict
  readonly outcome: Outcome
  readonly bookingId?: number | null
  readonly change?: BookingChange | undefined
  readonly note?: string
}

export const IGNORED: Fate = { verdict: 'ignored', outcome: DONE }
