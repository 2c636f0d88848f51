import type { Context } from '../context.ts'
import { MINUTE_MS } from '../platform/time.ts'
import type { BookingPlan } from './booking-plan.ts'
import { busyTimes } from './busy.statements.ts'
import { type BusyMaster, loadMinutesOf } from './combine-slots.ts'
import type { Interval } from './working-time.ts'

/** The masters of a plan with what they are busy with, for visits that begin in the window; one of their visits may be left out. One round trip. */
export async function busyMasters(
  ctx: Context,
  { masters, rules }: BookingPlan,
  window: Interval,
  exceptBookingId = 0,
): Promise<BusyMaster[]> {
  if (masters.length === 0) return []
  const longest = Math.max(...masters.map(({ durationMinutes }) => durationMinutes))
  const span = {
    from: window.from - rules.bufferBeforeMinutes * MINUTE_MS,
    to: window.to + (longest + rules.bufferAfterMinutes) * MINUTE_MS,
  }
  const staffIds = masters.map(({ staffId }) => staffId)
  const taken = Map.groupBy(
    await busyTimes(ctx.db, { staffIds, ...span, exceptBookingId }, ctx.now()),
    ({ staffId }) => staffId,
  )
  return masters.map(({ staffId, durationMinutes, working }) => {
    const busy = taken.get(staffId) ?? []
    return { staffId, durationMinutes, working, busy, loadMinutes: loadMinutesOf(busy, window) }
  })
}
