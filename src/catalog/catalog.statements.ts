import { type SQL, sql } from 'drizzle-orm'
import { type Db, inList } from '../platform/db.ts'
import type { BookingMethod } from './booking-method.ts'

export interface CatalogHit {
  readonly kind: 'service' | 'staff'
  readonly yclientsId: number
  readonly id: number
  readonly durationMinutes: number
}

/** Our services and staff behind YClients' ids. */
export const catalogHits = (db: Db, ids: { serviceIds: readonly number[]; staffIds: readonly number[] }) =>
  db.all<CatalogHit>(sql`
    select 'service' as kind, yclients_service_id as yclientsId, id, duration_minutes as durationMinutes
      from services where yclients_service_id in ${inList(ids.serviceIds)}
    union all
    select 'staff', yclients_staff_id, id, 0 from staff where yclients_staff_id in ${inList(ids.staffIds)}`)

/** A service with the rules by which it is booked. */
export interface PlannedService {
  readonly id: number
  readonly name: string
  readonly priceKopecks: number
  readonly durationMinutes: number
  readonly yclientsServiceId: number | null
  readonly bookingMethod: BookingMethod
  readonly slotStepMinutes: number
  readonly bufferBeforeMinutes: number
  readonly bufferAfterMinutes: number
  readonly minNoticeMinutes: number
  readonly horizonDays: number
  readonly cancelNoticeMinutes: number
  /** 0: clients cannot book it. */
  readonly active: 0 | 1
}

/** These services, also switched off ones; fewer than asked for if some do not exist. */
export const plannedServices = (db: Db, ids: readonly number[]) =>
  db.all<PlannedService>(sql`
    select id, name, price_kopecks as priceKopecks, duration_minutes as durationMinutes,
      yclients_service_id as yclientsServiceId, booking_method as bookingMethod, slot_step_minutes as slotStepMinutes,
      buffer_before_minutes as bufferBeforeMinutes, buffer_after_minutes as bufferAfterMinutes,
      min_notice_minutes as minNoticeMinutes, horizon_days as horizonDays,
      cancel_notice_minutes as cancelNoticeMinutes, active
    from services where id in ${inList(ids)}`)

/**
 * The masters who work here and do all of these services, as a subquery of their ids: what follows from who they are can then
 * be asked in the same round trip. `staffId` narrows it to one.
 */
export const mastersDoing = (serviceIds: readonly number[], staffId: number | null): SQL => {
  const wanted = [...new Set(serviceIds)]
  return sql`(
    select link.staff_id from staff_services link join staff on staff.id = link.staff_id
    where staff.active = 1 and link.service_id in ${inList(wanted)}
      and ${staffId === null ? sql`true` : sql`link.staff_id = ${staffId}`}
    group by link.staff_id having count(*) = ${wanted.length})`
}

/** Whether this master works here, as one row or none. */
export const workingStaff = (db: Db, staffId: number | null) =>
  db.all<{ id: number }>(sql`select id from staff where id = ${staffId} and active = 1`)

/** What a master takes for a service, and how long he needs. */
export interface MasterOffer {
  readonly staffId: number
  readonly name: string
  readonly yclientsStaffId: number | null
  readonly serviceId: number
  readonly priceKopecks: number
  readonly durationMinutes: number
}

/** For each master who does all of these services, one row per service, in the order of their ids. */
export const mastersOf = (db: Db, serviceIds: readonly number[], staffId: number | null) =>
  db.all<MasterOffer>(sql`
    select staff.id as staffId, staff.name, staff.yclients_staff_id as yclientsStaffId, services.id as serviceId,
      coalesce(link.price_kopecks, services.price_kopecks) as priceKopecks,
      coalesce(link.duration_minutes, services.duration_minutes) as durationMinutes
    from staff_services link join staff on staff.id = link.staff_id join services on services.id = link.service_id
    where link.staff_id in ${mastersDoing(serviceIds, staffId)} and link.service_id in ${inList(serviceIds)}
    order by staff.id, services.id`)

/** An interval of one weekday, in minutes since the branch's midnight; beyond 1440 it ends on the next day. */
export interface WeeklyHours {
  readonly staffId: number
  /** 0 = Monday. */
  readonly dayOfWeek: number
  readonly startMinute: number
  readonly endMinute: number
  readonly breakStartMinute: number | null
  readonly breakEndMinute: number | null
}

/** The weekly plan of these masters (`mastersDoing`, or `inList` of ids), without intervals that are switched off. */
export const weeklyHours = (db: Db, staff: SQL) =>
  db.all<WeeklyHours>(sql`
    select staff_id as staffId, day_of_week as dayOfWeek, start_minute as startMinute, end_minute as endMinute,
      break_start_minute as breakStartMinute, break_end_minute as breakEndMinute
    from staff_schedules where staff_id in ${staff} and active = 1
    order by staff_id, day_of_week, start_minute`)

export interface DayHours {
  readonly staffId: number
  /** "2026-09-16", of the branch. */
  readonly day: string
  /** JSON of `DayInterval[]`, see day-intervals.ts; empty = day off. */
  readonly intervals: string
  readonly reason: string
}

/**
 * The days of these masters that do not follow the week, both ends included: one row a day, what was set by hand before what
 * YClients says.
 */
export const daysOf = (db: Db, staff: SQL, fromDay: string, toDay: string) =>
  db.all<DayHours>(sql`
    select staff_id as staffId, day, intervals, reason from schedule_days own
    where staff_id in ${staff} and day between ${fromDay} and ${toDay} and (source = 'manual' or not exists (
      select 1 from schedule_days manual
      where manual.staff_id = own.staff_id and manual.day = own.day and manual.source = 'manual'))
    order by staff_id, day`)
