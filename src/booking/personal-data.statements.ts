import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'
import { mentions } from '../users/person.statements.ts'
import { BLANKED_COMMENT, type BookingStatus, type ClientMatch } from './booking.ts'

/**
 * The cards in YClients under which a client's visits stand, and nobody else's, as a query of (kind, key). What else stands
 * under such a card is his, whatever phone it names.
 */
export const cardsOf = (userId: number): SQL => sql`
    select 'card', cast(own.yclients_client_id as text) from bookings own
    where own.user_id = ${userId} and own.yclients_client_id is not null and not exists (
      select 1 from bookings other where other.yclients_client_id = own.yclients_client_id and other.user_id <> ${userId})`

/**
 * Takes the person out of the visits that are his: that he owns, that name him in a field (whoever owns them), and that stand
 * under his card. Owner and sums stay, so that the ledger still adds up. The revision moves on, so that whoever read a visit
 * before writes nothing of it back. Reads all visits, which is once in a client's life.
 */
export const eraseFromBookings = (db: Db, userId: number, person: SQL, now: number) =>
  db.run(sql`
    with ${person}
    update bookings set client_name = null, phone = null, phone_last10 = null, email = null, client_code = null,
      comment = null, notes = '', yclients_client_id = null, yclients_record_hash = null, cancel_reason = null,
      idempotency_key = null, fingerprint = null,
      client_match = case when user_id is null and client_match <> 'technical' then 'no_contact' else client_match end,
      erased_at = ${now}, revision = revision + 1, updated_at = ${now}
    where erased_at is null and (
      user_id = ${userId}
      or phone_last10 in (select key from person where kind = 'phone')
      or email in (select key from person where kind = 'email')
      or client_code in (select key from person where kind = 'code')
      or yclients_client_id in (select cast(key as integer) from person where kind = 'card')
      or (client_name glob '*[0-9@]*' and ${mentions(sql`client_name`)}))`)

/**
 * Blanks what somebody wrote on visits of others, if it names the person. The visit itself stays as it is. To be run after
 * `eraseFromBookings`, which takes what is his.
 */
export const eraseFromOthersBookings = (db: Db, person: SQL, now: number) =>
  db.run(sql`
    with ${person}, naming (id, in_comment, in_notes) as materialized (
      select id, case when comment glob '*[0-9@]*' then ${mentions(sql`comment`)} else false end,
        case when source <> 'yclients' and notes <> '' then ${mentions(sql`notes`)} else false end
      from bookings where erased_at is null and (comment is not null or source <> 'yclients'))
    update bookings set comment = case when in_comment then ${BLANKED_COMMENT} else comment end,
      notes = case when in_notes then '' else notes end, revision = revision + 1, updated_at = ${now}
    from naming where naming.id = bookings.id and (in_comment or in_notes)`)

/** The records and YClients clients behind a client's visits, as a CTE `record (company_id, record_id, client_id)`. */
export const recordsOf = (userId: number): SQL => sql`record (company_id, record_id, client_id) as materialized (
    select yclients_company_id, yclients_record_id, yclients_client_id from bookings where user_id = ${userId})`

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
  /** JSON of `BookingItem[]`. */
  readonly items: string
  readonly attendance: string | null
  readonly source: 'yclients' | 'internal'
  readonly yclientsRecordId: number | null
  readonly yclientsVisitId: number | null
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
      nullif(b.comment, ${BLANKED_COMMENT}) as comment, b.notes, b.items, b.yclients_attendance as attendance, b.source,
      b.yclients_record_id as yclientsRecordId, b.yclients_visit_id as yclientsVisitId, b.yclients_client_id as yclientsClientId,
      b.cancelled_at as cancelledAt, b.created_at as createdAt, b.updated_at as updatedAt
    from bookings b where b.user_id = ${userId} order by b.starts_at, b.id`)
