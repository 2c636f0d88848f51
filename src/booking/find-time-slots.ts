import type { Context } from '../context.ts'
import type { Result } from '../platform/outcome.ts'
import { addDays, MINUTE_MS, wallMinute } from '../platform/time.ts'
import { offeredDays, offeredTimes, type WantedVisit } from '../yclients/book-times.ts'
import { type BookingPlan, type PlanRefusal, readBookingPlan } from './booking-plan.ts'
import { busyMasters } from './busy-masters.ts'
import { combineSlots, combineWithOffers, type OfferedSlot } from './combine-slots.ts'
import { clockRule } from './slots.ts'
import { whereBooked } from './where-booked.ts'
import type { Interval } from './working-time.ts'

export interface SlotQuery {
  readonly serviceId: number
  readonly additionalServiceIds: readonly number[]
  /** Undefined: anybody who does all the services. */
  readonly staffId: number | undefined
  /** The visit that is to be moved: its own time does not stand in its way. */
  readonly exceptBookingId?: number
  /** As `PlanRequest` has them. */
  readonly withoutNotice?: boolean
  readonly alsoSwitchedOff?: boolean
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
  const { plan, wanted } = placeOf(ctx, read.value, query.staffId)
  const window = windowOf(ctx, day, day)
  const [masters, offers] = await Promise.all([
    busyMasters(ctx, plan, window, query.exceptBookingId),
    wanted && offeredTimes(ctx, wanted, day),
  ])
  const now = ctx.now()
  if (!offers) {
    const slots = combineSlots(masters, plan.rules, now, window)
    return { ok: true, value: { source: 'local', degraded: wanted !== undefined, slots } }
  }
  const slots = combineWithOffers(offers, masters, plan.rules, now, window)
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
  const { plan, wanted } = placeOf(ctx, read.value, query.staffId)
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
  const masters = await busyMasters(ctx, plan, windowOf(ctx, range.fromDay, range.toDay), query.exceptBookingId)
  const found = days.map((day) => {
    const slots = combineSlots(masters, plan.rules, now, windowOf(ctx, day, day))
    return { day, available: slots.some(({ reason }) => reason === undefined) }
  })
  return { ok: true, value: { source: 'local', degraded: wanted !== undefined, days: found } }
}

/** From the first midnight to the one after the last day, by the wall clock. */
const windowOf = ({ config }: Context, fromDay: string, toDay: string): Interval => ({
  from: wallMinute(fromDay, 0, config.branchTimezone),
  to: wallMinute(addDays(toDay, 1), 0, config.branchTimezone),
})

/** The plan with those masters only who can be booked, and what YClients is asked for if it keeps the times. */
export function placeOf(
  { config }: Context,
  plan: BookingPlan,
  staffId: number | undefined,
): { readonly plan: BookingPlan; readonly wanted: WantedVisit | undefined } {
  const { masters, askedOfYclients } = whereBooked(plan, config.yclients)
  const [first] = masters
  const bookable = { ...plan, masters }
  if (!first || !askedOfYclients) return { plan: bookable, wanted: undefined }
  const yclientsStaffId = staffId === undefined ? ANYBODY : (first.yclientsStaffId ?? ANYBODY)
  return { plan: bookable, wanted: { yclientsServiceIds: askedOfYclients, yclientsStaffId } }
}

/** As YClients calls it. */
const ANYBODY = 0
