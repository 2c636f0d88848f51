import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'

/**
 * Points that clients got after an entry of the ledger, as a query of (entry_id, user_id, booking_id, points, created_at); at most
 * so many entries are looked at. What moved because two clients were merged is no gift; neither is what comes back.
 */
export const giftsToTell = (after: SQL, limit: number): SQL => sql`
  select e.id as entry_id, e.user_id, e.booking_id, e.points, e.created_at
  from (select * from bonus_entries where id > ${after} order by id limit ${limit}) e
  where e.kind in ('accrual', 'adjustment') and e.finer_kind is null and e.points > 0 and e.counterpart_user_id is null`

/** The last of these entries; NULL if there is none. */
export const lastGiftToTell = (after: SQL, limit: number): SQL => sql`
  (select max(id) from (select id from bonus_entries where id > ${after} order by id limit ${limit}))`

/** Points that expire until then, client by client, as a query of (user_id, points, expires_at); read from the index of expiry. */
export const expiringToTell = (span: { readonly from: number; readonly until: number }): SQL => sql`
  select user_id, sum(remaining_points) as points, min(expires_at) as expires_at from bonus_lots indexed by open_lots_by_expiry
  where remaining_points > 0 and expires_at > ${span.from} and expires_at <= ${span.until} group by user_id`

/**
 * What a client has, what the ledger still holds of what he got for a visit, and what of it all expires in a span of time; both
 * queries are of one id.
 */
export const pointsToTell = (
  db: Db,
  user: SQL,
  booking: SQL,
  expiring: { readonly from: number; readonly until: number },
) =>
  db.all<{ balance: number; ofVisit: number; expiring: number }>(sql`
    select (select bonus_balance_points from users where id = ${user}) as balance,
      coalesce((select sum(points) from bonus_entries where booking_id = ${booking} and user_id = ${user}
        and kind in ('accrual', 'correction', 'reversal')), 0) as ofVisit,
      coalesce((select sum(remaining_points) from bonus_lots where user_id = ${user} and remaining_points > 0
        and expires_at > ${expiring.from} and expires_at <= ${expiring.until}), 0) as expiring`)
