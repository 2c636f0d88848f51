import type { Context } from '../context.ts'
import type { Result } from '../platform/outcome.ts'
import type { PlanRefusal } from './booking-plan.ts'
import { findTimeSlots, type SlotQuery } from './find-time-slots.ts'

export interface DeskTime {
  readonly startsAt: number
  /** Who would do the visit; null if nobody knows. */
  readonly staffId: number | null
}

export interface DeskTimes {
  readonly free: readonly DeskTime[]
  /** YClients keeps the times of this service, and could not be asked: these are our own. */
  readonly degraded: boolean
}

/**
 * The free times of a day as the desk may use them: without the notice that clients have to keep, and, for visits that are
 * booked already, of services that have been switched off since.
 */
export async function findDeskTimes(
  ctx: Context,
  query: SlotQuery,
  day: string,
): Promise<Result<DeskTimes, PlanRefusal>> {
  const found = await findTimeSlots(ctx, { ...query, withoutNotice: true }, day)
  if (!found.ok) return found
  const { slots, degraded } = found.value
  const free = slots.flatMap(({ startsAt, staffId, reason }) => (reason === undefined ? [{ startsAt, staffId }] : []))
  return { ok: true, value: { free, degraded } }
}
