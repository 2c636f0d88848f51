/** Words of a booking that everybody shares. */
export const BOOKING_STATUSES = ['pending', 'confirmed', 'completed', 'cancelled', 'no_show'] as const
export type BookingStatus = (typeof BOOKING_STATUSES)[number]

/** What can happen to a visit. */
export const BOOKING_EVENTS = [
  'held',
  'released',
  'created',
  'moved',
  'confirmed',
  'completed',
  'no_show',
  'cancelled',
  'reopened',
] as const

/**
 * How the client of a visit was found: by the code in the comment, by e-mail, by phone, by an administrator's hand.
 * Or why not: nobody fits, several fit, the visit names nobody, it is no visit at all (a break in the journal).
 */
export const CLIENT_MATCHES = [
  'code',
  'email',
  'phone',
  'manual',
  'none',
  'ambiguous',
  'no_contact',
  'technical',
] as const
export type ClientMatch = (typeof CLIENT_MATCHES)[number]

/**
 * In place of a comment on somebody's visit that named a client who was erased; a visit without a comment has NULL. It is the
 * visit's last: no later state of the record brings a comment back.
 */
export const BLANKED_COMMENT = ''

/** Begins every `api_id` that we give a visit, so that our own are known among YClients' records. */
export const API_ID_PREFIX = 'spa-'

export interface BookingItem {
  readonly yclientsServiceId: number | null
  readonly name: string
  readonly priceKopecks: number
  readonly amount: number
}
