import { sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'
import type { User } from './user.ts'

/** A user has few contacts; of several of one kind people are shown the newest. */
const userColumns = sql`u.id, u.unique_code as uniqueCode, u.name, u.surname, u.bonus_balance_points as bonusBalancePoints,
  (select value from user_contacts where user_id = u.id and kind = 'phone' order by id desc limit 1) as phone,
  (select value from user_contacts where user_id = u.id and kind = 'email' order by id desc limit 1) as email`

export const userById = (db: Db, id: number) => db.all<User>(sql`select ${userColumns} from users u where u.id = ${id}`)

export const userByCode = (db: Db, code: string) =>
  db.all<User>(sql`select ${userColumns} from users u where u.unique_code = ${code}`)

export interface UserSearch {
  readonly code: string | null
  readonly phoneLast10: string | null
  readonly email: string | null
  /** Case-folded words; each must occur in the name. */
  readonly words: readonly string[]
}

/** LIKE and lower() fold ASCII only, so names are stored folded and searched by instr(). */
export const searchUsers = (db: Db, search: UserSearch, page: { afterId: number; limit: number }) =>
  db.all<User>(sql`
    select ${userColumns} from users u
    where u.id > ${page.afterId} and (u.unique_code = ${search.code}
      or u.id in (select user_id from user_contacts where phone_last10 = ${search.phoneLast10})
      or u.id in (select user_id from user_contacts where kind = 'email' and value = ${search.email})
      or (json_array_length(${JSON.stringify(search.words)}) > 0
        and not exists (select 1 from json_each(${JSON.stringify(search.words)}) w where instr(u.search_name, w.value) = 0)))
    order by u.id limit ${page.limit}`)

/** Takes the code only if the user has none yet; a code that somebody else has is refused by the unique index. */
export const setCodeIfNone = (db: Db, userId: number, code: string, now: number) =>
  db.run(sql`update users set unique_code = ${code}, updated_at = ${now} where id = ${userId} and unique_code is null`)

export interface NewUser {
  readonly name: string
  readonly surname: string
  readonly searchName: string
}

export const insertUser = (db: Db, user: NewUser, now: number) =>
  db.all<{ id: number }>(sql`
    insert into users (name, surname, search_name, created_at, updated_at)
    values (${user.name}, ${user.surname}, ${user.searchName}, ${now}, ${now}) returning id`)

/** Contacts of the user inserted just before in the same batch. */
export const insertContactOfNewUser = (
  db: Db,
  contact: { kind: 'phone' | 'email'; value: string; phoneLast10: string | null },
  now: number,
) =>
  db.run(sql`
    insert into user_contacts (user_id, kind, value, phone_last10, verified_at)
    values ((select max(id) from users), ${contact.kind}, ${contact.value}, ${contact.phoneLast10}, ${now})`)
