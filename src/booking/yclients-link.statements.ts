import { sql } from 'drizzle-orm'
import type { BookableService } from '../catalog/booking-method.ts'
import type { Db, Statement } from '../platform/db.ts'
import type { BookingStatus } from './booking.ts'

/** What has to be known of a booking to tell YClients of it. */
export interface BookingToTell {
  readonly id: number
  readonly revision: number
  readonly status: BookingStatus
  readonly source: 'yclients' | 'internal'
  readonly syncState: 'provisional' | 'cancel' | 'move' | null
  readonly moveClaimedAt: number | null
  readonly apiId: string | null
  readonly companyId: number | null
  readonly recordId: number | null
  readonly recordHash: string | null
  readonly holdExpiresAt: number | null
  readonly startsAt: number
  readonly durationMinutes: number
  readonly staffId: number | null
  readonly yclientsStaffId: number | null
  /** JSON of `BookableService[]`: of the visit's services those that we know, also switched off ones. */
  readonly services: string
  readonly serviceName: string
  /** JSON of `BookingItem[]`. */
  readonly items: string
  readonly clientName: string | null
  readonly phone: string | null
  readonly email: string | null
  readonly clientCode: string | null
  readonly notes: string
  readonly createdAt: number
  readonly erasedAt: number | null
}

export const bookingToTell = (db: Db, id: number) =>
  db.all<BookingToTell>(sql`
    select b.id, b.revision, b.status, b.source, b.sync_state as syncState, b.move_claimed_at as moveClaimedAt,
      b.api_id as apiId,
      b.yclients_company_id as companyId, b.yclients_record_id as recordId, b.yclients_record_hash as recordHash,
      b.hold_expires_at as holdExpiresAt, b.starts_at as startsAt, b.duration_minutes as durationMinutes,
      b.staff_id as staffId, staff.yclients_staff_id as yclientsStaffId,
      (select json_group_array(json_object('bookingMethod', s.booking_method, 'yclientsServiceId', s.yclients_service_id))
        from services s where s.id = b.service_id or s.id in (select value from json_each(b.additional_service_ids))) as services,
      b.service_name as serviceName, b.items,
      b.client_name as clientName, b.phone, b.email, b.client_code as clientCode, b.notes, b.created_at as createdAt,
      b.erased_at as erasedAt
    from bookings b left join staff on staff.id = b.staff_id
    where b.id = ${id}`)

/** Only the query above makes it. */
export const parseServices = ({ services }: BookingToTell) => JSON.parse(services) as readonly BookableService[]

/** Who this master is in YClients. */
export const yclientsStaffOf = (db: Db, staffId: number) =>
  db.all<{ yclientsStaffId: number | null }>(
    sql`select yclients_staff_id as yclientsStaffId from staff where id = ${staffId}`,
  )

/**
 * Keeps everybody else from moving a visit that is about to be moved, or written at another place, in YClients. Whoever claims
 * it also ends the claim; after a crash the queue does, when it has looked what came of it.
 */
export const claimMove = (db: Db, { id, revision }: { id: number; revision: number }, now: number) =>
  db.all<{ id: number }>(sql`
    update bookings set move_claimed_at = ${now}
    where id = ${id} and revision = ${revision} and move_claimed_at is null and sync_state is null
      and status in ('pending', 'confirmed')
    returning id`)

/** Ends the claim; nothing came of it, or it is known what. */
export const endClaim = (db: Db, { id, claimedAt }: { id: number; claimedAt: number }) =>
  db.run(sql`update bookings set move_claimed_at = null where id = ${id} and move_claimed_at = ${claimedAt}`)

/** Bookings of which YClients still has to be told something, as a query of their ids. */
export const untoldBookings = sql`(select id from bookings where sync_state is not null or move_claimed_at is not null)`

/** Bookings of which YClients has not been told something since then, or whose claim has been forgotten. */
export const untoldSince = (db: Db, before: number, limit: number) =>
  db.all<{ id: number }>(sql`
    select id from bookings indexed by bookings_to_write where sync_state is not null and updated_at < ${before}
    union select id from bookings indexed by bookings_being_moved where move_claimed_at < ${before}
    order by id limit ${limit}`)

/** A record that carries our name of a visit. */
export interface OwnRecord {
  readonly apiId: string
  readonly companyId: number
  readonly recordId: number
}

/**
 * Gives these records to the bookings that they were written for, so that a webhook or a sync that is quicker than we are
 * finds the same booking. To be run before the bookings of the records are read; changes nothing of bookings that have theirs.
 */
export const adoptRecords = (db: Db, records: readonly OwnRecord[], now: number): Statement<unknown>[] => [
  ...dropStrays(db, records),
  db.run(sql`
    update bookings set source = 'yclients', yclients_company_id = r.value ->> 'companyId',
      yclients_record_id = r.value ->> 'recordId', sync_state = case when status = 'cancelled' then 'cancel' end,
      revision = revision + 1, updated_at = ${now}
    from json_each(${JSON.stringify(records)}) r
    where bookings.api_id = r.value ->> 'apiId' and bookings.yclients_record_id is null and not exists (
      select 1 from bookings other where other.yclients_company_id = r.value ->> 'companyId'
        and other.yclients_record_id = r.value ->> 'recordId')`),
]

/**
 * A webhook that left our name out may have made a second booking of the same visit. It goes, unless bonuses have been given
 * for it.
 */
