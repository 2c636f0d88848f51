import { DAY_MS, dayInZone, HOUR_MS } from '../platform/time.ts'

export type SyncMode = 'full' | 'incremental'

export interface SyncPlan {
  readonly mode: SyncMode
  /** Days of the branch, both included; null in an incremental run. */
  readonly windowFrom: string | null
  readonly windowTo: string | null
  readonly changedAfter: number | null
  /** Start of the last finished run. */
  readonly previousStartedAt: number | null
}

/** The seeds disagree (the last 30 days, the next 30 days); both. */
export const WINDOW_DAYS = 30
/** Changes are asked for again that far back: YClients' clock, the paging while records move, the unknown zone. */
export const OVERLAP_MS = HOUR_MS
/** Less than six hours, so that a half-hourly cron never lets six hours pass between two full runs. */
export const FULL_EVERY_MS = 5.5 * HOUR_MS

/** When the finished runs began; null if there was none. */
export interface LastRuns {
  readonly fullStartedAt: number | null
  readonly incrementalStartedAt: number | null
  readonly firstFullStartedAt: number | null
}

/** What the next run should ask for. Pure. `wanted` is what a person or nobody (undefined) asked for. */
export function planSync(now: number, zone: string, last: LastRuns, wanted: SyncMode | undefined): SyncPlan {
  const fullIsDue = last.fullStartedAt === null || now - last.fullStartedAt >= FULL_EVERY_MS
  const mode = wanted === 'full' || fullIsDue ? 'full' : 'incremental'
  const previousStartedAt =
    last.fullStartedAt === null ? null : Math.max(last.fullStartedAt, last.incrementalStartedAt ?? 0)
  // A full run reads its window only, so it does not move the watermark: changes to visits outside it are still to come.
  const watermark = last.incrementalStartedAt ?? last.firstFullStartedAt
  if (mode === 'incremental' && watermark !== null) {
    return { mode, windowFrom: null, windowTo: null, changedAfter: watermark - OVERLAP_MS, previousStartedAt }
  }
  return {
    mode: 'full',
    windowFrom: dayInZone(now - WINDOW_DAYS * DAY_MS, zone),
    windowTo: dayInZone(now + WINDOW_DAYS * DAY_MS, zone),
    changedAfter: null,
    previousStartedAt,
  }
}
