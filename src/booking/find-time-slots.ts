import { bookingMethodOf } from '../catalog/booking-method.ts'
import type { Context } from '../context.ts'
import type { Result } from '../platform/outcome.ts'
import { addDays, MINUTE_MS, wallMinute } from '../platform/time.ts'
import { offeredDays, offeredTimes, type WantedVisit } from '../yclients/book-times.ts'
import { type BookingPlan, type PlanRefusal, readBookingPlan } from './booking-plan.ts'
import { busyMasters } from './busy-masters.ts'
import { combineSlots, combineWithOffers, type OfferedSlot } from './combine-slots.ts'
import { clockRule } from './slots.ts'
import type { Interval } from './working-time.ts'

export interface SlotQuery {
  readonly serviceId: number
  readonly additionalServiceIds: readonly number[]
  /** Undefined: anybody who does all the services. */
  readonly staffId: number | undefined
}

/** Where the times come from. */
interface Origin {
  readonly source: 'local' | 'yclients'
  /** YClients keeps the times of this service, and could not be asked. */
  readonly degraded: boolean
}

export interface DaySlots extends Origin {
  readonly slots: readonly OfferedSlot[]
}

/** All times of a day at which the visit could begin, free and taken. At most two round trips to the database. */
export async function findTimeSlots(
  ctx: Context,
  query: SlotQuery,
  day: string,
): Promise<Result<DaySlots, PlanRefusal>> {
  const read = await readBookingPlan(ctx, { ...query, fromDay: day, toDay: day })
  if (!read.ok) return read
  const plan = read.value
  const window = windowOf(ctx, day, day)
  const place = placeOf(ctx, plan, query.staffId)
  const [masters, offers] = await Promise.all([
    busyMasters(ctx, plan, window),
    place.wanted && offeredTimes(ctx, place.wanted, day),
  ])
  const now = ctx.now()
  if (!offers) {
    const slots = combineSlots(masters, plan.rules, now, window)
    return { ok: true, value: { source: 'local', degraded: place.isYclients, slots } }
  }
  const linked = new Set(plan.masters.filter((master) => master.yclientsStaffId !== null).map(({ staffId }) => staffId))
  const doing = masters.filter(({ staffId }) => linked.has(staffId))
  const slots = combineWithOffers(offers, doing, plan.rules, now, window)
  return { ok: true, value: { source: 'yclients', degraded: false, slots } }
}

export interface FreeDays extends Origin {
  readonly days: readonly { readonly day: string; readonly available: boolean }[]
}

/** Which of these days have a free time, for the calendar. */
export async function findFreeDays(
  ctx: Context,
  query: SlotQuery,
  days: readonly [string, ...string[]],
): Promise<Result<FreeDays, PlanRefusal>> {
  const range = { fromDay: days[0], toDay: days.at(-1) ?? days[0] }
  const read = await readBookingPlan(ctx, { ...query, ...range })
  if (!read.ok) return read
  const plan = read.value
  const { isYclients, wanted } = placeOf(ctx, plan, query.staffId)
  const offered = wanted && (await offeredDays(ctx, wanted, range))
  const now = ctx.now()
  if (offered) {
    const refuseByClock = clockRule(plan.rules, now)
    const isOpen = (day: string) => {
      const { from, to } = windowOf(ctx, day, day)
      return refuseByClock(from) !== 'too_far' && refuseByClock(to - MINUTE_MS) === undefined
    }
    const found = days.map((day) => ({ day, available: offered.includes(day) && isOpen(day) }))
    return { ok: true, value: { source: 'yclients', degraded: false, days: found } }
  }
  const masters = await busyMasters(ctx, plan, windowOf(ctx, range.fromDay, range.toDay))
  const found = days.map((day) => {
    const slots = combineSlots(masters, plan.rules, now, windowOf(ctx, day, day))
    return { day, available: slots.some(({ reason }) => reason === undefined) }
  })
  return { ok: true, value: { source: 'local', degraded: isYclients, days: found } }
}

/** From the first midnight to the one after the last day, by the wall clock. */
const windowOf = ({ config }: Context, fromDay: string, toDay: string): Interval => ({
  from: wallMinute(fromDay, 0, config.branchTimezone),
  to: wallMinute(addDays(toDay, 1), 0, config.branchTimezone),
})

/** Who keeps the times of the service; `wanted` is what to ask YClients for, if it can be asked for that at all. */
function placeOf(
  { config }: Context,
  { service, additional, masters }: BookingPlan,
  staffId: number | undefined,
): { readonly isYclients: boolean; readonly wanted: WantedVisit | undefined } {
  if (bookingMethodOf(service, config.yclients.enabled) !== 'yclients') return { isYclients: false, wanted: undefined }
  const ids = [service, ...additional].map(({ yclientsServiceId }) => yclientsServiceId).filter((id) => id !== null)
  const yclientsStaffId = staffId === undefined ? 0 : (masters[0]?.yclientsStaffId ?? undefined)
  const isLinked = ids.length === additional.length + 1 && yclientsStaffId !== undefined
  const wanted = isLinked && config.yclients.enabled ? { yclientsServiceIds: ids, yclientsStaffId } : undefined
  return { isYclients: true, wanted }
}
