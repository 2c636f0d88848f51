import type { Context } from '../context.ts'
import { type Gauge, writeExposition } from './exposition.ts'
import { flushMetrics } from './flush-metrics.ts'
import { readSigns, type Signs } from './health/read-signs.ts'
import { listCounters } from './metrics.store.ts'

/** What all isolates have counted, and how everything stands now, for a monitoring program. */
export async function readMetrics(ctx: Context): Promise<string> {
  await flushMetrics(ctx)
  const [counted, signs] = await Promise.all([listCounters(ctx.db), readSigns(ctx)])
  return writeExposition(counted, gaugesOf(signs, ctx.now()))
}

/** What is not known, because it has never happened, is left out. */
function gaugesOf(signs: Signs, now: number): Gauge[] {
  const gauges: Gauge[] = []
  const add = (name: string, help: string, value: number | null | undefined) => {
    if (value !== null && value !== undefined) gauges.push({ name, help, value })
  }
  const secondsSince = (at: number | null | undefined) => (at == null ? null : Math.floor((now - at) / 1000))
  add('spa_parked_work', 'Work given up on that waits for a person', signs.parked)
  add('spa_alarms', 'Alarms that wait for a person', signs.alarms)
  add('spa_deferred_webhooks', 'Events that the queue refused and the cron will take', signs.deferred)
  add('spa_retrying_webhooks', 'Events that failed and come again', signs.retrying)
  add('spa_unsettled_visits', 'Visits that wait for their bonuses', signs.dueVisits)
  add('spa_unmatched_visits', 'Visits of thirty days and to come of people who are not in the app', signs.unmatched)
  add('spa_undecided_visits', 'Those of them of which a person has to say whose they are', signs.undecided)
  add('spa_untold_visits', 'Visits of which YClients should have been told long ago', signs.untold)
  add('spa_provisional_visits', 'Visits promised while YClients was down', signs.provisional)
  add('spa_cron_age_seconds', 'Since the cron came', secondsSince(signs.cronAt))
  const isStuck = signs.lastStatus === 'failing' || signs.lastStatus === 'failed'
  add('spa_sync_stuck', '1 while the newest sync does not get through', isStuck ? 1 : 0)
  add('spa_messages_held_back', "Messages to clients that the day's limits hold back", signs.messagesHeldBack)
  add('spa_payment_exceptions', 'Payments that somebody should look at', signs.paymentExceptions)
  add('spa_receipts_late', 'Second receipts that were not registered in time', signs.lateReceipts)
  add('spa_sync_age_seconds', 'Since a sync ended', secondsSince(signs.lastFinishedAt))
  add('spa_webhook_age_seconds', 'Since a webhook came', secondsSince(signs.lastWebhookAt))
  add('spa_drift_free_seconds', 'Since when syncs find nothing that webhooks missed', secondsSince(signs.cleanSince))
  add('spa_ledger_check_age_seconds', 'Since the ledger was checked', secondsSince(signs.ledger?.finishedAt))
  add('spa_ledger_differences', 'Differences that the last check of the ledger found', signs.ledger?.differences)
  const ahead = signs.clockAheadMs
  add('spa_yclients_clock_ahead_seconds', "How far YClients' clock is ahead", ahead === null ? null : ahead / 1000)
  return gauges
}
