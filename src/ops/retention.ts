import type { Context } from '../context.ts'
import { DAY_MS } from '../platform/time.ts'
import { forgetOldEvents } from '../yclients/forget-old-events.ts'
import { deleteParkedClosedBefore } from './parked-work.store.ts'

/** Events and closed parked work serve repair only; their bodies hold personal data. */
const KEEP_BODIES_MS = 30 * DAY_MS
/** The lists of records that each page of a sync showed. */
const KEEP_SYNC_PAGES_MS = 2 * DAY_MS

/** Deletes what has been kept long enough. Safe to repeat and to interrupt. */
export async function enforceRetention(ctx: Context): Promise<void> {
  const now = ctx.now()
  await forgetOldEvents(ctx, { eventsBefore: now - KEEP_BODIES_MS, syncPagesBefore: now - KEEP_SYNC_PAGES_MS })
  await deleteParkedClosedBefore(ctx.db, now - KEEP_BODIES_MS)
}
