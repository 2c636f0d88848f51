import type { Context } from '../context.ts'
import { DAY_MS } from '../platform/time.ts'
import { forgetOldEvents } from '../yclients/forget-old-events.ts'

/** Events and the lists of seen records serve repair only; bodies hold personal data. */
const KEEP_EVENTS_MS = 30 * DAY_MS
const KEEP_SYNC_PAGES_MS = 2 * DAY_MS

/** Deletes what has been kept long enough. Safe to repeat and to interrupt. */
export async function enforceRetention(ctx: Context): Promise<void> {
  const now = ctx.now()
  await forgetOldEvents(ctx, { eventsBefore: now - KEEP_EVENTS_MS, syncPagesBefore: now - KEEP_SYNC_PAGES_MS })
}
