import type { Context } from '../context.ts'
import { DAY_MS } from '../platform/time.ts'
import { type Conflict, conflictsFrom } from './own-booking.store.ts'

const MOST = 50

/** Visits to come that overlap another of the same master, nearest first. */
export async function listConflicts(ctx: Context): Promise<readonly Conflict[]> {
  const now = ctx.now()
  return await conflictsFrom(ctx.db, now - DAY_MS, MOST, now)
}
