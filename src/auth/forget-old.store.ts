import { sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'

/** Each deletes at most so many rows, oldest first by an index; the next run goes on. */
export const deleteCodesExpiredBefore = (db: Db, before: number, limit: number) =>
  db.run(sql`
    delete from one_time_codes where contact_hash in (
      select contact_hash from one_time_codes where expires_at < ${before} order by expires_at limit ${limit})`)

export const deleteSessionsEndedBefore = (db: Db, before: number, limit: number) =>
  db.run(sql`
    delete from sessions where id in (
      select id from (select id from sessions where ended_at is not null and ended_at < ${before} order by ended_at limit ${limit})
      union
      select id from (select id from sessions where expires_at < ${before} order by expires_at limit ${limit}))`)

export const deleteAllowancesResetBefore = (db: Db, before: number, limit: number) =>
  db.run(sql`
    delete from allowances where key in (
      select key from allowances where resets_at < ${before} order by resets_at limit ${limit})`)
