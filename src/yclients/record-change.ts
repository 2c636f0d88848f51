import type { BookingItem } from '../booking/booking.ts'

/**
 * What one webhook body or one API answer says about one record, in our words. In `fields`, a missing key means "nothing
 * was said" (bodies may be partial) and null means "said to be empty".
 */
export interface RecordChange {
  readonly companyId: number
  readonly recordId: number
  /** An API answer is the truth of its moment; a webhook body may be partial, late or doubled. */
  readonly origin: 'webhook' | 'api'
  /** Webhook: when it came. API: when the question was sent. */
  readonly observedAt: number
  /** last_change_date; missing in some webhook bodies. */
  readonly changedAt?: number | undefined
  readonly deleted?: boolean | undefined
  readonly fields: RecordFields
  /** The webhook event that told of it, for the log. */
  readonly eventId?: string
  /** Our own name for the visit, if it was we who wrote the record. */
  readonly apiId?: string | undefined
  /** The record could not be read from the API either: store what there is, the sync will complete it. */
  readonly takeAsIs?: boolean
}

export interface RecordFields {
  readonly startsAt?: number
  readonly durationMinutes?: number
  readonly items?: readonly BookingItem[]
  readonly yclientsVisitId?: number
  readonly yclientsStaffId?: number
  readonly yclientsClientId?: number | null
  readonly clientName?: string | null
  readonly phone?: string | null
  readonly email?: string | null
  readonly comment?: string | null
  readonly attendance?: number
  readonly createdAt?: number
}
