import {
  type DayHours,
  daysOf,
  type MasterOffer,
  mastersDoing,
  mastersOf,
  type PlannedService,
  plannedServices,
  type WeeklyHours,
  weeklyHours,
  workingStaff,
} from '../catalog/catalog.statements.ts'
import { parseIntervals } from '../catalog/day-intervals.ts'
import type { Context } from '../context.ts'
import type { Result } from '../platform/outcome.ts'
import { addDays, wallMinute } from '../platform/time.ts'
import type { BookingItem } from './booking.ts'
import type { SlotRules } from './slots.ts'
import { type WallClock, type WorkingInterval, workingTime } from './working-time.ts'

/** A master who does all chosen services, with what the visit takes and costs when he does it. */
export interface PlannedMaster {
  readonly staffId: number
  readonly name: string
  readonly yclientsStaffId: number | null
  readonly durationMinutes: number
  readonly priceKopecks: number
  /** One per service, the main one first. */
  readonly items: readonly BookingItem[]
  /** When he works: the asked days, and as much around them as a visit may reach over midnight. */
  readonly working: readonly WorkingInterval[]
}

export interface BookingPlan {
  /** The main one. */
  readonly service: PlannedService
  readonly additional: readonly PlannedService[]
  /** Of the main service; the buffers are the widest of all chosen ones. */
  readonly rules: SlotRules
  /** In the order of their ids. */
  readonly masters: readonly PlannedMaster[]
}

export interface PlanRequest {
  readonly serviceId: number
  readonly additionalServiceIds: readonly number[]
  /** Undefined: everybody who does the services. */
  readonly staffId: number | undefined
  readonly fromDay: string
  readonly toDay: string
  /** Of a visit that is booked already, whose service may have been switched off since. */
  readonly alsoSwitchedOff?: boolean
  /** The desk is not bound to the notice: its client stands there, or is on the phone. */
  readonly withoutNotice?: boolean
}

export type PlanRefusal = 'service_not_found' | 'staff_not_found' | 'staff_does_not_do_service'

/** A visit is shorter than two days, so it may go on into the second day after the one on which it begins. */
const DAYS_AFTER = 2

/** Who could do a visit with these services, when they work, and by which rules it is booked. One round trip. */
export async function readBookingPlan(ctx: Context, request: PlanRequest): Promise<Result<BookingPlan, PlanRefusal>> {
  const serviceIds = [...new Set([request.serviceId, ...request.additionalServiceIds])]
  const staffId = request.staffId ?? null
  const range = { fromDay: request.fromDay, toDay: addDays(request.toDay, DAYS_AFTER) }
  const masters = mastersDoing(serviceIds, staffId)
  const [services, staff, offers, week, days] = await ctx.db.batch([
    plannedServices(ctx.db, serviceIds),
    workingStaff(ctx.db, staffId),
    mastersOf(ctx.db, serviceIds, staffId),
    weeklyHours(ctx.db, masters),
    daysOf(ctx.db, masters, addDays(range.fromDay, -1), range.toDay),
  ])
  const isOffered = (service: PlannedService) => service.active === 1 || request.alsoSwitchedOff === true
  const chosen = serviceIds.map((id) => services.find((service) => service.id === id && isOffered(service)))
  const [service, ...additional] = chosen.filter((found) => found !== undefined)
  if (!service || additional.length < serviceIds.length - 1) return { ok: false, refusal: 'service_not_found' }
  if (staffId !== null && staff.length === 0) return { ok: false, refusal: 'staff_not_found' }
  if (staffId !== null && offers.length === 0) return { ok: false, refusal: 'staff_does_not_do_service' }

  const hours = { week: byMaster(week), days: byMaster(days) }
  const zone = ctx.config.branchTimezone
  const instantOf = rememberingClock(zone)
  const rules = rulesOf(service, additional, zone)
  return {
    ok: true,
    value: {
      service,
      additional,
      rules: { ...rules, minNoticeMinutes: request.withoutNotice ? 0 : rules.minNoticeMinutes },
      masters: [...byMaster(offers)].flatMap(([id, own]) => {
        const [first] = own
        if (!first) return []
        const plan = { week: hours.week.get(id) ?? [], days: (hours.days.get(id) ?? []).map(plannedDay) }
        const { name, yclientsStaffId } = first
        const working = workingTime(plan, range, instantOf)
        return [{ staffId: id, name, yclientsStaffId, ...totalOf(own, [service, ...additional]), working }]
      }),
    },
  }
}

function rulesOf(service: PlannedService, additional: readonly PlannedService[], zone: string): SlotRules {
  const all = [service, ...additional]
  return {
    stepMinutes: service.slotStepMinutes,
    bufferBeforeMinutes: Math.max(...all.map(({ bufferBeforeMinutes }) => bufferBeforeMinutes)),
    bufferAfterMinutes: Math.max(...all.map(({ bufferAfterMinutes }) => bufferAfterMinutes)),
    minNoticeMinutes: service.minNoticeMinutes,
    horizonDays: service.horizonDays,
    zone,
  }
}

function totalOf(offers: readonly MasterOffer[], services: readonly PlannedService[]) {
  const items = services.flatMap(({ id, name, yclientsServiceId }): BookingItem[] => {
    const offer = offers.find(({ serviceId }) => serviceId === id)
    return offer ? [{ yclientsServiceId, name, priceKopecks: offer.priceKopecks, amount: 1 }] : []
  })
  return {
    durationMinutes: offers.reduce((sum, { durationMinutes }) => sum + durationMinutes, 0),
    priceKopecks: offers.reduce((sum, { priceKopecks }) => sum + priceKopecks, 0),
    items,
  }
}

const plannedDay = ({ day, intervals }: DayHours) => ({ day, intervals: parseIntervals(intervals) })

function byMaster<Row extends MasterOffer | WeeklyHours | DayHours>(rows: readonly Row[]): Map<number, Row[]> {
  return Map.groupBy(rows, ({ staffId }) => staffId)
}

/** Masters keep the same hours, and asking the zone is slow. */
function rememberingClock(zone: string): WallClock {
  const known = new Map<string, number>()
  return (day, minute) => {
    const key = `${day} ${minute}`
    const instant = known.get(key) ?? wallMinute(day, minute, zone)
    known.set(key, instant)
    return instant
  }
}
