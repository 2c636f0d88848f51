import { sql } from 'drizzle-orm'
import { type Db, inList } from '../platform/db.ts'
import type { User } from './user.ts'
import { PHONE_BACKWARDS } from './users.tables.ts'

/** A user has few contacts; of several of one kind people are shown the newest. */
const userColumns = sql`u.id, u.unique_code as uniqueCode, u.name, u.surname, u.bonus_balance_points as bonusBalancePoints,
  (select value from user_contacts where user_id = u.id and kind = 'phone' order by id desc limit 1) as phone,
  (select value from user_contacts where user_id = u.id and kind = 'email' order by id desc limit 1) as email`

export const userById = (db: Db, id: number) =>
  db.all<User>(sql`select ${userColumns} from users u where u.id = ${id} and u.erased_at is null`)

export const usersByIds = (db: Db, ids: readonly number[]) =>
  db.all<User>(sql`
    select ${userColumns} from users u where u.id in ${inList(ids)} and u.erased_at is null order by u.id`)

/** By his code, or by that of somebody who was merged into him. */
export const userByCode = (db: Db, code: string) =>
  db.all<User>(sql`
    select ${userColumns} from users u where u.id in (
      select id from users where unique_code = ${code} union select user_id from merged_codes where code = ${code})`)

/** Users who have this code, phone (last ten digits) or e-mail; an index serves each. */
export const usersByKey = (
  db: Db,
  keys: { code: string | null; phoneLast10: string | null; email: string | null },
  page: { afterId: number; limit: number },
) =>
  db.all<User>(sql`
    select ${userColumns} from users u
    where u.id > ${page.afterId} and u.id in (
      select id from users where unique_code = ${keys.code}
      union select user_id from merged_codes where code = ${keys.code}
      union select user_id from user_contacts where phone_last10 = ${keys.phoneLast10}
      union select user_id from user_contacts where kind = 'email' and value = ${keys.email})
    order by u.id limit ${page.limit}`)

export const namesOfUsers = (db: Db, ids: readonly number[]) =>
  db.all<{ id: number; name: string }>(sql`
    select id, trim(name || ' ' || surname) as name from users
    where id in ${inList(ids)} and trim(name || ' ' || surname) <> ''`)

export interface Parts {
  /** The beginning of a code, in its one spelling. */
  readonly code: string | null
  /** Up to ten last digits. */
  readonly phoneEnd: string | null
  /** The beginning of an e-mail, in lower case. */
  readonly email: string | null
  /** Every one of these case-folded words occurs in the name. */
  readonly words: readonly string[]
}

/** Comes after every text that begins with this one. */
const afterAll = (beginning: string | null) => beginning && `${beginning}\u{10ffff}`

/**
 * Users by parts of what they have. An index serves codes, phones and e-mails; words are looked for in the names of all users:
 * LIKE and lower() fold ASCII only, and a full-text table would break `wrangler d1 export`. A salon has thousands of clients.
 */
export const usersByPart = (
  db: Db,
  { code, phoneEnd, email, words }: Parts,
  page: { afterId: number; limit: number },
) => {
  const backwards = phoneEnd && [...phoneEnd.slice(-10)].reverse().join('')
  const named = sql`union select id from (
    select id from users
    where id > ${page.afterId} and erased_at is null
      and not exists (select 1 from json_each(${JSON.stringify(words)}) w where instr(search_name, w.value) = 0)
    order by id limit ${page.limit})`
  return db.all<User>(sql`
    select ${userColumns} from users u
    where u.id > ${page.afterId} and u.id in (
      select id from users where unique_code >= ${code} and unique_code < ${afterAll(code)}
      union select user_id from merged_codes where merged_codes.code >= ${code} and merged_codes.code < ${afterAll(code)}
      union select user_id from user_contacts
        where ${PHONE_BACKWARDS} >= ${backwards} and ${PHONE_BACKWARDS} < ${afterAll(backwards)}
      union select user_id from user_contacts where kind = 'email' and value >= ${email} and value < ${afterAll(email)}
      ${words.length === 0 ? sql`` : named})
    order by u.id limit ${page.limit}`)
}

/**
 * Takes the code only if the user has none yet and no erased or merged client had it; a code that somebody else has is refused
 * by the unique index.
 */
export const setCodeIfNone = (
  db: Db,
  userId: number,
  code: { readonly text: string; readonly hash: string },
  now: number,
) =>
  db.run(sql`
    update users set unique_code = ${code.text}, updated_at = ${now}
    where id = ${userId} and unique_code is null and erased_at is null
      and not exists (select 1 from retired_codes where code_hash = ${code.hash})
      and not exists (select 1 from merged_codes where merged_codes.code = ${code.text})`)

export interface NewUser {
  readonly name: string
  readonly surname: string
  readonly searchName: string
}

export const insertUser = (db: Db, user: NewUser, now: number) =>
  db.all<{ id: number }>(sql`
    insert into users (name, surname, search_name, created_at, updated_at)
    values (${user.name}, ${user.surname}, ${user.searchName}, ${now}, ${now}) returning id`)

/** The user inserted just before in the same batch. */
export const newestUserId = sql`(select max(id) from users)`

export const nameIfNone = (db: Db, userId: number, user: NewUser, now: number) =>
  db.run(sql`
    update users set name = ${user.name}, surname = ${user.surname}, search_name = ${user.searchName}, updated_at = ${now}
    where id = ${userId} and name = '' and surname = '' and erased_at is null`)

export const setName = (db: Db, userId: number, user: NewUser, now: number) =>
  db.run(sql`
    update users set name = ${user.name}, surname = ${user.surname}, search_name = ${user.searchName}, updated_at = ${now}
    where id = ${userId} and erased_at is null`)
