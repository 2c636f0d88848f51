import { type SQL, sql } from 'drizzle-orm'
import { type Db, inList } from '../platform/db.ts'
import { staffSchedules } from './catalog.tables.ts'
import { type Fields, updateFields } from './fields.store.ts'
import type { HoursFields } from './wall-hours.ts'
import type { DayHours } from './week-rules.ts'

export interface HoursRow extends Omit<HoursFields, 'active'> {
  readonly id: number
  readonly staffId: number
  readonly active: 0 | 1
  readonly updatedAt: number
}

const columns = sql`id, staff_id as staffId, day_of_week as dayOfWeek, start_minute as startMinute, end_minute as endMinute,
  break_start_minute as breakStartMinute, break_end_minute as breakEndMinute, active, updated_at as updatedAt`

/** So many intervals no week of one person has. */
const MAX_INTERVALS = 100

export const listHoursRows = (db: Db, staffId: number) =>
  db.all<HoursRow>(sql`
    select ${columns} from staff_schedules where staff_id = ${staffId}
    order by day_of_week, start_minute, id limit ${MAX_INTERVALS}`)

export const hoursRow = (db: Db, staffId: number, id: number) =>
  db.all<HoursRow>(sql`select ${columns} from staff_schedules where id = ${id} and staff_id = ${staffId}`)

const WEEK_MINUTES = 7 * 1440

/** No other working interval of his has a moment in common with this one, also across midnight and from Sunday to Monday. */
const standsFree = (staffId: number, hours: HoursFields, exceptId: number): SQL => {
  const from = hours.dayOfWeek * 1440 + hours.startMinute
  const to = hours.dayOfWeek * 1440 + hours.endMinute
  return sql`(${Number(hours.active)} = 0 or not exists (
    select 1 from staff_schedules other, json_each(${JSON.stringify([-WEEK_MINUTES, 0, WEEK_MINUTES])}) week
    where other.staff_id = ${staffId} and other.active = 1 and other.id <> ${exceptId}
      and other.day_of_week * 1440 + other.start_minute + week.value < ${to}
      and other.day_of_week * 1440 + other.end_minute + week.value > ${from}))`
}

/** One statement decides, so that of two who add overlapping hours at once only one does. */
export const insertHours = (db: Db, staffId: number, hours: HoursFields, now: number) =>
  db.all<HoursRow>(sql`
    insert into staff_schedules (staff_id, day_of_week, start_minute, end_minute, break_start_minute, break_end_minute,
      active, updated_at)
    select id, ${hours.dayOfWeek}, ${hours.startMinute}, ${hours.endMinute}, ${hours.breakStartMinute},
      ${hours.breakEndMinute}, ${Number(hours.active)}, ${now}
    from staff where id = ${staffId} and ${standsFree(staffId, hours, 0)}
    returning ${columns}`)

/** The interval inserted just before in the same batch. */
export const newestHoursId: SQL = sql`(select max(id) from staff_schedules)`

export const updateHours = (db: Db, read: HoursRow, fields: Fields, hours: HoursFields, now: number) =>
  db.all<{ id: number }>(updateFields(staffSchedules, read, fields, now, standsFree(read.staffId, hours, read.id)))

export const deleteHours = (db: Db, read: HoursRow) =>
  db.all<{ id: number }>(sql`
    delete from staff_schedules where id = ${read.id} and updated_at = ${read.updatedAt} returning id`)

/** True while the working week is this one (`weekKey`). */
export const weekIs = (staffId: number, week: string): SQL => sql`${week} = (
  select coalesce(group_concat(day_of_week || ':' || start_minute || '-' || end_minute || '/' ||
    coalesce(break_start_minute, '') || '-' || coalesce(break_end_minute, ''), ' ' order by day_of_week, start_minute), '')
  from staff_schedules where staff_id = ${staffId} and active = 1)`

export const dropFromWeek = (db: Db, staffId: number, ids: readonly number[], week: string) =>
  db.run(sql`
    delete from staff_schedules where staff_id = ${staffId} and id in ${inList(ids)} and ${weekIs(staffId, week)}`)

export const addToWeek = (db: Db, staffId: number, hours: readonly DayHours[], week: string, now: number) =>
  db.run(sql`
    insert into staff_schedules (staff_id, day_of_week, start_minute, end_minute, break_start_minute, break_end_minute,
      active, updated_at)
    select ${staffId}, value ->> 'dayOfWeek', value ->> 'startMinute', value ->> 'endMinute',
      value ->> 'breakStartMinute', value ->> 'breakEndMinute', 1, ${now}
    from json_each(${JSON.stringify(hours)}) where ${weekIs(staffId, week)}`)

export interface DayRow {
  readonly day: string
  readonly source: 'manual' | 'yclients'
  /** JSON of `DayInterval[]`. */
  readonly intervals: string
  readonly reason: string
}

const dayColumns = sql`day, source, intervals, reason`

export const listDayRows = (db: Db, staffId: number, fromDay: string, toDay: string) =>
  db.all<DayRow>(sql`
    select ${dayColumns} from schedule_days where staff_id = ${staffId} and day between ${fromDay} and ${toDay}
    order by day, source`)

export const manualDayRow = (db: Db, staffId: number, day: string) =>
  db.all<DayRow>(sql`
    select ${dayColumns} from schedule_days where staff_id = ${staffId} and day = ${day} and source = 'manual'`)

/** Sets a day by hand if it is still as it was read (undefined: not set) and will be different. */
export const putDay = (
  db: Db,
  staffId: number,
  { day, intervals, reason }: Omit<DayRow, 'source'>,
  read: DayRow | undefined,
  now: number,
) =>
  db.all<{ day: string }>(sql`
    insert into schedule_days (staff_id, day, source, intervals, reason, updated_at)
    select ${staffId}, ${day}, 'manual', ${intervals}, ${reason}, ${now} where true
    on conflict (staff_id, day, source) do update set intervals = excluded.intervals, reason = excluded.reason,
      updated_at = excluded.updated_at
    where schedule_days.intervals = ${read?.intervals ?? null} and schedule_days.reason = ${read?.reason ?? null}
    returning day`)

export const deleteDay = (db: Db, staffId: number, read: DayRow) =>
  db.all<{ day: string }>(sql`
    delete from schedule_days where staff_id = ${staffId} and day = ${read.day} and source = 'manual'
      and intervals = ${read.intervals} and reason = ${read.reason}
    returning day`)
