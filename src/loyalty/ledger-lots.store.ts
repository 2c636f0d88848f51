import { sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'
import { listed, type PageAfter, type PageDifference, usersPage } from './ledger-pages.store.ts'

const ofPage = sql`user_id between (select min(id) from page) and (select max(id) from page)`

/**
 * What of the points with a date of the clients of this page does not add up, and of those put aside; what should have been given
 * back by `late` is overdue. Beside `wrongClients`, because D1 takes five parts of a UNION at most.
 */
export const wrongLots = (db: Db, page: PageAfter, late: number, limit: number) =>
  db.all<PageDifference>(
    listed(
      sql`${usersPage(page)}, open_lot as materialized (
        select id, user_id, remaining_points as remaining from bonus_lots where remaining_points > 0 and ${ofPage}),
      taking as materialized (
        select id, user_id, booking_id, points, finer_kind from bonus_entries where points < 0 and ${ofPage}),
      leftover (user_id, points) as (select user_id, sum(remaining) from open_lot group by user_id),
      lot as (
        select user_id, remaining_points as remaining, points - (
          select coalesce(sum(used.points - used.returned_points), 0) from bonus_lot_uses used where used.lot_id = lot.id) as unused
        from bonus_lots lot where lot.id in (
          select id from open_lot
          union select used.lot_id from taking join bonus_lot_uses used on used.entry_id = taking.id)),
      hold as (
        select taking.user_id, taking.booking_id, taking.points, r.resolution, coalesce(r.expires_at, 0) as expires_at,
          coalesce(r.resolution in ('released', 'expired'), 0) as returns_due,
          (select count(*) from bonus_entries back where back.resolves_entry_id = taking.id) as returns
        from taking left join bonus_reservations r on r.entry_id = taking.id where taking.finer_kind = 'hold')`,
      sql`
      select 'lots', page.id, null, max(page.balance, 0), coalesce(leftover.points, 0)
        from page left join leftover on leftover.user_id = page.id where coalesce(leftover.points, 0) <> max(page.balance, 0)
      union all
      select 'lot_uses', user_id, null, unused, remaining from lot where unused <> remaining
      union all
      select 'open_reservation', user_id, booking_id, 0, -points from hold where resolution is null and expires_at <= ${late}
      union all
      select 'resolved_reservation', user_id, booking_id, returns_due, returns from hold where returns_due <> returns`,
      limit,
    ),
  )
