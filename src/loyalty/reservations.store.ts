import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'
import { type EntryRow, entryColumns } from './loyalty.store.ts'

export type Resolution = 'captured' | 'released' | 'expired'

export interface Reservation {
  /** The entry that put the points aside. */
  readonly entryId: number
  readonly userId: number
  readonly bookingId: number
  readonly paymentId: number | null
  readonly points: number
  readonly expiresAt: number
  readonly resolution: Resolution | null
  /** Of whose they are now. */
  readonly balancePoints: number
}

const reservation = (db: Db, condition: SQL) =>
  db.all<Reservation>(sql`
    select r.entry_id as entryId, r.user_id as userId, r.booking_id as bookingId, r.payment_id as paymentId, r.points,
      r.expires_at as expiresAt, r.resolution, u.bonus_balance_points as balancePoints
    from bonus_reservations r join users u on u.id = r.user_id where r.entry_id = ${condition}`)

export const reservationByEntry = (db: Db, entryId: number) => reservation(db, sql`${entryId}`)

/** By the key of the entry that put them aside. */
export const reservationByKey = (db: Db, idempotencyKey: string) =>
  reservation(db, sql`(select id from bonus_entries where idempotency_key = ${idempotencyKey})`)

/** What is put aside for a visit and neither spent nor given back yet. */
export const pointsPutAside = (db: Db, bookingId: number) =>
  db.all<{ points: number }>(sql`
    select coalesce(sum(points), 0) as points from bonus_reservations where booking_id = ${bookingId} and resolution is null`)

export interface Hold {
  readonly userId: number
  readonly bookingId: number
  readonly paymentId: number | null
  readonly points: number
  readonly expiresAt: number
  readonly idempotencyKey: string
}

export const appendHold = (db: Db, hold: Hold, now: number) => [
  db.run(sql`
    insert into bonus_entries (user_id, booking_id, kind, finer_kind, points, balance_after_points, idempotency_key, actor, created_at)
    select id, ${hold.bookingId}, 'spend', 'hold', ${-hold.points}, bonus_balance_points - ${hold.points}, ${hold.idempotencyKey},
      'client:' || id, ${now}
    from users where id = ${hold.userId}`),
  db.run(sql`
    insert into bonus_reservations (entry_id, user_id, booking_id, payment_id, points, expires_at)
    select id, user_id, booking_id, ${hold.paymentId}, ${hold.points}, ${hold.expiresAt}
    from bonus_entries where idempotency_key = ${hold.idempotencyKey}`),
]

/** A trigger refuses with RESERVATION_RESOLVED what was resolved before, and with it the whole transaction. */
export const resolveReservation = (db: Db, entryId: number, resolution: Resolution, now: number) =>
  db.run(sql`
    update bonus_reservations set resolution = ${resolution}, resolved_at = ${now} where entry_id = ${entryId}`)

export const RESERVATION_RESOLVED = 'RESERVATION_RESOLVED'

interface GivenBack {
  /** Where it finds nothing to go back to, it expires as if it were given now. */
  readonly expiresAt: number | null
  readonly actor: string
}

/** Gives back what was put aside. Nobody writes a reason onto the ledger of an erased client. */
export const appendRelease = (db: Db, entryId: number, entry: GivenBack & { reason: string }, now: number) =>
  db.all<EntryRow>(sql`
    insert into bonus_entries (user_id, booking_id, kind, finer_kind, points, balance_after_points, idempotency_key, reason, actor,
      created_at, resolves_entry_id, expires_at)
    select u.id, r.booking_id, 'adjustment', 'release', r.points, u.bonus_balance_points + r.points, 'release:' || r.entry_id,
      case when u.erased_at is null then ${entry.reason} end, ${entry.actor}, ${now}, r.entry_id, ${entry.expiresAt}
    from bonus_reservations r join users u on u.id = r.user_id where r.entry_id = ${entryId}
    returning ${entryColumns}`)

/** Gives back points that were spent on a visit. */
export const appendReturn = (
  db: Db,
  entry: GivenBack & { userId: number; bookingId: number; points: number; idempotencyKey: string },
  now: number,
) =>
  db.all<EntryRow>(sql`
    insert into bonus_entries (user_id, booking_id, kind, finer_kind, points, balance_after_points, idempotency_key, actor,
      created_at, expires_at)
    select id, ${entry.bookingId}, 'adjustment', 'return', ${entry.points}, bonus_balance_points + ${entry.points},
      ${entry.idempotencyKey}, ${entry.actor}, ${now}, ${entry.expiresAt}
    from users where id = ${entry.userId}
    returning ${entryColumns}`)

export const moveExpiry = (db: Db, entryId: number, expiresAt: number) =>
  db.run(sql`update bonus_reservations set expires_at = ${expiresAt} where entry_id = ${entryId}`)

/** Gives back everything of a client that was put aside and not resolved in time. */
export const releaseExpired = (db: Db, userId: number, at: number, expiresAt: number | null) =>
  [
    db.run(sql`
    insert into bonus_entries (user_id, booking_id, kind, finer_kind, points, balance_after_points, idempotency_key, actor,
      created_at, resolves_entry_id, expires_at)
    select user_id, booking_id, 'adjustment', 'release', points,
      (select bonus_balance_points from users where id = ${userId}) + sum(points) over (order by entry_id),
      'release:' || entry_id, 'system', ${at}, entry_id, ${expiresAt}
    from bonus_reservations where user_id = ${userId} and resolution is null and expires_at <= ${at} order by entry_id`),
    db.run(sql`
    update bonus_reservations set resolution = 'expired', resolved_at = ${at}
    where user_id = ${userId} and resolution is null and expires_at <= ${at}`),
  ] as const
