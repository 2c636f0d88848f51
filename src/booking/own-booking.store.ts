import { type SQL, sql } from 'drizzle-orm'
import { isBeingPaid } from '../payments/payments.statements.ts'
import type { Db } from '../platform/db.ts'
import { DAY_MS, MINUTE_MS } from '../platform/time.ts'
import type { BookingItem, BookingStatus } from './booking.ts'
import { blocksTime, isTaken, LONGEST_VISIT_MS, overlapsTime } from './busy.statements.ts'
import { syncStateOfCancelled } from './yclients-link.statements.ts'

/** A master who may take the visit, with what it takes and costs when he does. */
export interface Candidate {
  readonly staffId: number
  readonly durationMinutes: number
  readonly priceKopecks: number
  readonly items: readonly BookingItem[]
  /** A visit with him is written into YClients. */
  readonly isToldToYclients: boolean
}

export interface NewBooking {
  readonly userId: number
  readonly serviceId: number
  readonly additionalServiceIds: readonly number[]
  readonly serviceName: string
  readonly startsAt: number
  readonly bufferBeforeMinutes: number
  readonly bufferAfterMinutes: number
  readonly clientName: string | null
  readonly phone: string | null
  readonly phoneLast10: string | null
  readonly email: string | null
  readonly clientCode: string
  readonly notes: string
  readonly holdExpiresAt: number | null
  readonly apiId: string
  readonly idempotencyKey: string | null
  readonly fingerprint: string | null
  /** Of the branch, for the load of the day. */
  readonly dayStartsAt: number
}

/** So many visits to come may one client have; more is a prank or a fault. */
const MOST_TO_COME = 20
/** So many times may one client keep without having booked them. */
const MOST_HOLDS = 2

/** Has the client as many visits to come, or times on hold, as he may have? `userId`: also an expression. */
const hasTooMany = (userId: SQL, isHold: boolean, now: number): SQL => sql`(
  (select count(*) from bookings b where b.user_id = ${userId} and b.starts_at > ${now} and ${blocksTime(now)}) >= ${MOST_TO_COME}
  or (${isHold ? 1 : 0} and (select count(*) from bookings b where b.user_id = ${userId}
    and b.hold_expires_at > ${now} and b.status = 'pending') >= ${MOST_HOLDS}))`

/** A visit's time with its buffers. */
const spanOfVisit = (visit: {
  startsAt: number
  durationMinutes: number
  bufferBeforeMinutes: number
  bufferAfterMinutes: number
}) => ({
  from: visit.startsAt - visit.bufferBeforeMinutes * MINUTE_MS,
  to: visit.startsAt + (visit.durationMinutes + visit.bufferAfterMinutes) * MINUTE_MS,
})

/**
 * Books the visit with the least loaded of the masters who are free then. One statement decides: of any number of requests
 * for overlapping times of one master exactly one gets a row back.
 */
export const insertIfFree = (db: Db, booking: NewBooking, candidates: readonly Candidate[], now: number) => {
  const staffId = sql`(c.value ->> 'staffId')`
  const endsAt = sql`(${booking.startsAt} + (c.value ->> 'durationMinutes') * 60000)`
  const span = {
    from: booking.startsAt - booking.bufferBeforeMinutes * MINUTE_MS,
    to: sql`(${endsAt} + ${booking.bufferAfterMinutes * MINUTE_MS})`,
  }
  const isHold = booking.holdExpiresAt !== null
  return db.all<{ id: number; staffId: number }>(sql`
    insert into bookings (user_id, client_match, source, status, service_id, additional_service_ids, staff_id, service_name, price_kopecks,
      duration_minutes, items, starts_at, ends_at, client_name, phone, phone_last10, email, client_code, notes,
      hold_expires_at, buffer_before_minutes, buffer_after_minutes, sync_state, api_id, idempotency_key, fingerprint,
      created_at, updated_at)
    select u.id, 'code', 'internal', 'pending', ${booking.serviceId}, ${JSON.stringify(booking.additionalServiceIds)}, ${staffId},
      ${booking.serviceName},
      c.value ->> 'priceKopecks', c.value ->> 'durationMinutes', c.value ->> 'items', ${booking.startsAt}, ${endsAt},
      ${booking.clientName}, ${booking.phone}, ${booking.phoneLast10}, ${booking.email}, ${booking.clientCode},
      ${booking.notes}, ${booking.holdExpiresAt}, ${booking.bufferBeforeMinutes}, ${booking.bufferAfterMinutes},
      case when c.value ->> 'isToldToYclients' and ${isHold ? 0 : 1} then 'provisional' end, ${booking.apiId}, ${booking.idempotencyKey}, ${booking.fingerprint}, ${now}, ${now}
    from users u, json_each(${JSON.stringify(candidates)}) c
    where u.id = ${booking.userId} and u.erased_at is null
      and not ${isTaken({ staffId, span, except: 0 }, now)} and not ${hasTooMany(sql`u.id`, isHold, now)}
    order by (select coalesce(sum(b.ends_at - b.starts_at), 0) from bookings b where b.staff_id = ${staffId}
        and b.starts_at >= ${booking.dayStartsAt} and b.starts_at < ${booking.dayStartsAt + DAY_MS} and ${blocksTime(now)}),
      ${staffId}
    limit 1
    returning id, staff_id as staffId`)
}

