import type { Context } from '../context.ts'
import { DAY_MS, dayInZone, MINUTE_MS } from '../platform/time.ts'
import { readBookingPlan } from './booking-plan.ts'
import { busyMasters } from './busy-masters.ts'
import { combineSlots } from './combine-slots.ts'
import { changeableBooking, parseAdditional } from './own-booking.store.ts'
import { whereBooked } from './where-booked.ts'
import { TAKEN_IN_YCLIENTS } from './yclients-link.statements.ts'

export interface NearestSlot {
  readonly startsAt: number
  readonly staffId: number
}

const OFFERED = 3
/** Looked at before and after the wanted day. */
const DAYS_AROUND = 3

/** The free times nearest to one that is taken, by whoever of the asked masters has them. */
export async function findNearest(
  ctx: Context,
  wanted: {
    serviceId: number
    additionalServiceIds: readonly number[]
    staffId: number | undefined
    startsAt: number
    /** YClients says that it is taken, which our own visits do not show. */
    takenInYclients?: boolean
  },
): Promise<readonly NearestSlot[]> {
  const zone = ctx.config.branchTimezone
  const around = DAYS_AROUND * DAY_MS
  const window = { from: wanted.startsAt - around, to: wanted.startsAt + around }
  const plan = await readBookingPlan(ctx, {
    ...wanted,
    fromDay: dayInZone(window.from, zone),
    toDay: dayInZone(window.to, zone),
  })
  if (!plan.ok) return []
  const { masters: bookable } = whereBooked(plan.value, ctx.config.yclients)
  const masters = await busyMasters(ctx, { ...plan.value, masters: bookable }, window)
  const free = combineSlots(masters, plan.value.rules, ctx.now(), window).flatMap(
    ({ startsAt, durationMinutes, staffId, reason }) => {
      const meetsWanted = Math.abs(startsAt - wanted.startsAt) < durationMinutes * MINUTE_MS
      if (reason !== undefined || staffId === null || (wanted.takenInYclients && meetsWanted)) return []
      return { startsAt, staffId }
    },
  )
  const distance = ({ startsAt }: NearestSlot) => Math.abs(startsAt - wanted.startsAt)
  return free.sort((a, b) => distance(a) - distance(b) || a.startsAt - b.startsAt).slice(0, OFFERED)
}

/**
 * What to offer instead of a visit that YClients did not take, to him who had been promised it; undefined for any other
 * visit, or when its time is past.
 */
export async function findInstead(ctx: Context, bookingId: number): Promise<readonly NearestSlot[] | undefined> {
  const [lost] = await changeableBooking(ctx.db, bookingId)
  const wasRefused = lost?.status === 'cancelled' && lost.cancelReason === TAKEN_IN_YCLIENTS
  if (!wasRefused || lost.serviceId === null || lost.startsAt <= ctx.now()) return undefined
  return await findNearest(ctx, {
    serviceId: lost.serviceId,
    additionalServiceIds: parseAdditional(lost),
    staffId: lost.staffId ?? undefined,
    startsAt: lost.startsAt,
    takenInYclients: true,
  })
}
