import { sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'

/** The unique index holds those without a code together. */
export const usersWithoutCode = (db: Db, limit: number) =>
  db.all<{ id: number }>(sql`
    select id from users where unique_code is null and erased_at is null order by id limit ${limit}`)

export const countWithoutCode = (db: Db) =>
  db.all<{ clients: number }>(sql`
    select count(*) as clients from users where unique_code is null and erased_at is null`)

/** Gives each his code, except who has one by now. A code that somebody has, or had, is given to nobody. */
export const setCodes = (
  db: Db,
  codes: readonly { readonly id: number; readonly code: string; readonly hash: string }[],
  now: number,
) =>
  db.run(sql`
    update or ignore users set unique_code = drawn.value ->> 'code', updated_at = ${now}
    from json_each(${JSON.stringify(codes)}) drawn
    where users.id = drawn.value ->> 'id' and unique_code is null and erased_at is null
      and not exists (select 1 from retired_codes where code_hash = drawn.value ->> 'hash')
      and not exists (select 1 from merged_codes where merged_codes.code = drawn.value ->> 'code')`)