/** The client, unless he was erased: may he have one more? */
export const bookingClient = (db: Db, userId: number, isHold: boolean, now: number) =>
  db.all<{ hasTooMany: number }>(sql`
    select ${hasTooMany(sql`u.id`, isHold, now)} as hasTooMany from users u
    where u.id = ${userId} and u.erased_at is null`)

export interface KeyedBooking {
  readonly id: number
  readonly fingerprint: string
  readonly syncState: 'provisional' | 'cancel' | 'move' | null
  readonly createdAt: number
}

export const bookingOfKey = (db: Db, idempotencyKey: string) =>
  db.all<KeyedBooking>(sql`
    select id, fingerprint, sync_state as syncState, created_at as createdAt from bookings
    where idempotency_key = ${idempotencyKey}`)

/** What has to be known of a visit before it is changed. */
export interface ChangeableBooking {
  readonly id: number
  readonly userId: number | null
  readonly revision: number
  readonly status: BookingStatus
  readonly source: 'yclients' | 'internal'
  readonly serviceId: number | null
  readonly staffId: number | null
  readonly startsAt: number
  readonly durationMinutes: number
  readonly bufferBeforeMinutes: number
  readonly bufferAfterMinutes: number
  readonly holdExpiresAt: number | null
  readonly cancelNoticeMinutes: number | null
  readonly syncState: 'provisional' | 'cancel' | 'move' | null
  /** Since when somebody moves it in YClients. */
  readonly moveClaimedAt: number | null
  /** JSON list of service ids: see `parseAdditional`. */
  readonly additionalServiceIds: string
  /** JSON of `BookingItem[]`. */
  readonly items: string
  readonly cancelReason: string | null
  readonly yclientsRecordId: number | null
  /** A payment of it is under way: only that makes it firm, and its price must not change. */
  readonly isBeingPaid: number
}

export const changeableBooking = (db: Db, id: number) =>
  db.all<ChangeableBooking>(sql`
    select b.id, b.user_id as userId, b.revision, b.status, b.source, b.service_id as serviceId, b.staff_id as staffId,
      b.starts_at as startsAt, b.duration_minutes as durationMinutes, b.buffer_before_minutes as bufferBeforeMinutes,
      b.buffer_after_minutes as bufferAfterMinutes, b.hold_expires_at as holdExpiresAt,
      (select cancel_notice_minutes from services where id = b.service_id) as cancelNoticeMinutes,
      b.sync_state as syncState, b.move_claimed_at as moveClaimedAt, b.additional_service_ids as additionalServiceIds, b.items,
      b.cancel_reason as cancelReason, b.yclients_record_id as yclientsRecordId, ${isBeingPaid(sql`b.id`)} as isBeingPaid
    from bookings b where b.id = ${id}`)

/** Written by us; a CHECK keeps it a list. */
export const parseAdditional = ({ additionalServiceIds }: ChangeableBooking) =>
  JSON.parse(additionalServiceIds) as number[]

interface Lock {
  readonly id: number
  readonly revision: number
}

export const cancelIfUnchanged = (
  db: Db,
  { id, revision }: Lock,
  cancelled: { reason: string | null; by: string },
  now: number,
) =>
  db.all<{ id: number }>(sql`
    update bookings set status = 'cancelled', cancelled_at = ${now}, cancel_reason = ${cancelled.reason},
      cancelled_by = ${cancelled.by}, sync_state = ${syncStateOfCancelled}, revision = revision + 1, updated_at = ${now}
    where id = ${id} and revision = ${revision} returning id`)

/** Where a visit goes. */
export interface NewPlace {
  readonly startsAt: number
  readonly candidate: Omit<Candidate, 'isToldToYclients'>
  readonly bufferBeforeMinutes: number
  readonly bufferAfterMinutes: number
}

/** What a move does besides the master and the time. */
const moved = ({ candidate, ...to }: NewPlace, now: number): SQL => {
  const { staffId, durationMinutes } = candidate
  // What YClients booked costs what YClients says; with the same master it stays at what was promised.
  const keepsPrice = sql`(staff_id is ${staffId} or source = 'yclients')`
  return sql`starts_at = ${to.startsAt}, ends_at = ${to.startsAt + durationMinutes * MINUTE_MS}, staff_id = ${staffId},
    duration_minutes = ${durationMinutes},
    price_kopecks = iif(${keepsPrice}, price_kopecks, ${candidate.priceKopecks}),
    items = iif(${keepsPrice}, items, ${JSON.stringify(candidate.items)}),
    buffer_before_minutes = ${to.bufferBeforeMinutes}, buffer_after_minutes = ${to.bufferAfterMinutes},
    revision = revision + 1, updated_at = ${now}`
}

