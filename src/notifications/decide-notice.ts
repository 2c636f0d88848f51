import type { BookingStatus } from '../booking/booking.ts'
import type { NoticesConfig } from '../platform/config.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../platform/time.ts'
import { type NoticeKind, RULES, type SkipReason } from './notice.ts'
import { LEAST_LEAD_MS, quietAround, type ReminderKind } from './quiet-hours.ts'

/** The visit as it is now. */
export interface VisitNow {
  readonly status: BookingStatus
  readonly startsAt: number
  readonly holdExpiresAt: number | null
  readonly cancelledBy: string | null
  /** Of the last event that moved, cancelled or brought it back. */
  readonly lastChange: number
}

export interface Undecided {
  readonly kind: NoticeKind
  readonly version: number
  readonly dueAt: number
  readonly clientIsGone: boolean
  readonly visit: VisitNow | undefined
  /** Of a visit that was moved: when he would have come. */
  readonly previousStartsAt: number | null
  /** A confirmation of payment says it already. */
  readonly saidByPayment: boolean
  /** What the ledger still holds of the points it is about. */
  readonly points: number
}

export type Verdict =
  | { readonly kind: 'send' }
  | { readonly kind: 'skip'; readonly reason: SkipReason }
  | { readonly kind: 'wait'; readonly until: number }

/** How long before its end a hold is worth a word, and when it is over anyway. */
export const HOLD_WARNING_MS = 3 * MINUTE_MS
const HOLD_OVER_MS = 30_000
/** Who comes soon after the quiet time has to know before. */
const SOON_AFTER_MS = 2 * HOUR_MS
/** A reminder that was meant for the evening and is this late stays away. */
const EVENING_GRACE_MS = 30 * MINUTE_MS
/** What is only pleasant is forgotten after this. */
const PLEASANT_MS = 3 * DAY_MS

/** Whether a notice still holds, and whether it may leave at this hour. Decided when it is sent, from the state of that moment. Pure. */
export function decideNotice(
  notice: Undecided,
  now: number,
  { quietHours }: Pick<NoticesConfig, 'quietHours'>,
  zone: string,
): Verdict {
  if (notice.clientIsGone) return skip('client_gone')
  const verdict = doesHold(notice, now)
  if (verdict.kind !== 'send') return verdict
  const silence = isUrgent(notice) ? undefined : quietAround(now, quietHours, zone)
  if (!silence) return verdict
  const { kind, visit } = notice
  if (kind === 'reminder_24h' || kind === 'reminder_2h') {
    if (visit && silence.to <= visit.startsAt - LEAST_LEAD_MS[kind]) return { kind: 'wait', until: silence.to }
    return now - notice.dueAt <= EVENING_GRACE_MS ? verdict : skip('too_late')
  }
  const comesAt = visit && Math.min(visit.startsAt, notice.previousStartsAt ?? visit.startsAt)
  const isPressing = comesAt !== undefined && !RULES[kind].optional && comesAt < silence.to + SOON_AFTER_MS
  return isPressing ? verdict : { kind: 'wait', until: silence.to }
}

const skip = (reason: SkipReason): Verdict => ({ kind: 'skip', reason })
const SEND: Verdict = { kind: 'send' }

/** An answer to what he has just done himself does not wait for the morning. */
const isUrgent = ({ kind, visit }: Undecided) =>
  RULES[kind].urgent || (kind === 'booking_cancelled' && visit?.cancelledBy?.startsWith('client:') === true)

function doesHold(notice: Undecided, now: number): Verdict {
  const { kind, version, visit, points } = notice
  switch (kind) {
    case 'booking_made':
      if (notice.saidByPayment) return skip('said_by_payment')
      return aboutComing(visit, version, now)
    case 'booking_moved':
      return aboutComing(visit, version, now)
    case 'booking_cancelled':
      if (visit?.status !== 'cancelled') return skip('not_cancelled')
      return visit.startsAt > now ? SEND : skip('over')
    case 'payment_confirmed':
      return isComing(visit) ? SEND : skip('cancelled')
    case 'reminder_24h':
    case 'reminder_2h':
      return remind(kind, visit, version, now)
    case 'hold_expiring':
      return warnOfEnd(visit, now)
    case 'bonuses_accrued':
    case 'bonuses_expiring':
      if (points <= 0) return skip('taken_back')
      return now - notice.dueAt > PLEASANT_MS ? skip('too_late') : SEND
    case 'refund_made':
      return SEND
  }
}

const isComing = (visit: VisitNow | undefined): visit is VisitNow =>
  visit !== undefined && (visit.status === 'pending' || visit.status === 'confirmed') && visit.holdExpiresAt === null

function aboutComing(visit: VisitNow | undefined, version: number, now: number): Verdict {
  if (!isComing(visit)) return skip('cancelled')
  if (visit.lastChange > version) return skip('superseded')
  return visit.startsAt > now ? SEND : skip('over')
}

function remind(kind: ReminderKind, visit: VisitNow | undefined, version: number, now: number): Verdict {
  if (!isComing(visit)) return skip('cancelled')
  if (visit.startsAt !== version) return skip('moved')
  return now <= visit.startsAt - LEAST_LEAD_MS[kind] ? SEND : skip('too_late')
}

function warnOfEnd(visit: VisitNow | undefined, now: number): Verdict {
  const end = visit?.status === 'pending' ? visit.holdExpiresAt : null
  if (end === null || end - HOLD_OVER_MS <= now) return skip('no_longer_held')
  // It was made longer, for somebody who is paying.
  return end - now > HOLD_WARNING_MS + MINUTE_MS ? { kind: 'wait', until: end - HOLD_WARNING_MS } : SEND
}
