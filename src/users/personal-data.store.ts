import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'

/** Also of a client who is erased, so that erasing can be repeated. */
export const personById = (db: Db, userId: number) =>
  db.all<Person>(sql`
    select id, unique_code as uniqueCode, name, surname, bonus_balance_points as bonusBalancePoints, created_at as createdAt,
      erased_at as erasedAt from users where id = ${userId}`)

export interface Person {
  readonly id: number
  readonly uniqueCode: string | null
  readonly name: string
  readonly surname: string
  readonly bonusBalancePoints: number
  readonly createdAt: number
  readonly erasedAt: number | null
}

/**
 * Retires the client's code. `hash` is of the code that was read: if he has another one by now, NULL comes in its place, which
 * the table refuses, and with it the whole transaction.
 */
export const retireCode = (db: Db, userId: number, read: { code: string | null; hash: string }) =>
  db.run(sql`
    insert into retired_codes (code_hash)
    select case unique_code when ${read.code} then ${read.hash} end from users
    where id = ${userId} and unique_code is not null
    on conflict do nothing`)

/** Remembers the hashes of the client's code and contacts; a contact that he got since they were read is refused like above. */
export const rememberErased = (
  db: Db,
  person: SQL,
  hashes: readonly { kind: string; key: string; hash: string }[],
  now: number,
) =>
  db.run(sql`
    with ${person}
    insert into erased_contacts (contact_hash, erased_at)
    select h.value ->> 'hash', ${now} from person
    left join json_each(${JSON.stringify(hashes)}) h on h.value ->> 'kind' = person.kind and h.value ->> 'key' = person.key
    where true on conflict (contact_hash) do update set erased_at = excluded.erased_at`)

/** The refusals of `retireCode` and `rememberErased`. */
export const CHANGED_SINCE_READ = ['retired_codes.code_hash', 'erased_contacts.contact_hash'] as const

export const eraseContacts = (db: Db, userId: number) =>
  db.run(sql`delete from user_contacts where user_id = ${userId}`)

export const eraseProfile = (db: Db, userId: number, now: number) =>
  db.all<{ erasedAt: number }>(sql`
    update users set name = '', surname = '', search_name = '', unique_code = null, updated_at = ${now},
      erased_at = coalesce(erased_at, ${now})
    where id = ${userId} returning erased_at as erasedAt`)

export const deleteErasedContactsBefore = (db: Db, before: number) =>
  db.run(sql`delete from erased_contacts where erased_at < ${before}`)
