import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'

/** What YClients said last, as JSON, or null if it has said nothing yet. */
interface Linked {
  readonly id: number
  readonly yclientsId: number
  readonly yclientsSeen: string | null
  readonly updatedAt: number
}

export interface LinkedCategory extends Linked {
  readonly name: string
  readonly position: number
}

export const linkedCategories = (db: Db) =>
  db.all<LinkedCategory>(sql`
    select id, yclients_category_id as yclientsId, yclients_seen as yclientsSeen, updated_at as updatedAt, name, position
    from service_categories where yclients_category_id is not null`)

export interface LinkedService extends Linked {
  readonly name: string
  readonly priceKopecks: number
  readonly durationMinutes: number
  readonly description: string
  readonly active: 0 | 1
  readonly categoryId: number | null
  readonly categoryName: string | null
  /** Null also for a category of our own. */
  readonly yclientsCategoryId: number | null
}

export const linkedServices = (db: Db) =>
  db.all<LinkedService>(sql`
    select s.id, s.yclients_service_id as yclientsId, s.yclients_seen as yclientsSeen, s.updated_at as updatedAt, s.name,
      s.price_kopecks as priceKopecks, s.duration_minutes as durationMinutes, s.description, s.active,
      s.category_id as categoryId, c.name as categoryName, c.yclients_category_id as yclientsCategoryId
    from services s left join service_categories c on c.id = s.category_id where s.yclients_service_id is not null`)

export interface LinkedStaff extends Linked {
  readonly name: string
  readonly specialization: string
  readonly active: 0 | 1
}

export const linkedStaff = (db: Db) =>
  db.all<LinkedStaff>(sql`
    select id, yclients_staff_id as yclientsId, yclients_seen as yclientsSeen, updated_at as updatedAt, name,
      specialization, active
    from staff where yclients_staff_id is not null`)

/** Who does what, by YClients' ids. */
export interface LinkedOffer {
  readonly staffId: number
  readonly serviceId: number
  readonly yclientsStaffId: number
  readonly yclientsServiceId: number
  readonly priceKopecks: number | null
  readonly durationMinutes: number | null
  readonly fromYclients: 0 | 1
}

export const linkedOffers = (db: Db) =>
  db.all<LinkedOffer>(sql`
    select link.staff_id as staffId, link.service_id as serviceId, m.yclients_staff_id as yclientsStaffId,
      s.yclients_service_id as yclientsServiceId, link.price_kopecks as priceKopecks,
      link.duration_minutes as durationMinutes, link.from_yclients as fromYclients
    from staff_services link join staff m on m.id = link.staff_id join services s on s.id = link.service_id
    where m.yclients_staff_id is not null and s.yclients_service_id is not null`)

export interface ImportedDay {
  readonly yclientsStaffId: number
  readonly day: string
  /** JSON of `DayInterval[]`. */
  readonly intervals: string
}

export const importedDays = (db: Db) =>
  db.all<ImportedDay>(sql`
    select m.yclients_staff_id as yclientsStaffId, d.day, d.intervals
    from schedule_days d join staff m on m.id = d.staff_id
    where d.source = 'yclients' and m.yclients_staff_id is not null`)

const each = (rows: readonly unknown[]): SQL => sql`json_each(${JSON.stringify(rows)})`
/** A field of the row at hand. */
const of = (name: string): SQL => sql.raw(`r.value ->> '$.${name}'`)
/** Grows with every change, also of two within a millisecond. */
const touched = (table: string, now: number): SQL => sql`max(${now}, ${sql.raw(table)}.updated_at + 1)`

/** For an update: the row as it was read. */
export interface Read {
  readonly id: number
  readonly updatedAt: number
}
interface Seen {
  readonly yclientsId: number
  readonly yclientsSeen: string
}
export interface CategoryFields {
  readonly name: string
  readonly position: number
}

export const insertCategories = (db: Db, rows: readonly (CategoryFields & Seen)[], now: number) =>
  db.run(sql`
    insert into service_categories (yclients_category_id, yclients_seen, name, position, updated_at)
    select ${of('yclientsId')}, ${of('yclientsSeen')}, ${of('name')}, ${of('position')}, ${now} from ${each(rows)} r
    where true on conflict do nothing`)

/** What somebody changed since it was read stays; the next import looks again. So also below. */
export const updateCategories = (db: Db, rows: readonly (CategoryFields & Seen & Read)[], now: number) =>
  db.run(sql`
    update service_categories set name = ${of('name')}, position = ${of('position')},
      yclients_seen = ${of('yclientsSeen')}, updated_at = ${touched('service_categories', now)}
    from ${each(rows)} r
    where service_categories.id = ${of('id')} and service_categories.updated_at = ${of('updatedAt')}`)

