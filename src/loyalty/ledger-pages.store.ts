import { type SQL, sql } from 'drizzle-orm'
import { type Db, inList } from '../platform/db.ts'
import type { Difference } from './ledger-difference.ts'
import { ENTRY_KINDS } from './ledger-entry.ts'
import { kindOfEntry } from './loyalty.store.ts'

/** Where a page begins, and how many rows it may have. */
export interface PageAfter {
  readonly afterId: number
  readonly rows: number
}

/** A difference, and how many the page has in all. */
export type PageDifference = Difference & { readonly total: number }

/** These differences, so many of them. They are found in the database, so that what adds up does not travel. */
export const listed = (ctes: SQL, wrong: SQL, limit: number): SQL => sql`
    with ${ctes}, wrong (kind, userId, bookingId, expected, found) as (${wrong})
    select *, count(*) over () as total from wrong order by userId, bookingId, kind limit ${limit}`

export const usersPage = ({ afterId, rows }: PageAfter) => sql`page (id, balance) as materialized (
    select id, bonus_balance_points from users where id > ${afterId} order by id limit ${rows})`

/** The clients of a page are a range of ids, so that one walk along the index gives all their entries in order. */
const entriesOfPage = sql`bonus_entries where user_id between (select min(id) from page) and (select max(id) from page)`

export const clientsOfPage = (db: Db, page: PageAfter) =>
  db.all<{ users: number; lastId: number | null; entries: number }>(sql`
    with ${usersPage(page)}
    select count(*) as users, max(id) as lastId, (select count(*) from ${entriesOfPage}) as entries from page`)

/** What of the clients of this page does not add up. */
export const wrongClients = (db: Db, page: PageAfter, limit: number) =>
  db.all<PageDifference>(
    listed(
      sql`${usersPage(page)}, entry as materialized (
        select user_id, booking_id, ${kindOfEntry} as kind, points, balance_after_points as after, counterpart_user_id as counterpart,
          lag(balance_after_points, 1, 0) over (partition by user_id order by id) as before
        from ${entriesOfPage}),
      sums (user_id, points) as (select user_id, sum(points) from entry group by user_id),
      moved (user_id, counterpart, points) as (
        select user_id, counterpart, sum(points) from entry where counterpart is not null group by 1, 2)`,
      sql`
      select 'balance', page.id, null, coalesce(sums.points, 0), page.balance
        from page left join sums on sums.user_id = page.id where coalesce(sums.points, 0) <> page.balance
      union all
      select 'running_balance', user_id, booking_id, before + points, after from entry where before + points <> after
      union all
      select 'unknown_kind', user_id, booking_id, 0, points from entry where kind not in ${inList(ENTRY_KINDS)}
      union all
      select 'transfer', user_id, null, -points, other from (
        select moved.*, (select coalesce(sum(e.points), 0) from bonus_entries e
          where e.user_id = moved.counterpart and e.counterpart_user_id = moved.user_id) as other from moved)
        where other <> -points`,
      limit,
    ),
  )

const visitsPage = ({ afterId, rows }: PageAfter) => sql`page as materialized (
    select id, user_id, status, max(0, price_kopecks - spent_bonuses_points * 100) as base,
      spent_bonuses_points as spent, accrued_bonuses_points as accrued
    from bookings where id > ${afterId} order by id limit ${rows})`

export const visitsOfPage = (db: Db, page: PageAfter) =>
  db.all<{ visits: number; lastId: number | null; waiting: number }>(sql`
    with ${visitsPage(page)}
    select count(*) as visits, max(id) as lastId, (
      select count(*) from page join settlements_due due on due.user_id = page.user_id and due.booking_id = page.id) as waiting
    from page`)

const ofVisit = sql`kind in ('accrual', 'correction', 'reversal')`
/** Written off, or put aside and paid; less what was given back. */
const spent = sql`finer_kind = 'return' or (kind = 'spend' and (finer_kind is null
  or exists (select 1 from bonus_reservations r where r.entry_id = bonus_entries.id and r.resolution = 'captured')))`
const waits = (userId: SQL): SQL =>
  sql`exists (select 1 from settlements_due due where due.user_id = ${userId} and due.booking_id = page.id)`

/**
 * What of the visits of this page does not agree with the ledger, by the rules of settling (settlement.ts): the owner of a
 * completed visit has the cashback at the percent of its first accrual, nobody else has anything. What clients were given who
 * were merged into the owner is his. A visit without any entry may be worth no point at the lowest level. Marked visits are
 * about to be settled and not judged.
 */
export const wrongVisits = (db: Db, page: PageAfter, limit: number) =>
  db.all<PageDifference>(
    listed(
      sql`${visitsPage(page)}, entry as materialized (
        select booking_id, user_id, coalesce(sum(points) filter (where ${ofVisit}), 0) as net,
          count(*) filter (where kind = 'accrual') as accruals, coalesce(-sum(points) filter (where ${spent}), 0) as spent,
          max(case when kind in ('accrual', 'correction') then id end) as newest
        from bonus_entries indexed by entries_of_booking
        where booking_id is not null and booking_id between (select min(id) from page) and (select max(id) from page)
        group by booking_id, user_id),
      sums (booking_id, net, spent) as (select booking_id, sum(net), sum(spent) from entry group by booking_id),
      -- By who is left: what clients were given who were merged into him is his.
      held (booking_id, user_id, net, newest) as materialized (
        select booking_id, coalesce(u.merged_into, u.id) as kept, sum(net), max(newest)
        from entry join users u on u.id = entry.user_id group by booking_id, kept),
      visit as (
        select page.*, coalesce(own.net, 0) as net, case when page.status <> 'completed' then 0 else page.base * coalesce(
          (select percent_basis_points from bonus_entries where id = own.newest),
          (select min(percent_basis_points) from loyalty_levels), 0) / 1000000 end as worth
        from page left join held own on own.booking_id = page.id and own.user_id = page.user_id
        where page.user_id is not null and (page.status = 'completed' or own.net <> 0))`,
      sql`
      select 'visit_points', user_id, id, worth, net from visit page
        where net <> worth and not ${waits(sql`page.user_id`)}
      union all
      select 'points_of_another', held.user_id, page.id, 0, held.net from page join held on held.booking_id = page.id
        where held.user_id is not page.user_id and held.net <> 0 and not ${waits(sql`held.user_id`)}
      union all
      select 'accrued_twice', user_id, booking_id, 1, accruals from entry where accruals > 1
      union all
      select 'accrued_column', page.user_id, page.id, coalesce(sums.net, 0), page.accrued
        from page left join sums on sums.booking_id = page.id where page.accrued <> coalesce(sums.net, 0)
      union all
      select 'spent_column', page.user_id, page.id, coalesce(sums.spent, 0), page.spent
        from page left join sums on sums.booking_id = page.id where page.spent <> coalesce(sums.spent, 0)`,
      limit,
    ),
  )
