import { type SQL, sql } from 'drizzle-orm'
import { type Db, jsonColumns } from '../platform/db.ts'
import { bookings } from './booking.tables.ts'
import type { BookingItem, BookingStatus } from './booking.ts'
import { RECORD_BOOKING_PROPERTIES, type RecordBooking } from './record-booking.ts'

const columnOf = (property: (typeof RECORD_BOOKING_PROPERTIES)[number]) => sql.identifier(bookings[property].name)

/** The stored bookings of these records; `items` comes as JSON text (see `parseRecordBooking`). */
export const bookingsOfRecords = (db: Db, records: readonly { companyId: number; recordId: number }[]) =>
  db.all<StoredRecordBooking>(sql`
    select b.id, ${sql.join(
      RECORD_BOOKING_PROPERTIES.map((property) => sql`b.${columnOf(property)} as ${sql.identifier(property)}`),
      sql`, `,
    )}
    from json_each(${JSON.stringify(records)}) wanted
    join bookings b on b.yclients_company_id = wanted.value ->> 'companyId' and b.yclients_record_id = wanted.value ->> 'recordId'`)

export type StoredRecordBooking = Omit<RecordBooking, 'items'> & { readonly id: number; readonly items: string }

export const parseRecordBooking = ({ id: _, items, ...row }: StoredRecordBooking): RecordBooking => ({
  ...row,
  items: parseItems(items),
})

/** Written by us from BookingItem[], and the column's CHECK keeps it an array. */
export const parseItems = (items: string) => JSON.parse(items) as BookingItem[]

export interface SavedBooking {
  readonly id: number
  readonly yclientsCompanyId: number
  readonly yclientsRecordId: number
}

/**
 * Inserts or updates any number of bookings in one statement and gives back those it wrote. A row whose stored revision is
 * not the one that was read (somebody else was faster) is left alone and not given back: read again and repeat. So is a visit
 * whose owner was erased since he was read: it would be his with everything that was erased.
 * The triggers mark for settling in the same statement.
 */
export const saveRecordBookings = (db: Db, rows: readonly RecordBooking[], now: number) => {
  const { columns, values } = jsonColumns(
    bookings,
    RECORD_BOOKING_PROPERTIES.filter((property) => property !== 'revision'),
  )
  const assignments: SQL[] = RECORD_BOOKING_PROPERTIES.filter(
    (property) => property !== 'yclientsCompanyId' && property !== 'yclientsRecordId' && property !== 'createdAt',
  ).map((property) => sql`${columnOf(property)} = excluded.${columnOf(property)}`)
  return db.all<SavedBooking>(sql`
    insert into bookings (${columns}, revision, updated_at)
    select ${values}, (value ->> 'revision') + 1, ${now} from json_each(${JSON.stringify(rows)})
    where value ->> 'erasedAt' is not null
      or not exists (select 1 from users where users.id = value ->> 'userId' and users.erased_at is not null)
    on conflict (yclients_company_id, yclients_record_id) do update
      set ${sql.join(assignments, sql`, `)}, updated_at = excluded.updated_at
      where bookings.revision = excluded.revision - 1
    returning id, yclients_company_id as yclientsCompanyId, yclients_record_id as yclientsRecordId`)
}

/** The number of the record that a booking stands for, as a subquery; NULL if it has none. */
export const recordOfBooking = (bookingId: number): SQL =>
  sql`(select yclients_record_id from bookings where id = ${bookingId})`

/** Repeats on the bookings what the ledger now holds for them, for people and filters. */
export const writeAccruedPoints = (db: Db, rows: readonly { bookingId: number; addPoints: number }[], now: number) =>
  db.run(sql`
    update bookings set accrued_bonuses_points = accrued_bonuses_points + (value ->> 'addPoints'), updated_at = ${now}
    from json_each(${JSON.stringify(rows)}) where bookings.id = value ->> 'bookingId'`)

/** What must be known of a booking before points are written off for it. */
export const spendTarget = (db: Db, bookingId: number) =>
  db.all<{ userId: number | null; status: BookingStatus; priceKopecks: number; spentBonusesPoints: number }>(sql`
    select user_id as userId, status, price_kopecks as priceKopecks, spent_bonuses_points as spentBonusesPoints
    from bookings where id = ${bookingId}`)

/** Points written off for a visit lower the base of its cashback; the trigger marks it for settling if it is completed. */
export const addSpentBonuses = (db: Db, bookingId: number, points: number, now: number) =>
  db.run(sql`
    update bookings set spent_bonuses_points = spent_bonuses_points + ${points}, revision = revision + 1, updated_at = ${now}
    where id = ${bookingId}`)

/** A client's completed visits in the order in which they happened, with their prices. */
export const completedVisits = (db: Db, userId: number) =>
  db.all<{ id: number; priceKopecks: number }>(sql`
    select id, price_kopecks as priceKopecks from bookings where user_id = ${userId} and status = 'completed'
    order by starts_at, id`)

/** What a client has paid for completed visits: decides the level. */
export const completedSpend = (db: Db, userId: number) =>
  db.all<{ spendKopecks: number }>(sql`
    select coalesce(sum(price_kopecks), 0) as spendKopecks from bookings where user_id = ${userId} and status = 'completed'`)

export interface ClientContacts {
  readonly yclientsClientId: number
  readonly clientName: string | null
  readonly phone: string | null
  readonly phoneLast10: string | null
  readonly email: string | null
}

/** Writes changed contacts of YClients clients onto their bookings; null says nothing. Unchanged rows stay unwritten. */
export const refreshClientContacts = (db: Db, contacts: readonly ClientContacts[], now: number) =>
  db.run(sql`
    update bookings set
      client_name = coalesce(c.value ->> 'clientName', client_name), phone = coalesce(c.value ->> 'phone', phone),
      phone_last10 = coalesce(c.value ->> 'phoneLast10', phone_last10), email = coalesce(c.value ->> 'email', email),
      revision = revision + 1, updated_at = ${now}
    from json_each(${JSON.stringify(contacts)}) c
    where yclients_client_id = c.value ->> 'yclientsClientId'
      and (coalesce(c.value ->> 'clientName', client_name), coalesce(c.value ->> 'phone', phone), coalesce(c.value ->> 'email', email))
        is not (client_name, phone, email)`)

/**
 * Living bookings of a branch inside a time window whose records are not among `shown` (a subquery of record ids): YClients
 * did not list them. In id order from `afterId`.
 */
export const bookingsNotShown = (
  db: Db,
  query: { companyId: number; from: number; to: number; shown: SQL; afterId: number; limit: number },
) =>
  db.all<{ id: number; recordId: number }>(sql`
    select id, yclients_record_id as recordId from bookings indexed by bookings_by_time
    where starts_at >= ${query.from} and starts_at < ${query.to} and id > ${query.afterId}
      and yclients_company_id = ${query.companyId} and status <> 'cancelled'
      and yclients_record_id not in ${query.shown}
    order by id limit ${query.limit}`)
