import type { Context } from '../context.ts'
import { addDays, DAY_MS, dayInZone, MINUTE_MS } from '../platform/time.ts'
import { type OfferedTime, offeredTimes, type WantedVisit } from '../yclients/book-times.ts'
import { readBookingPlan } from './booking-plan.ts'
import { busyMasters } from './busy-masters.ts'
import { combineSlots, combineWithOffers } from './combine-slots.ts'
import { placeOf } from './find-time-slots.ts'
import { changeableBooking, parseAdditional } from './own-booking.store.ts'
import { TAKEN_IN_YCLIENTS } from './yclients-link.statements.ts'

export interface NearestSlot {
  readonly startsAt: number
  readonly staffId: number
}

const OFFERED = 3
/** So many days before and after the wanted one are looked at; the wider circle only if the first had too little. */
const DAYS_AROUND = [3, 14] as const
/** Of those YClients is asked about, a call each. */
const DAYS_ASKED = [1, 4] as const

interface Wanted {
  readonly serviceId: number
  readonly additionalServiceIds: readonly number[]
  readonly staffId: number | undefined
  readonly startsAt: number
  /** YClients says that it is taken, which our own visits do not show. */
  readonly takenInYclients?: boolean
}

/** The free times nearest to one that is taken, by whoever of the asked masters has them. */
export async function findNearest(ctx: Context, wanted: Wanted): Promise<readonly NearestSlot[]> {
  const near = await freeAround(ctx, wanted, DAYS_AROUND[0], DAYS_ASKED[0])
  return near.length < OFFERED ? await freeAround(ctx, wanted, DAYS_AROUND[1], DAYS_ASKED[1]) : near
}

async function freeAround(ctx: Context, wanted: Wanted, days: number, daysAsked: number): Promise<NearestSlot[]> {
  const zone = ctx.config.branchTimezone
  const window = { from: wanted.startsAt - days * DAY_MS, to: wanted.startsAt + days * DAY_MS }
  const range = { fromDay: dayInZone(window.from, zone), toDay: dayInZone(window.to, zone) }
  const read = await readBookingPlan(ctx, { ...wanted, ...range })
  if (!read.ok) return []
  const { plan, wanted: asked } = placeOf(ctx, read.value, wanted.staffId)
  const [masters, offers] = await Promise.all([
    busyMasters(ctx, plan, window),
    asked && offersAround(ctx, asked, dayInZone(wanted.startsAt, zone), daysAsked),
  ])
  const now = ctx.now()
  const slots = offers
    ? combineWithOffers(offers, masters, plan.rules, now, window)
    : combineSlots(masters, plan.rules, now, window)
  const free = slots.flatMap(({ startsAt, durationMinutes, staffId, reason }) => {
    const meetsWanted = Math.abs(startsAt - wanted.startsAt) < durationMinutes * MINUTE_MS
    if (reason !== undefined || staffId === null || (wanted.takenInYclients && meetsWanted)) return []
    return { startsAt, staffId }
  })
  const distance = ({ startsAt }: NearestSlot) => Math.abs(startsAt - wanted.startsAt)
  return free.sort((a, b) => distance(a) - distance(b) || a.startsAt - b.startsAt).slice(0, OFFERED)
}

/** What YClients offers on the day and those around it; undefined if it does not answer. */
async function offersAround(
  ctx: Context,
  asked: WantedVisit,
  day: string,
  days: number,
): Promise<readonly OfferedTime[] | undefined> {
  const today = dayInZone(ctx.now(), ctx.config.branchTimezone)
  const around = Array.from({ length: 2 * days + 1 }, (_, index) => addDays(day, index - days))
  const offers = await Promise.all(around.filter((each) => each >= today).map((each) => offeredTimes(ctx, asked, each)))
  return offers.some((each) => each === undefined) ? undefined : offers.flatMap((each) => each ?? [])
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
