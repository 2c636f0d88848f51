import { sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'

/** Each deletes at most so many rows; the next run goes on. */
export const deleteAdminSessionsOverBefore = (db: Db, before: number, limit: number) =>
  db.run(sql`
    delete from admin_sessions where id in (
      select id from admin_sessions where expires_at < ${before} or ended_at < ${before} order by id limit ${limit})`)

/** `day` as the table has it: "2026-09-15". */
export const deleteDeskSpendingBefore = (db: Db, day: string, limit: number) =>
  db.run(sql`
    delete from desk_spending where rowid in (select rowid from desk_spending where day < ${day} limit ${limit})`)
