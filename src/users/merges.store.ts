import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'

/** Who is left of this client: himself, or the one into whom he was merged. Nobody if that one was erased. */
export const whoIsLeft = (db: Db, userId: number) =>
  db.all<{ id: number }>(sql`
    select kept.id from users u join users kept on kept.id = coalesce(u.merged_into, u.id)
    where u.id = ${userId} and kept.erased_at is null`)

/** Codes of clients who were merged into this one. */
export const mergedCodesOf = (db: Db, userId: number) =>
  db.all<{ code: string }>(sql`select code from merged_codes where user_id = ${userId} order by code`)

export interface MergeRow {
  readonly fromUserId: number
  readonly intoUserId: number
  readonly visits: number
  readonly contacts: number
  readonly consents: number
  readonly balancePoints: number
}

const mergeColumns = sql`from_user_id as fromUserId, into_user_id as intoUserId, visits, contacts, consents, balance_points as balancePoints`

export const mergeByKey = (db: Db, idempotencyKey: string) =>
  db.all<MergeRow>(sql`select ${mergeColumns} from user_merges where idempotency_key = ${idempotencyKey}`)

export interface Pair {
  readonly from: number
  readonly into: number
}

/** What would move from one client to the other, as columns of a query over `users u`. */
const whatMoves = (into: number): SQL => sql`
  (select count(*) from bookings where user_id = u.id) as visits,
  (select count(*) from user_contacts where user_id = u.id) as contacts,
  (select count(*) from consents his where his.user_id = u.id and not exists (
    select 1 from consents theirs where theirs.user_id = ${into} and theirs.document = his.document
      and theirs.version = his.version)) as consents,
  u.bonus_balance_points as balancePoints`

export const mergeInSight = (db: Db, { from, into }: Pair) =>
  db.all<MergeRow>(sql`
    select u.id as fromUserId, ${into} as intoUserId, ${whatMoves(into)} from users u where u.id = ${from}`)

/** Is he a client still, and if not, why not? */
export const standing = (db: Db, userId: number) =>
  db.all<{ erasedAt: number | null; mergedInto: number | null }>(sql`
    select erased_at as erasedAt, merged_into as mergedInto from users where id = ${userId}`)

/**
 * Notes the merge with what moves. Of a client who is gone no id comes, which the table refuses, and with it the whole
 * transaction; likewise a second merge of the same client.
 */
export const insertMerge = (db: Db, { from, into }: Pair, idempotencyKey: string, now: number) =>
  db.all<MergeRow>(sql`
    insert into user_merges (from_user_id, into_user_id, idempotency_key, merged_at, visits, contacts, consents, balance_points)
    select case when u.erased_at is null then u.id end,
      (select id from users where id = ${into} and erased_at is null and id <> u.id), ${idempotencyKey}, ${now}, ${whatMoves(into)}
    from users u where u.id = ${from} returning ${mergeColumns}`)

/** Those refusals. */
export const MERGE_REFUSED = 'user_merges.'

export const moveContacts = (db: Db, { from, into }: Pair) => [
  db.run(sql`update user_contacts set user_id = ${into} where user_id = ${from}`),
  db.run(sql`
    insert or ignore into former_contacts (user_id, kind, key)
    select ${into}, kind, key from former_contacts where user_id = ${from}`),
  db.run(sql`delete from former_contacts where user_id = ${from}`),
]

/** What he agreed to is agreed; the rows that prove it stay where they are, too. */
export const copyConsents = (db: Db, { from, into }: Pair) =>
  db.run(sql`
    insert into consents (user_id, document, version, given_at, how, request_id)
    select ${into}, document, version, given_at, how, request_id from consents where user_id = ${from} order by id
    on conflict (user_id, document, version) do nothing`)

/**
 * Empties the merged client, who leads to the other from now on, with all who led to him. His code goes on to find the other
 * one; who has no code yet takes it for his own, and who has no name, the name.
 */
export const closeMerged = (db: Db, { from, into }: Pair, now: number) => [
  db.run(sql`update merged_codes set user_id = ${into} where user_id = ${from}`),
  db.run(sql`
    insert into merged_codes (code, user_id)
    select unique_code, ${into} from users where id = ${from} and unique_code is not null`),
  db.run(sql`
    update users set name = merged.name, surname = merged.surname, search_name = merged.search_name
    from (select name, surname, search_name from users where id = ${from}) merged
    where users.id = ${into} and users.name = '' and users.surname = ''`),
  db.run(sql`update users set merged_into = ${into} where merged_into = ${from}`),
  db.run(sql`
    update users set name = '', surname = '', search_name = '', unique_code = null, updated_at = ${now},
      erased_at = ${now}, merged_into = ${into}
    where id = ${from}`),
  db.run(sql`
    update users set updated_at = ${now},
      unique_code = coalesce(unique_code, (select code from merged_codes where user_id = ${into} order by code limit 1))
    where id = ${into}`),
  db.run(sql`delete from merged_codes where code = (select unique_code from users where id = ${into})`),
]
