import { type SQL, sql } from 'drizzle-orm'
import { type Db, inList } from '../platform/db.ts'

/** Also of a client who is erased, so that erasing can be repeated. */
export const personById = (db: Db, userId: number) =>
  db.all<Person>(sql`
    select id, unique_code as uniqueCode, name, surname, bonus_balance_points as bonusBalancePoints, created_at as createdAt,
      erased_at as erasedAt, merged_into as mergedInto from users where id = ${userId}`)

export interface Person {
  readonly id: number
  readonly uniqueCode: string | null
  readonly name: string
  readonly surname: string
  readonly bonusBalancePoints: number
  readonly createdAt: number
  readonly erasedAt: number | null
  /** Then everything of him is the other one's. */
  readonly mergedInto: number | null
}

/** Hashes of the codes that were read; that he has no other one by now is for `rememberErased` to see. */
export const retireCodes = (db: Db, codeHashes: readonly string[]) =>
  db.run(sql`
    insert into retired_codes (code_hash) select value from ${inList(codeHashes)} where true on conflict do nothing`)

/**
 * Remembers the hashes of all that names the client. What he got since they were read has no hash, so that NULL comes in its
 * place, which the table refuses, and with it the whole transaction.
 */
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

/** That refusal. */
export const CHANGED_SINCE_READ = 'erased_contacts.contact_hash'

export const eraseContacts = (db: Db, userId: number) =>
  db.run(sql`delete from user_contacts where user_id = ${userId}`)

/** Only once the profile is erased: before, the contacts that go would be written down here. */
export const eraseFormerContacts = (db: Db, userId: number) =>
  db.run(sql`delete from former_contacts where user_id = ${userId}`)

export const eraseMergedCodes = (db: Db, userId: number) =>
  db.run(sql`delete from merged_codes where user_id = ${userId}`)

export const formerContactsOf = (db: Db, userId: number) =>
  db.all<{ kind: 'phone' | 'email'; key: string }>(sql`
    select kind, key from former_contacts where user_id = ${userId} order by kind, key`)

export const eraseProfile = (db: Db, userId: number, now: number) =>
  db.all<{ erasedAt: number }>(sql`
    update users set name = '', surname = '', search_name = '', unique_code = null, updated_at = ${now},
      erased_at = coalesce(erased_at, ${now})
    where id = ${userId} returning erased_at as erasedAt`)

export const deleteErasedContactsBefore = (db: Db, before: number) =>
  db.run(sql`delete from erased_contacts where erased_at < ${before}`)
