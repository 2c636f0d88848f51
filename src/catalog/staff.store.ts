import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'
import { staff } from './catalog.tables.ts'
import { type Fields, insertFields, updateFields } from './fields.store.ts'

export interface StaffRow {
  readonly id: number
  readonly name: string
  readonly specialization: string
  readonly yclientsStaffId: number | null
  readonly active: 0 | 1
  readonly updatedAt: number
  /** For the service that was asked about; null if none was. */
  readonly priceKopecks: number | null
  readonly durationMinutes: number | null
}

const columns = sql`m.id, m.name, m.specialization, m.yclients_staff_id as yclientsStaffId, m.active,
  m.updated_at as updatedAt`

export interface StaffQuery {
  readonly activeOnly: boolean
  /** Only who does this service, and it can be booked. */
  readonly serviceId: number | undefined
  readonly afterId: number
  readonly limit: number
}

export const listStaffRows = (db: Db, { activeOnly, serviceId, afterId, limit }: StaffQuery) => {
  const page = sql`m.id > ${afterId} and ${activeOnly ? sql`m.active = 1` : sql`true`} order by m.id limit ${limit}`
  return db.all<StaffRow>(
    serviceId === undefined
      ? sql`select ${columns}, null as priceKopecks, null as durationMinutes from staff m where ${page}`
      : sql`
        select ${columns}, coalesce(link.price_kopecks, s.price_kopecks) as priceKopecks,
          coalesce(link.duration_minutes, s.duration_minutes) as durationMinutes
        from staff_services link join staff m on m.id = link.staff_id
          join services s on s.id = link.service_id and s.active = 1
        where link.service_id = ${serviceId} and ${page}`,
  )
}

export const staffRow = (db: Db, id: number) =>
  db.all<StaffRow>(sql`
    select ${columns}, null as priceKopecks, null as durationMinutes from staff m where m.id = ${id}`)

/** Who was made by the request with this key (`keyOfRequest`). */
export const staffByRequest = (db: Db, requestKey: string) =>
  db.all<StaffRow>(sql`
    select ${columns}, null as priceKopecks, null as durationMinutes from staff m where m.request_key = ${requestKey}`)

export const insertStaff = (db: Db, fields: Fields, now: number) =>
  db.all<{ id: number }>(insertFields(staff, fields, now))

/** The person inserted just before in the same batch. */
export const newestStaffId: SQL = sql`(select max(id) from staff)`

export const updateStaff = (db: Db, read: StaffRow, fields: Fields, now: number) =>
  db.all<{ id: number }>(updateFields(staff, read, fields, now))

export interface StaffServiceRow {
  readonly staffId: number
  readonly serviceId: number
  readonly serviceName: string
  /** Null: the service's own. */
  readonly priceKopecks: number | null
  readonly durationMinutes: number | null
  readonly fromYclients: 0 | 1
}

export const listStaffServiceRows = (db: Db, staffId: number, page: { afterId: number; limit: number }) =>
  db.all<StaffServiceRow>(sql`
    select link.staff_id as staffId, link.service_id as serviceId, s.name as serviceName,
      link.price_kopecks as priceKopecks, link.duration_minutes as durationMinutes, link.from_yclients as fromYclients
    from staff_services link join services s on s.id = link.service_id
    where link.staff_id = ${staffId} and link.service_id > ${page.afterId} order by link.service_id limit ${page.limit}`)

export const staffServiceRow = (db: Db, staffId: number, serviceId: number) =>
  db.all<StaffServiceRow>(sql`
    select link.staff_id as staffId, link.service_id as serviceId, s.name as serviceName,
      link.price_kopecks as priceKopecks, link.duration_minutes as durationMinutes, link.from_yclients as fromYclients
    from staff_services link join services s on s.id = link.service_id
    where link.staff_id = ${staffId} and link.service_id = ${serviceId}`)

export interface StaffServiceTerms {
  readonly priceKopecks: number | null
  readonly durationMinutes: number | null
}

/** Whoever set it by hand last: from then on it is not YClients' any more. */
export const putStaffService = (db: Db, staffId: number, serviceId: number, terms: StaffServiceTerms) =>
  db.all<{ staffId: number }>(sql`
    insert into staff_services (staff_id, service_id, price_kopecks, duration_minutes, from_yclients)
    values (${staffId}, ${serviceId}, ${terms.priceKopecks}, ${terms.durationMinutes}, 0)
    on conflict (staff_id, service_id) do update set price_kopecks = excluded.price_kopecks,
      duration_minutes = excluded.duration_minutes, from_yclients = 0
    where (staff_services.price_kopecks, staff_services.duration_minutes) is not
      (excluded.price_kopecks, excluded.duration_minutes)
    returning staff_id as staffId`)

/** What came from YClients would come again, so `alsoImported` has to be said. */
export const deleteStaffService = (db: Db, staffId: number, serviceId: number, alsoImported: boolean) =>
  db.all<{ staffId: number }>(sql`
    delete from staff_services where staff_id = ${staffId} and service_id = ${serviceId}
      and ${alsoImported ? sql`true` : sql`from_yclients = 0`}
    returning staff_id as staffId`)
