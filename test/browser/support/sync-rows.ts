import { DAY_MS, HOUR_MS } from '../../../src/platform/time.ts'
import { insert } from './sql.ts'

/** What the pages of the synchronisation show: runs of many days, an event, parked work, a proof of the ledger. */
export function syncSql(now: number): string {
  const runs = Array.from({ length: 40 }, (_, index) => {
    const startedAt = now - index * 0.8 * DAY_MS
    return {
      id: 40 - index,
      trigger: index % 9 === 0 ? 'manual' : 'cron',
      mode: index % 5 === 0 ? 'full' : 'incremental',
      status: index === 3 ? 'failed' : 'finished',
      error: index === 3 ? 'yclients_refused_401' : null,
      pages: 1 + (index % 4),
      fetched: 200 + index * 13,
      created: index === 39 ? 9000 : index % 7,
      updated: (index * 5) % 23,
      unmatched: index % 4,
      missed_by_webhooks: index === 12 ? 2 : 0,
      started_at: startedAt,
      heartbeat_at: startedAt,
      finished_at: startedAt + 2000 + index * 100,
    }
  })
  const facts = {
    status: 'pending',
    startsAt: now,
    durationMinutes: 60,
    priceKopecks: 514_750,
    staffId: 1,
    yclientsStaffId: 8_014_901,
    yclientsServiceId: 1_371_101,
    attendance: '0',
    userId: 1,
    clientMatch: 'phone',
    deleted: false,
  }
  const change = { before: facts, after: { ...facts, status: 'completed', attendance: '1', priceKopecks: 400_000 } }
  const differences = [
    { kind: 'balance', userId: 1, bookingId: null, expected: 100, found: 90 },
    { kind: 'accrued_twice', userId: 1, bookingId: 1, expected: 1, found: 2 },
  ]
  return [
    ...runs.map((run) => insert('sync_runs', run)),
    ...['created', 'updated', 'unchanged', 'ignored', 'parked'].map((verdict, index) =>
      insert('webhook_events', {
        id: `event-${index + 1}`,
        received_at: now - index * HOUR_MS,
        company_id: 235_564,
        resource: verdict === 'ignored' ? 'goods_operations_sale' : 'record',
        resource_id: 1000,
        status: 'update',
        body: JSON.stringify({
          id: 1000,
          staff_id: 8_014_901,
          client: { name: 'А•••', phone: '•••01' },
          attendance: 1,
        }),
        change: verdict === 'updated' ? JSON.stringify(change) : null,
        verdict,
        booking_id: 1,
        attempts: index,
        error: verdict === 'parked' ? 'the record lacks what a booking needs' : null,
        processed_at: now - index * HOUR_MS,
      }),
    ),
    ...[
      { key: 'webhook:event-5', message: '{}', reason: 'the record lacks what a booking needs' },
      { key: 'settle:1', message: '{"kind":"settle","userId":1}', reason: 'settling failed' },
      { key: 'alarm:codes:guessed', message: '{"kind":"alarm"}', reason: 'unusually many wrong one-time codes today' },
    ].map((work) => insert('parked_work', { ...work, parked_at: now, times_parked: 2 })),
    insert('ledger_checks', {
      trigger: 'cron',
      started_at: now - HOUR_MS,
      heartbeat_at: now - HOUR_MS,
      finished_at: now - HOUR_MS + 1000,
      users: 3,
      entries: 12,
      visits: 4,
      differences: differences.length,
      details: JSON.stringify(differences),
    }),
  ].join('\n')
}