/**
 * Moves the visit if the new time is free; the old time is given up by the same statement, so never before. `isUntold`:
 * YClients, which is switched off, has to be told of it when it is on again.
 */
export const moveIfFree = (db: Db, { id, revision }: Lock, to: NewPlace & { isUntold: boolean }, now: number) => {
  const { staffId, durationMinutes } = to.candidate
  const span = spanOfVisit({ ...to, durationMinutes })
  return db.all<{ id: number }>(sql`
    update bookings set ${moved(to, now)}, sync_state = iif(${to.isUntold ? 1 : 0}, 'move', sync_state)
    where id = ${id} and revision = ${revision} and move_claimed_at is null
      and (hold_expires_at is null or not ${isBeingPaid(sql`bookings.id`)})
      and not ${isTaken({ staffId, span, except: id }, now)}
    returning id`)
}

/**
 * Moves a visit that YClients has moved already: a fact, which is never refused, so a clash is shown to the administrators.
 * Whoever holds the claim need not mind what webhooks have said meanwhile.
 */
export const moveClaimed = (db: Db, claim: { id: number; claimedAt: number }, to: NewPlace, now: number) =>
  db.all<{ id: number }>(sql`
    update bookings set ${moved(to, now)}, move_claimed_at = null
    where id = ${claim.id} and move_claimed_at = ${claim.claimedAt} and status in ('pending', 'confirmed')
    returning id`)

/** Is the time free for this visit? */
export const isFreeFor = (
  db: Db,
  bookingId: number,
  staffId: number,
  span: { from: number; to: number },
  now: number,
) => db.all<{ taken: number }>(sql`select ${isTaken({ staffId, span, except: bookingId }, now)} as taken`)

/**
 * Makes a hold firm, while it lasts. Should its end have come while it was being confirmed, somebody else may have the time.
 */
export const confirmIfHeld = (
  db: Db,
  hold: ChangeableBooking,
  { isToldToYclients, isPaid }: { isToldToYclients: boolean; isPaid: boolean },
  now: number,
) => {
  const rival = sql`exists (select 1 from bookings b where b.id <> ${hold.id} and b.staff_id = ${hold.staffId}
    and b.source = 'internal' and ${blocksTime(now)} and ${overlapsTime(spanOfVisit(hold))})`
  return db.all<{ id: number }>(sql`
    update bookings set hold_expires_at = null, status = 'confirmed',
      sync_state = ${isToldToYclients ? 'provisional' : null}, revision = revision + 1, updated_at = ${now}
    where id = ${hold.id} and revision = ${hold.revision} and status = 'pending' and hold_expires_at > ${now} and not ${rival}
      and (${isPaid ? 1 : 0} or not ${isBeingPaid(sql`bookings.id`)})
    returning id`)
}

/** Writes down that holds have ended; their time has been free since. */
export const releaseExpiredHolds = (db: Db, limit: number, now: number) =>
  db.all<{ id: number }>(sql`
    update bookings set status = 'cancelled', cancelled_at = hold_expires_at, cancel_reason = 'hold_expired',
      cancelled_by = 'system', sync_state = null, revision = revision + 1, updated_at = ${now}
    where id in (select id from bookings indexed by open_holds
      where hold_expires_at is not null and hold_expires_at <= ${now} and status = 'pending' limit ${limit})
    returning id`)

/**
 * Sets the outcome of a visit. One that was noted as missed had given its time up: it comes back only
 * while nobody else has it.
 */
export const setOutcome = (
  db: Db,
  visit: ChangeableBooking,
  status: 'completed' | 'no_show' | 'confirmed',
  now: number,
) => {
  const taken = isTaken({ staffId: visit.staffId ?? 0, span: spanOfVisit(visit), except: visit.id }, now)
  return db.all<{ id: number }>(sql`
    update bookings set status = ${status}, cancelled_at = null, revision = revision + 1, updated_at = ${now}
    where id = ${visit.id} and revision = ${visit.revision}
      and (status <> 'no_show' or ${status} = 'no_show' or not ${taken})
    returning id`)
}

export interface Conflict {
  readonly staffId: number
  readonly firstId: number
  readonly secondId: number
  readonly startsAt: number
}

/**
 * Visits to come that overlap another of the same master: YClients' records are facts and are never refused, so they may
 * meet what was booked here.
 */
export const conflictsFrom = (db: Db, from: number, limit: number, now: number) =>
  db.all<Conflict>(sql`
    select a.staff_id as staffId, a.id as firstId, b.id as secondId, max(a.starts_at, b.starts_at) as startsAt
    from bookings a indexed by bookings_by_time join bookings b on b.staff_id = a.staff_id and b.id <> a.id
      and b.starts_at >= a.starts_at - ${LONGEST_VISIT_MS} and (b.starts_at < a.starts_at or (b.starts_at = a.starts_at and b.id < a.id))
      and b.ends_at > a.starts_at and ${blocksTime(now)}
    where a.starts_at >= ${from} and a.status in ('pending', 'confirmed')
      and (a.hold_expires_at is null or a.hold_expires_at > ${now})
    order by startsAt, firstId limit ${limit}`)
