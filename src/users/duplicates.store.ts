import { sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'

export interface SuspectedPair {
  readonly userId: number
  readonly otherId: number
  /** Some of `SHARED`, with commas. */
  readonly shared: string
}

/**
 * Of the clients after this one, so many: who else may be the same person. Indexes find the others, so that the cost depends on
 * the clients asked about and their visits.
 */
export const suspectedPairs = (db: Db, page: { afterId: number; rows: number }, limit: number) =>
  db.all<SuspectedPair>(sql`
    with page as materialized (
      select id, search_name, surname from users where id > ${page.afterId} order by id limit ${page.rows}),
    visit (user_id, phone, email, card) as materialized (
      select distinct page.id, b.phone_last10, b.email, b.yclients_client_id
      from page cross join bookings b indexed by bookings_of_user on b.user_id = page.id where b.erased_at is null),
    pair (userId, otherId, shared) as (
      select visit.user_id, c.user_id, 'phone' from visit cross join user_contacts c on c.phone_last10 = visit.phone
        where c.user_id <> visit.user_id
      union
      select visit.user_id, c.user_id, 'email' from visit cross join user_contacts c on c.kind = 'email' and c.value = visit.email
        where c.user_id <> visit.user_id
      union
      select visit.user_id, b.user_id, 'card' from visit cross join bookings b indexed by bookings_by_yclients_client
        on b.yclients_client_id = visit.card where b.user_id > visit.user_id
      union
      -- The same number with another country code.
      select page.id, c.user_id, 'phone' from page cross join user_contacts own on own.user_id = page.id
        cross join user_contacts c on c.phone_last10 = own.phone_last10 where c.user_id > page.id
      union
      select page.id, u.id, 'name' from page cross join users u indexed by users_by_full_name
        on u.search_name = page.search_name and u.surname <> '' where page.surname <> '' and u.id > page.id and u.erased_at is null)
    select userId, otherId, group_concat(shared) as shared from pair
    where not exists (select 1 from users where id = otherId and erased_at is not null)
    group by userId, otherId order by userId, otherId limit ${limit}`)

/** The last client of such a page; no row when there are none after it. */
export const lastOfPage = (db: Db, page: { afterId: number; rows: number }) =>
  db.all<{ lastId: number | null; clients: number }>(sql`
    select max(id) as lastId, count(*) as clients from (
      select id from users where id > ${page.afterId} order by id limit ${page.rows})`)
