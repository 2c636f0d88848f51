import { type SQL, sql } from 'drizzle-orm'
import { type Db, inList } from '../platform/db.ts'
import type { BOOKING_EVENTS, BookingStatus, ClientMatch } from './booking.ts'
import { undecided } from './undecided.statements.ts'

export interface BookingRow {
  readonly id: number
  readonly userId: number | null
  readonly clientMatch: ClientMatch
  /** 1: a person has to say whose it is. */
  readonly undecided: 0 | 1
  readonly serviceId: number | null
  readonly staffId: number | null
  readonly staffName: string | null
  readonly serviceName: string
  readonly priceKopecks: number
  readonly durationMinutes: number
  readonly startsAt: number
  readonly endsAt: number
  readonly status: BookingStatus
  readonly clientName: string | null
  readonly phone: string | null
  readonly comment: string | null
  readonly notes: string
  readonly source: 'yclients' | 'internal'
  readonly yclientsRecordId: number | null
  readonly accruedBonusesPoints: number
  readonly spentBonusesPoints: number
  readonly cancelledAt: number | null
  readonly createdAt: number
  readonly updatedAt: number
  readonly holdExpiresAt: number | null
  readonly syncState: 'provisional' | 'cancel' | 'move' | null
  readonly cancelReason: string | null
  readonly revision: number
}

const bookingColumns = sql`b.id, b.user_id as userId, b.client_match as clientMatch,
  (${undecided} and b.erased_at is null) as undecided, b.service_id as serviceId,
  b.staff_id as staffId, (select name from staff where id = b.staff_id) as staffName, b.service_name as serviceName,
  b.price_kopecks as priceKopecks, b.duration_minutes as durationMinutes, b.starts_at as startsAt, b.ends_at as endsAt,
  b.status, b.client_name as clientName, b.phone, b.comment, b.notes, b.source, b.yclients_record_id as yclientsRecordId,
  b.accrued_bonuses_points as accruedBonusesPoints, b.spent_bonuses_points as spentBonusesPoints,
  b.cancelled_at as cancelledAt, b.created_at as createdAt, b.updated_at as updatedAt, b.hold_expires_at as holdExpiresAt,
  b.sync_state as syncState, b.cancel_reason as cancelReason, b.revision`

export interface BookingFilter {
  readonly now: number
  readonly userId?: number | undefined
  readonly unmatched?: boolean | undefined
  /** Only those of which a person has to say whose they are. */
  readonly undecided?: boolean | undefined
  readonly startsAtOrAfter?: number | undefined
  readonly startsBefore?: number | undefined
  readonly staffId?: number | undefined
  readonly source?: BookingRow['source'] | undefined
  readonly statuses?: readonly BookingStatus[] | undefined
  /** Only these. */
  readonly ids?: readonly number[] | undefined
}

export interface BookingPage {
  readonly order: 'nearest' | 'newest'
  readonly after: { readonly at: number; readonly id: number } | undefined
  /** Completed visits before all others, and cancelled ones not at all. */
  readonly owingFirst?: boolean
  readonly limit: number
}

/** One page of bookings by (starts_at, id), completed ones first where asked for. Every filter that is not given is left out, so that an index can serve. */
export function listBookingRows(db: Db, filter: BookingFilter, page: BookingPage) {
  // A hold that has ended is no booking any more, whether or not that is written down yet.
  const conditions: SQL[] = [
    sql`(b.hold_expires_at is null or (b.hold_expires_at > ${filter.now} and b.status <> 'cancelled'))`,
  ]
  if (filter.userId !== undefined) conditions.push(sql`b.user_id = ${filter.userId}`)
  // The condition of the partial index, word for word; of an erased visit nobody can say any more whose it was.
  if (filter.unmatched) conditions.push(sql`user_id is null and client_match <> 'technical' and b.erased_at is null`)
  if (filter.undecided) conditions.push(sql`${undecided} and b.erased_at is null`)
  if (filter.startsAtOrAfter !== undefined) conditions.push(sql`b.starts_at >= ${filter.startsAtOrAfter}`)
  if (filter.startsBefore !== undefined) conditions.push(sql`b.starts_at < ${filter.startsBefore}`)
  if (filter.staffId !== undefined) conditions.push(sql`b.staff_id = ${filter.staffId}`)
  if (filter.source !== undefined) conditions.push(sql`b.source = ${filter.source}`)
  if (filter.ids) conditions.push(sql`b.id in ${inList(filter.ids)}`)
  if (filter.statuses) conditions.push(sql`b.status in ${inList(filter.statuses)}`)
  const ascending = page.order === 'nearest'
  const direction = ascending ? sql`asc` : sql`desc`
  const { after, limit } = page
  const place = after && sql`(b.starts_at, b.id) ${ascending ? sql`>` : sql`<`} (${after.at}, ${after.id})`
  const rowsThat = (...more: SQL[]) => sql`
    select ${bookingColumns} from bookings b where ${sql.join([...conditions, ...more], sql` and `)}
    order by b.starts_at ${direction}, b.id ${direction} limit ${limit}`
  if (!page.owingFirst) return db.all<BookingRow>(rowsThat(...(place ? [place] : [])))
  // Two walks of the index instead of a sort of all; in which of them a page ended, its last visit tells.
  const wasOwing = after && sql`exists (select 1 from bookings l where l.id = ${after.id} and l.status = 'completed')`
  const owing = rowsThat(sql`b.status = 'completed'`, ...(place && wasOwing ? [wasOwing, place] : []))
  const others = rowsThat(
    sql`b.status not in ('completed', 'cancelled')`,
    ...(place && wasOwing ? [sql`(${wasOwing} or ${place})`] : []),
  )
  return db.all<BookingRow>(sql`
    select * from (select * from (${owing}) union all select * from (${others}))
    order by status <> 'completed', startsAt ${direction}, id ${direction} limit ${limit}`)
}

