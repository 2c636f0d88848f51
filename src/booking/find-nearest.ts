import type { Context } from '../context.ts'
import { DAY_MS, dayInZone } from '../platform/time.ts'
import { readBookingPlan } from './booking-plan.ts'
import { busyTimes } from './busy.statements.ts'
import { slotsOf } from './slots.ts'

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
  },
): Promise<readonly NearestSlot[]> {
  const zone = ctx.config.branchTimezone
  const [from, to] = [wanted.startsAt - DAYS_AROUND * DAY_MS, wanted.startsAt + DAYS_AROUND * DAY_MS]
  const plan = await readBookingPlan(ctx, { ...wanted, fromDay: dayInZone(from, zone), toDay: dayInZone(to, zone) })
  if (!plan.ok) return []
  const { masters, rules } = plan.value
  const now = ctx.now()
  const staffIds = masters.map(({ staffId }) => staffId)
  const busy = await busyTimes(ctx.db, { staffIds, from: from - DAY_MS, to: to + 2 * DAY_MS }, now)
  const free = masters.flatMap(({ staffId, durationMinutes, working }) =>
    slotsOf(
      working,
      busy.filter((each) => each.staffId === staffId),
      { ...rules, durationMinutes },
      now,
    )
      .filter((slot) => slot.available)
      .map(({ startsAt }) => ({ startsAt, staffId })),
  )
  const distance = ({ startsAt }: NearestSlot) => Math.abs(startsAt - wanted.startsAt)
  free.sort((a, b) => distance(a) - distance(b) || a.startsAt - b.startsAt || a.staffId - b.staffId)
  // Of several masters who are free at one time the first is enough.
  return free
    .filter((slot, index) => free.findIndex(({ startsAt }) => startsAt === slot.startsAt) === index)
    .slice(0, OFFERED)
}
