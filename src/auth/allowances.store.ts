import { sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'

export interface StoredLimit {
  readonly key: string
  readonly limit: number
  readonly resetsAt: number
}

/**
 * Counts one use for each of the keys, or for none of them if one is used up. One statement, so that however many requests
 * come at once no more get through than the limits say. Gives back the keys, or nothing.
 */
export const takeFromAll = (db: Db, limits: readonly StoredLimit[], now: number) => {
  const wanted = sql`json_each(${JSON.stringify(limits)})`
  return db.all<{ key: string }>(sql`
    insert into allowances (key, used, resets_at)
    select w.value ->> 'key', 1, w.value ->> 'resetsAt' from ${wanted} w
    where not exists (
      select 1 from ${wanted} l join allowances a on a.key = l.value ->> 'key'
      where a.resets_at > ${now} and a.used >= l.value ->> 'limit')
    on conflict (key) do update set
      used = case when allowances.resets_at > ${now} then allowances.used + 1 else 1 end,
      resets_at = case when allowances.resets_at > ${now} then allowances.resets_at else excluded.resets_at end
    returning key`)
}

/** When the last of the keys that are used up is free again. */
export const freeAgainAt = (db: Db, limits: readonly StoredLimit[], now: number) =>
  db.all<{ at: number | null }>(sql`
    select max(a.resets_at) as at from json_each(${JSON.stringify(limits)}) l join allowances a on a.key = l.value ->> 'key'
    where a.resets_at > ${now} and a.used >= l.value ->> 'limit'`)

export const deleteAllowances = (db: Db, keys: readonly string[]) =>
  db.run(sql`delete from allowances where key in (select value from json_each(${JSON.stringify(keys)}))`)