export const bookingById = (db: Db, id: number) =>
  db.all<BookingRow>(sql`select ${bookingColumns} from bookings b where b.id = ${id}`)

/** An administrator's decision whose visit it is; it overrides whatever the rules found and stays. */
export const linkByHand = (
  db: Db,
  { id, revision }: Pick<BookingRow, 'id' | 'revision'>,
  userId: number,
  now: number,
) =>
  db.all<{ id: number }>(sql`
    update bookings set user_id = ${userId}, client_match = 'manual', revision = revision + 1, updated_at = ${now}
    where id = ${id} and revision = ${revision} and exists (select 1 from users where users.id = ${userId} and users.erased_at is null)
    returning id`)

export interface BookingEvent {
  readonly id: number
  readonly kind: (typeof BOOKING_EVENTS)[number]
  /** Of the visit before a move. */
  readonly previousStartsAt: number | null
  readonly at: number
}

/** What happened to a visit, first to last. */
export const eventsOfBooking = (db: Db, bookingId: number, limit: number) =>
  db.all<BookingEvent>(sql`
    select id, kind, previous_starts_at as previousStartsAt, at from (
      select * from booking_events where booking_id = ${bookingId} order by id desc limit ${limit})
    order by id`)

export interface UnmatchedBooking {
  readonly id: number
  readonly revision: number
  readonly code: string | null
  readonly email: string | null
  readonly phone: string | null
}

const unmatchedColumns = sql`id, revision, client_code as code, email, phone`

/**
 * Unmatched visits that name one of these codes or contacts. The indexes are named because the planner would rather walk
 * all visits of nobody, of which a salon has tens of thousands.
 */
export const unmatchedNaming = (db: Db, keys: readonly { kind: string; key: string }[], limit: number) => {
  const of = (kind: string) => inList([...new Set(keys.filter((each) => each.kind === kind).map(({ key }) => key))])
  return db.all<UnmatchedBooking>(sql`
    select ${unmatchedColumns} from bookings indexed by unmatched_by_code
      where user_id is null and client_code is not null and client_code in ${of('code')}
    union select ${unmatchedColumns} from bookings indexed by unmatched_by_email
      where user_id is null and email is not null and email in ${of('email')}
    union select ${unmatchedColumns} from bookings indexed by unmatched_by_phone
      where user_id is null and phone_last10 is not null and phone_last10 in ${of('phone')}
    limit ${limit}`)
}

/**
 * Gives visits to their owners, except those that changed since they were read, and to nobody who was erased since. The plus keeps the planner from walking all
 * visits of nobody for each link.
 */
export const linkByRules = (
  db: Db,
  links: readonly { id: number; revision: number; userId: number; by: 'code' | 'email' | 'phone' }[],
  now: number,
) =>
  db.all<{ id: number; userId: number }>(sql`
    update bookings set user_id = l.value ->> 'userId', client_match = l.value ->> 'by', revision = bookings.revision + 1,
      updated_at = ${now}
    from json_each(${JSON.stringify(links)}) l
    where bookings.id = l.value ->> 'id' and bookings.revision = l.value ->> 'revision'
      and +bookings.user_id is null
      and not exists (select 1 from users where users.id = l.value ->> 'userId' and users.erased_at is not null)
    returning id, user_id as userId`)