function dropStrays(db: Db, records: readonly OwnRecord[]) {
  const strays = sql`(
    select stray.id from json_each(${JSON.stringify(records)}) r
    join bookings own on own.api_id = r.value ->> 'apiId' and own.yclients_record_id is null
    join bookings stray on stray.yclients_company_id = r.value ->> 'companyId'
      and stray.yclients_record_id = r.value ->> 'recordId' and stray.api_id is null
    where not exists (select 1 from bonus_entries where booking_id = stray.id)
      and not exists (select 1 from settlements_due where booking_id = stray.id))`
  return [
    db.run(sql`delete from booking_events where booking_id in ${strays}`),
    db.run(sql`delete from bookings where id in ${strays}`),
  ] as const
}

/** What was written into YClients for a booking. */
export interface WrittenRecord extends OwnRecord {
  readonly bookingId: number
  readonly recordHash: string | null
  readonly startsAt: number
  readonly staffId: number | null
  readonly comment: string
  readonly notes: string
}

/**
 * Notes that the visit stands in YClients now. Gives nothing back if the record cannot be this booking's. What changed here
 * while it was being written is left to be told: a visit that was cancelled meanwhile, or moved.
 */
export const markWritten = (db: Db, written: WrittenRecord, now: number) =>
  [
    ...dropStrays(db, [written]),
    db.all<{ syncState: 'cancel' | 'move' | null }>(sql`
      update bookings set source = 'yclients', yclients_company_id = ${written.companyId},
        yclients_record_id = ${written.recordId},
        yclients_record_hash = coalesce(${written.recordHash}, yclients_record_hash),
        comment = case when erased_at is null then coalesce(comment, ${written.comment}) else comment end,
        notes = case when erased_at is null then ${written.notes} else notes end,
        sync_state = case
          when status = 'cancelled' and deletion_seen_at is null then 'cancel'
          when sync_state = 'provisional' and (starts_at, staff_id) is not (${written.startsAt}, ${written.staffId}) then 'move'
        end, revision = revision + 1, updated_at = ${now}
      where id = ${written.bookingId} and (yclients_record_id is null or yclients_record_id = ${written.recordId})
        and not exists (select 1 from bookings other where other.yclients_company_id = ${written.companyId}
          and other.yclients_record_id = ${written.recordId} and other.id <> ${written.bookingId})
      returning sync_state as syncState`),
  ] as const

/**
 * A booking that YClients refused while its client waited for the answer, as if it had never been. Not one that has been
 * changed meanwhile: somebody has seen it.
 */
export const forgetRefused = (db: Db, bookingId: number) => {
  const neverSeen = sql`(
    select id from bookings where id = ${bookingId} and revision = 1 and yclients_record_id is null
      and (sync_state = 'provisional' or hold_expires_at is not null))`
  return [
    db.run(sql`delete from booking_events where booking_id in ${neverSeen}`),
    db.run(sql`delete from bookings where id in ${neverSeen}`),
  ] as const
}

/** Why a visit is cancelled whose time somebody else had in YClients. */
export const TAKEN_IN_YCLIENTS = 'slot_taken_in_yclients'

/** A booking that was promised to its client, or held for him, and that YClients refuses. */
export const cancelRefused = (db: Db, bookingId: number, reason: string, now: number) =>
  db.run(sql`
    update bookings set status = 'cancelled', cancelled_at = ${now}, cancel_reason = ${reason}, cancelled_by = 'yclients',
      sync_state = null, revision = revision + 1, updated_at = ${now}
    where id = ${bookingId} and sync_state = 'provisional' and yclients_record_id is null and status in ('pending', 'confirmed')`)

/**
 * What YClients has to be told of a visit that is being cancelled here. It belongs into the statement that cancels, so that no
 * crash comes between. A hold has never been told.
 */
export const syncStateOfCancelled = sql`case when source = 'yclients' or sync_state is not null then 'cancel' end`

/** The same for a visit that has been cancelled already. */
export const askToCancel = (db: Db, bookingId: number, now: number) =>
  db.run(sql`
    update bookings set sync_state = ${syncStateOfCancelled}, revision = revision + 1, updated_at = ${now}
    where id = ${bookingId} and status = 'cancelled' and deletion_seen_at is null
      and sync_state is not ${syncStateOfCancelled}`)

/** YClients has been told; `revision` is the one that was told, where that matters. */
export const clearSyncState = (
  db: Db,
  told: { id: number; syncState: 'provisional' | 'cancel' | 'move'; revision?: number },
  now: number,
) =>
  db.run(sql`
    update bookings set sync_state = null, revision = revision + 1, updated_at = ${now}
    where id = ${told.id} and sync_state = ${told.syncState}
      and ${told.revision === undefined ? sql`true` : sql`revision = ${told.revision}`}`)

/** YClients is not to be told of it any more. A visit that never came to stand there is kept here only. */
export const leaveUntold = (db: Db, bookingId: number, now: number) =>
  db.run(sql`
    update bookings set sync_state = null, move_claimed_at = null, revision = revision + 1, updated_at = ${now}
    where id = ${bookingId} and (sync_state is not null or move_claimed_at is not null)`)

/** After a change of ours: what was said about the record before is old news. Other writers need not notice. */
export const noteChangedAt = (db: Db, bookingId: number, changedAt: number) =>
  db.run(sql`
    update bookings set source_changed_at = ${changedAt}
    where id = ${bookingId} and coalesce(source_changed_at, 0) < ${changedAt}`)
