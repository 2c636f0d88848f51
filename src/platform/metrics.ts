/**
 * What is counted. Isolates share no memory and come and go, so each counts for itself and adds its sums to the table
 * `metric_counters` from time to time (`ops/flush-metrics.ts`): after each batch of a queue, after the cron, and after a request
 * if the last time was a minute ago. So no request waits for it, a batch costs one statement more, and an isolate that dies
 * takes at most a minute's counts along: metrics, not accounts. What the ledger objects ask of D1 is not counted.
 */
export const FAMILIES = {
  spa_webhook_events_total: ['counter', 'Webhook events handled, by what became of them'],
  spa_sync_runs_total: ['counter', 'Sync runs that ended, by mode and how'],
  spa_sync_run_duration_seconds: ['histogram', 'How long finished sync runs took'],
  spa_sync_pages_total: ['counter', 'Pages of records that sync runs took'],
  spa_sync_records_total: ['counter', 'Records that sync runs saw, by what became of them; skipped: nothing new'],
  spa_bonus_entries_total: ['counter', 'Entries written into the ledger, by who asked for them'],
  spa_refusals_total: ['counter', 'Requests refused, by the code of the problem'],
  spa_yclients_calls_total: ['counter', 'Calls to YClients, by outcome'],
  spa_yclients_call_duration_seconds: ['histogram', 'How long calls to YClients took'],
  spa_payment_calls_total: ['counter', 'Calls to the payment provider, by outcome'],
  spa_payment_call_duration_seconds: ['histogram', 'How long calls to the payment provider took'],
  spa_queue_messages_total: ['counter', 'Messages of queues, by how their turn ended'],
  spa_d1_round_trips_total: ['counter', 'Calls to the database; a batch is one'],
  spa_d1_statements_total: ['counter', 'Statements run by the database'],
  spa_d1_rows_read_total: ['counter', 'Rows that the database read, as it reports (and bills) them'],
  spa_d1_rows_written_total: ['counter', 'Rows that the database wrote'],
  spa_d1_milliseconds_total: ['counter', 'Time that the database worked'],
} as const satisfies Record<string, readonly [type: 'counter' | 'histogram', help: string]>

export type Family = keyof typeof FAMILIES
type OfType<T extends string> = { [F in Family]: (typeof FAMILIES)[F][0] extends T ? F : never }[Family]

/** Upper bounds of the histograms' buckets, in milliseconds. */
export const BUCKETS_MS: Readonly<Record<OfType<'histogram'>, readonly number[]>> = {
  spa_yclients_call_duration_seconds: [100, 250, 500, 1000, 2500, 5000, 10_000, 20_000],
  spa_payment_call_duration_seconds: [100, 250, 500, 1000, 2500, 5000, 10_000, 15_000],
  spa_sync_run_duration_seconds: [1000, 5000, 15_000, 60_000, 300_000, 900_000, 3_600_000],
}

type Labels = Readonly<Record<string, string>>

export interface Counted {
  /** Of a family; of a histogram with `_bucket`, `_sum` (milliseconds) or `_count` behind it. */
  readonly name: string
  /** As Prometheus writes them, without braces. */
  readonly labels: string
  readonly value: number
}

/** The last value of something. */
export interface Noted {
  readonly name: string
  readonly at: number
  readonly value: number
}

export interface Metrics {
  count(family: OfType<'counter'>, labels?: Labels, by?: number): void
  observe(family: OfType<'histogram'>, milliseconds: number): void
  note(name: string, at: number, value: number): void
  /** Is there something to write down, and was the last time long enough ago? */
  isDue(now: number): boolean
  /** Hands over what was counted since the last time. */
  take(now: number): { readonly counted: readonly Counted[]; readonly noted: readonly Noted[] }
  /** It could not be written down: counted again. */
  putBack(counted: readonly Counted[]): void
}

export function createMetrics(limits: { readonly flushEveryMs: number }): Metrics {
  const counters = new Map<string, { name: string; labels: string; value: number }>()
  const notes = new Map<string, Noted>()
  let takenAt = 0

  function add(name: string, labels: string, value: number): void {
    const key = `${name}{${labels}}`
    const counter = counters.get(key)
    if (counter) counter.value += value
    else counters.set(key, { name, labels, value })
  }

  return {
    count(family, labels = {}, by = 1) {
      if (by !== 0) add(family, writeLabels(labels), by)
    },
    observe(family, milliseconds) {
      const bound = BUCKETS_MS[family].find((upTo) => milliseconds <= upTo)
      add(`${family}_bucket`, writeLabels({ le: bound === undefined ? '+Inf' : String(bound / 1000) }), 1)
      add(`${family}_sum`, '', Math.round(milliseconds))
      add(`${family}_count`, '', 1)
    },
    note(name, at, value) {
      notes.set(name, { name, at, value })
    },
    isDue: (now) => (counters.size > 0 || notes.size > 0) && now - takenAt >= limits.flushEveryMs,
    take(now) {
      takenAt = now
      const taken = { counted: [...counters.values()], noted: [...notes.values()] }
      counters.clear()
      notes.clear()
      return taken
    },
    putBack(counted) {
      for (const { name, labels, value } of counted) add(name, labels, value)
    },
  }
}

const writeLabels = (labels: Labels): string =>
  Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}="${value.replace(/[\\"\n]/g, '_').slice(0, 60)}"`)
    .join(',')

/** For `openDb`: counts what the database reports of each round trip. */
export const observeD1 =
  (metrics: Metrics) =>
  (results: readonly D1Result[]): void => {
    const sum = (key: 'rows_read' | 'rows_written' | 'duration') =>
      results.reduce((total, { meta }) => total + (meta[key] ?? 0), 0)
    metrics.count('spa_d1_round_trips_total')
    metrics.count('spa_d1_statements_total', {}, results.length)
    metrics.count('spa_d1_rows_read_total', {}, sum('rows_read'))
    metrics.count('spa_d1_rows_written_total', {}, sum('rows_written'))
    metrics.count('spa_d1_milliseconds_total', {}, sum('duration'))
  }
