import { type SQL, sql } from 'drizzle-orm'
import { type Db, mentions } from '../platform/db.ts'
import type { BookingStatus, ClientMatch } from './booking.ts'

const PERSON = sql`person`

/**
 * The visits that the erasure of a client has to reach, as a condition: his own; whoever's, if one of his contacts stands in
 * it, in a field or in what somebody wrote; and those of his card in YClients that name nobody by contact. Wants the CTE
 * `person`. Reads all visits, which is once in a client's life.
 */
const concerns = (userId: number): SQL => sql`(
  user_id = ${userId}
  or phone_last10 in (select key from person where kind = 'phone')
  or email in (select key from person where kind = 'email')
  or client_code in (select key from person where kind = 'code')
  or (comment is not null and ${mentions(sql`comment`, PERSON)})
  or (client_name glob '*[0-9@]*' and ${mentions(sql`client_name`, PERSON)})
  or (source <> 'yclients' and notes <> '' and ${mentions(sql`notes`, PERSON)})
  or (user_id is null and phone_last10 is null and email is null and yclients_client_id in (
    select yclients_client_id from bookings where user_id = ${userId} and yclients_client_id is not null)))`

/**
 * The records and YClients clients behind these visits, as a CTE `record (company_id, record_id, client_id)` that stands after
 * `person`. It has to be asked before the visits are blanked.
 */
export const recordsConcerning = (
  userId: number,
): SQL => sql`record (company_id, record_id, client_id) as materialized (
    select yclients_company_id, yclients_record_id, yclients_client_id from bookings where ${concerns(userId)})`

/** The same of a client's own visits only. */
export const recordsOf = (userId: number): SQL => sql`record (company_id, record_id, client_id) as materialized (
    select yclients_company_id, yclients_record_id, yclients_client_id from bookings where user_id = ${userId})`

/**
 * Takes the person out of these visits. Owner and sums stay, so that the ledger still adds up. The revision moves on, so that
 * whoever read a visit before writes nothing of it back.
 */
export const eraseFromBookings = (db: Db, userId: number, person: SQL, now: number) =>
  db.run(sql`
    with ${person}
    update bookings set client_name = null, phone = null, phone_last10 = null, email = null, client_code = null,
      comment = null, notes = '', yclients_client_id = null,
      client_match = case when user_id is null and client_match <> 'technical' then 'no_contact' else client_match end,
      erased_at = ${now}, revision = revision + 1, updated_at = ${now}
    where erased_at is null and ${concerns(userId)}`)

/** True if the record's visit was erased; for tables that keep what YClients said of a record. */
export const isOfErasedBooking = (companyId: SQL, recordId: SQL): SQL => sql`exists (
  select 1 from bookings erased
  where erased.yclients_company_id = ${companyId} and erased.yclients_record_id = ${recordId} and erased.erased_at is not null)`

export interface ExportedBooking {
  readonly id: number
  readonly serviceName: string
  readonly staffName: string | null
  readonly startsAt: number
  readonly endsAt: number
  readonly status: BookingStatus
  readonly priceKopecks: number
  readonly spentBonusesPoints: number
  readonly accruedBonusesPoints: number
  readonly clientMatch: ClientMatch
  readonly clientName: string | null
  readonly phone: string | null
  readonly email: string | null
  readonly clientCode: string | null
  readonly comment: string | null
  readonly notes: string
  readonly source: 'yclients' | 'internal'
  readonly yclientsRecordId: number | null
  readonly yclientsClientId: number | null
  readonly cancelledAt: number | null
  readonly createdAt: number
  readonly updatedAt: number
}

/** All visits of a client with everything that they hold of him, oldest first. */
export const allBookingsOf = (db: Db, userId: number) =>
  db.all<ExportedBooking>(sql`
    select b.id, b.service_name as serviceName, (select name from staff where id = b.staff_id) as staffName,
      b.starts_at as startsAt, b.ends_at as endsAt, b.status, b.price_kopecks as priceKopecks,
      b.spent_bonuses_points as spentBonusesPoints, b.accrued_bonuses_points as accruedBonusesPoints,
      b.client_match as clientMatch, b.client_name as clientName, b.phone, b.email, b.client_code as clientCode,
      b.comment, b.notes, b.source, b.yclients_record_id as yclientsRecordId, b.yclients_client_id as yclientsClientId,
      b.cancelled_at as cancelledAt, b.created_at as createdAt, b.updated_at as updatedAt
    from bookings b where b.user_id = ${userId} order by b.starts_at, b.id`)