export interface ServiceFields {
  readonly name: string
  readonly priceKopecks: number
  readonly durationMinutes: number
  readonly description: string
  readonly active: boolean
  /** YClients' number of the category; negative: our own number of one that YClients does not know. */
  readonly category: number | null
}

const categoryId = sql`case when ${of('category')} < 0 then -(${of('category')})
  else (select c.id from service_categories c where c.yclients_category_id = ${of('category')}) end`

export const insertServices = (db: Db, rows: readonly (ServiceFields & Seen)[], now: number) =>
  db.run(sql`
    insert into services (yclients_service_id, yclients_seen, name, price_kopecks, duration_minutes, description, active,
      category_id, updated_at)
    select ${of('yclientsId')}, ${of('yclientsSeen')}, ${of('name')}, ${of('priceKopecks')}, ${of('durationMinutes')},
      ${of('description')}, ${of('active')}, ${categoryId}, ${now}
    from ${each(rows)} r where true on conflict do nothing`)

export const updateServices = (db: Db, rows: readonly (ServiceFields & Seen & Read)[], now: number) =>
  db.run(sql`
    update services set name = ${of('name')}, price_kopecks = ${of('priceKopecks')},
      duration_minutes = ${of('durationMinutes')}, description = ${of('description')}, active = ${of('active')},
      category_id = ${categoryId}, yclients_seen = ${of('yclientsSeen')}, updated_at = ${touched('services', now)}
    from ${each(rows)} r where services.id = ${of('id')} and services.updated_at = ${of('updatedAt')}`)

export interface StaffFields {
  readonly name: string
  readonly specialization: string
  readonly active: boolean
}

export const insertStaff = (db: Db, rows: readonly (StaffFields & Seen)[], now: number) =>
  db.run(sql`
    insert into staff (yclients_staff_id, yclients_seen, name, specialization, active, updated_at)
    select ${of('yclientsId')}, ${of('yclientsSeen')}, ${of('name')}, ${of('specialization')}, ${of('active')}, ${now}
    from ${each(rows)} r where true on conflict do nothing`)

export const updateStaff = (db: Db, rows: readonly (StaffFields & Seen & Read)[], now: number) =>
  db.run(sql`
    update staff set name = ${of('name')}, specialization = ${of('specialization')}, active = ${of('active')},
      yclients_seen = ${of('yclientsSeen')}, updated_at = ${touched('staff', now)}
    from ${each(rows)} r where staff.id = ${of('id')} and staff.updated_at = ${of('updatedAt')}`)

export type OfferName = Pick<LinkedOffer, 'yclientsStaffId' | 'yclientsServiceId'>
export type OfferFields = OfferName & Pick<LinkedOffer, 'priceKopecks' | 'durationMinutes'>

/** By YClients' ids, because their services and masters may be as new as they. What was set by hand stays, if not `overwrite`. */
export const putOffers = (db: Db, rows: readonly OfferFields[], overwrite: boolean) =>
  db.run(sql`
    insert into staff_services (staff_id, service_id, price_kopecks, duration_minutes, from_yclients)
    select m.id, s.id, ${of('priceKopecks')}, ${of('durationMinutes')}, 1
    from ${each(rows)} r join staff m on m.yclients_staff_id = ${of('yclientsStaffId')}
      join services s on s.yclients_service_id = ${of('yclientsServiceId')}
    where true on conflict (staff_id, service_id) do update set price_kopecks = excluded.price_kopecks,
      duration_minutes = excluded.duration_minutes, from_yclients = 1
    where ${overwrite ? sql`true` : sql`staff_services.from_yclients = 1`}`)

export const removeOffers = (db: Db, rows: readonly OfferName[]) =>
  db.run(sql`
    delete from staff_services where from_yclients = 1 and (staff_id, service_id) in (
      select m.id, s.id from ${each(rows)} r join staff m on m.yclients_staff_id = ${of('yclientsStaffId')}
        join services s on s.yclients_service_id = ${of('yclientsServiceId')})`)

export const putImportedDays = (db: Db, rows: readonly ImportedDay[], now: number) =>
  db.run(sql`
    insert into schedule_days (staff_id, day, source, intervals, updated_at)
    select m.id, ${of('day')}, 'yclients', ${of('intervals')}, ${now}
    from ${each(rows)} r join staff m on m.yclients_staff_id = ${of('yclientsStaffId')}
    where true on conflict (staff_id, day, source) do update set intervals = excluded.intervals,
      updated_at = excluded.updated_at`)

export const removeImportedDays = (db: Db, rows: readonly Omit<ImportedDay, 'intervals'>[]) =>
  db.run(sql`
    delete from schedule_days where source = 'yclients' and (staff_id, day) in (
      select m.id, ${of('day')} from ${each(rows)} r join staff m on m.yclients_staff_id = ${of('yclientsStaffId')})`)
