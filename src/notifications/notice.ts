/** Words of the messages to clients that everybody shares. A notice is one thing that a client is told once. */
export const NOTICE_KINDS = [
  'booking_made',
  'booking_moved',
  'booking_cancelled',
  'payment_confirmed',
  'reminder_24h',
  'reminder_2h',
  'bonuses_accrued',
  'bonuses_expiring',
  'refund_made',
  'hold_expiring',
] as const
export type NoticeKind = (typeof NOTICE_KINDS)[number]

export const CHANNELS = ['push', 'email', 'sms'] as const
export type Channel = (typeof CHANNELS)[number]

/**
 * waiting: not due yet; queued: its message is in the queue; sending: somebody is handing it to a provider; failed: nobody takes
 * it, a person may look.
 */
export const NOTICE_STATES = ['waiting', 'queued', 'sending', 'sent', 'skipped', 'failed'] as const
export type NoticeState = (typeof NOTICE_STATES)[number]

/** Why a notice was not sent, or why it failed; beside these stand codes of providers. */
export const SKIP_REASONS = [
  'superseded',
  'cancelled',
  'moved',
  'over',
  'not_cancelled',
  'said_by_payment',
  'no_longer_held',
  'taken_back',
  'too_late',
  'client_gone',
  'no_channel',
  'switched_off_by_client',
  'daily_limit',
] as const
export type SkipReason = (typeof SKIP_REASONS)[number]

interface KindRules {
  /** The first of these that the client has and allows. */
  readonly channels: readonly Channel[]
  /** Also at night: an answer to what he has just done, or worthless in the morning. */
  readonly urgent: boolean
  /** Not strictly about a visit: every mail has a link that ends them. */
  readonly optional: boolean
}

// What is worth keeping goes by mail, which carries the calendar file; mail and push cost nothing, an SMS does.
const PAPERS: readonly Channel[] = ['email', 'push', 'sms']
// A day is long enough for a mail to be read.
const TOMORROW: readonly Channel[] = ['push', 'email', 'sms']
// Mail may be read tomorrow.
const SOON: readonly Channel[] = ['push', 'sms', 'email']
// Not worth an SMS; and SMS about anything but visits need a consent of their own.
const PLEASANT: readonly Channel[] = ['push', 'email']

export const RULES: Readonly<Record<NoticeKind, KindRules>> = {
  booking_made: { channels: PAPERS, urgent: true, optional: false },
  booking_moved: { channels: PAPERS, urgent: false, optional: false },
  booking_cancelled: { channels: PAPERS, urgent: false, optional: false },
  payment_confirmed: { channels: PAPERS, urgent: true, optional: false },
  refund_made: { channels: PAPERS, urgent: false, optional: false },
  reminder_24h: { channels: TOMORROW, urgent: false, optional: false },
  reminder_2h: { channels: SOON, urgent: false, optional: false },
  // Within minutes, and the app is open: nobody reads a mail in time.
  hold_expiring: { channels: ['push'], urgent: true, optional: false },
  bonuses_accrued: { channels: PLEASANT, urgent: false, optional: true },
  bonuses_expiring: { channels: PLEASANT, urgent: false, optional: true },
}
