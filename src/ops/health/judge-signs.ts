import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../platform/time.ts'
import type { Condition, ConditionCode } from './conditions.ts'
import type { Signs } from './read-signs.ts'

/** The cron comes every half hour; three that did not are no accident. */
const CRON_SILENT_MS = 1.5 * HOUR_MS
const SYNC_OVERDUE_MS = 1.5 * HOUR_MS
const WEBHOOKS_SILENT_MS = DAY_MS
/** Checked every night; one night may be missed. */
const LEDGER_OLD_MS = 2 * DAY_MS
/** They write whole seconds, and an answer takes its time. */
const CLOCK_TOLERANCE_MS = MINUTE_MS

/** How everything stands by these signs, always the same things in the same order. Pure. */
export function judgeSigns(signs: Signs, now: number, yclientsIsOn: boolean): readonly Condition[] {
  const is = (code: ConditionCode, facts: Condition['facts'] = {}): Condition => ({ code, facts })
  const since = (code: ConditionCode, at: number) => is(code, { agoMs: now - at })
  const olderThan = (limit: number, at: number) => now - at > limit

  function cron(at: number | null): Condition {
    if (at === null) return is('cron_never')
    return since(olderThan(CRON_SILENT_MS, at) ? 'cron_silent' : 'cron_alive', at)
  }
  function sync({ lastStatus, lastError, lastFinishedAt: at }: Signs): Condition {
    if (lastStatus === null) return is('sync_never')
    if (lastStatus === 'failing' || lastStatus === 'failed') return is('sync_stuck', { error: lastError ?? lastStatus })
    // The very first run may still be going on.
    if (at === null) return lastStatus === 'running' ? since('sync_fresh', now) : is('sync_never')
    return since(olderThan(SYNC_OVERDUE_MS, at) ? 'sync_overdue' : 'sync_fresh', at)
  }
  function webhooks(at: number | null): Condition {
    if (at === null) return is('webhooks_never')
    return since(olderThan(WEBHOOKS_SILENT_MS, at) ? 'webhooks_silent' : 'webhooks_arrive', at)
  }
  function drift({ driftedAt, cleanSince }: Signs): Condition {
    if (cleanSince !== null) return since('drift_none', cleanSince)
    return is(driftedAt === null ? 'drift_unknown' : 'drift_found')
  }
  function ledger(check: Signs['ledger']): Condition {
    if (!check) return is('ledger_never')
    if (check.differences > 0) return is('ledger_differs', { count: check.differences })
    return since(olderThan(LEDGER_OLD_MS, check.finishedAt) ? 'ledger_old' : 'ledger_sound', check.finishedAt)
  }
  function clock(aheadMs: number | null): Condition {
    if (aheadMs === null) return is('clock_unknown')
    const isWrong = Math.abs(aheadMs) > CLOCK_TOLERANCE_MS
    return isWrong ? is('clock_wrong', { seconds: Math.round(aheadMs / 1000) }) : is('clock_right')
  }

  /** Said only where there is something to say: many salons take no payments here. */
  function money({ paymentExceptions, lateReceipts }: Signs): Condition[] {
    return [
      ...(paymentExceptions > 0 ? [is('payments_excepted', { count: paymentExceptions })] : []),
      ...(lateReceipts > 0 ? [is('receipts_late', { count: lateReceipts })] : []),
    ]
  }

  const waitingEvents = signs.deferred + signs.retrying
  return [
    cron(signs.cronAt),
    ...(yclientsIsOn ? [sync(signs), webhooks(signs.lastWebhookAt), drift(signs)] : [is('yclients_off')]),
    signs.parked > 0 ? is('work_parked', { count: signs.parked }) : is('nothing_parked'),
    signs.messagesHeldBack > 0 ? is('messages_limited', { count: signs.messagesHeldBack }) : is('messages_unlimited'),
    signs.alarms > 0 ? is('alarms_held', { count: signs.alarms }) : is('no_alarms'),
    waitingEvents > 0 ? is('queue_waits', { events: waitingEvents, visits: signs.dueVisits }) : is('queue_moves'),
    ...(yclientsIsOn
      ? [
          signs.untold > 0
            ? is('visits_untold', { untold: signs.untold, provisional: signs.provisional })
            : is('visits_told'),
        ]
      : []),
    // Somebody who is not in the app is no trouble: he is counted, and nobody is called.
    signs.undecided > 0
      ? is('visits_unmatched', { count: signs.undecided })
      : is('visits_matched', { count: signs.unmatched }),
    ledger(signs.ledger),
    ...money(signs),
    ...(yclientsIsOn ? [clock(signs.clockAheadMs)] : []),
  ]
}
