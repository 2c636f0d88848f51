import type { Context } from '../context.ts'
import { addDays, dayInZone, daysBetween, wallMinute } from '../platform/time.ts'
import { type DatedRun, runsSince } from './sync-days.store.ts'

/** What the runs of one day of the branch came to. */
export interface SyncDay {
  readonly day: string
  readonly runs: number
  readonly created: number
  readonly updated: number
  /** The most that any run of the day saw: each full run counts the same visits again. */
  readonly unmatched: number
  readonly missedByWebhooks: number
  /** Of the runs that got through, on the average; null if none did. */
  readonly averageMs: number | null
}

/** The last days up to today, oldest first; days without runs are there, too. */
export async function listSyncDays(ctx: Context, days: number): Promise<readonly SyncDay[]> {
  const zone = ctx.config.branchTimezone
  const today = dayInZone(ctx.now(), zone)
  const first = addDays(today, 1 - days)
  const runs = await runsSince(ctx.db, wallMinute(first, 0, zone))
  const byDay = Map.groupBy(runs, ({ startedAt }) => dayInZone(startedAt, zone))
  return daysBetween(first, today).map((day) => sumUp(day, byDay.get(day) ?? []))
}

function sumUp(day: string, runs: readonly DatedRun[]): SyncDay {
  const sum = (of: (run: DatedRun) => number) => runs.reduce((total, run) => total + of(run), 0)
  const durations = runs.flatMap(({ status, startedAt, finishedAt }) =>
    status === 'finished' && finishedAt !== null ? [finishedAt - startedAt] : [],
  )
  return {
    day,
    runs: runs.length,
    created: sum(({ created }) => created),
    updated: sum(({ updated }) => updated),
    unmatched: Math.max(0, ...runs.map(({ unmatched }) => unmatched)),
    missedByWebhooks: sum(({ missedByWebhooks }) => missedByWebhooks),
    averageMs: durations.length === 0 ? null : durations.reduce((a, b) => a + b) / durations.length,
  }
}
