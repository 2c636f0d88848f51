import { sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'
import { NEVER } from './lifetime.ts'

/**
 * Takes what expired from the balance, in one entry. What was taken is gone from the lots in the same statement, so that nothing
 * expires twice. Where points do not expire by the settings of today, those with an older date do not either.
 */
export const expireLots = (db: Db, userId: number, at: number, months: number) =>
  db.run(sql`
    insert into bonus_entries (user_id, kind, finer_kind, points, balance_after_points, idempotency_key, actor, created_at)
    select u.id, 'adjustment', 'expiry', -due.points, u.bonus_balance_points - due.points,
      'expiry:' || u.id || ':' || (select max(id) from bonus_entries where user_id = u.id), 'system', ${at}
    from users u join (
      select sum(remaining_points) as points from bonus_lots
      where user_id = ${userId} and remaining_points > 0 and expires_at <= ${months === 0 ? 0 : at}) due
    where u.id = ${userId} and due.points > 0`)

/** When something of a client will be over next: points put aside, or points that nobody spends. NULL: nothing. */
export const nextEnd = (db: Db, userId: number) =>
  db.all<{ at: number | null }>(sql`
    select min(at) as at from (
      select expires_at as at from bonus_reservations where user_id = ${userId} and resolution is null
      union all
      select min(expires_at) from bonus_lots where user_id = ${userId} and remaining_points > 0 and expires_at < ${NEVER})`)

/** Clients of whom something is over; as in `expireLots`. */
export const usersWithEnded = (db: Db, at: number, months: number, limit: number) =>
  db.all<{ userId: number }>(sql`
    select user_id as userId from bonus_reservations where resolution is null and expires_at <= ${at}
    union
    select user_id from bonus_lots where remaining_points > 0 and expires_at <= ${months === 0 ? 0 : at}
    order by userId limit ${limit}`)

export interface ExpiringLot {
  readonly points: number
  readonly expiresAt: number
}

const MAX_LOTS = 12

/** What of a client's points expires next, soonest first; points that never do are left out, by the settings of today all. */
export const nextLots = (db: Db, userId: number, at: number, months: number) =>
  db.all<ExpiringLot>(sql`
    select sum(remaining_points) as points, expires_at as expiresAt from bonus_lots
    where user_id = ${userId} and remaining_points > 0 and expires_at > ${at} and expires_at < ${months === 0 ? 0 : NEVER}
    group by expires_at order by expires_at limit ${MAX_LOTS}`)
