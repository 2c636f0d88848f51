import { sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'

/** Who is left of this client: himself, or the one into whom he was merged. Nobody if that one was erased. */
export const whoIsLeft = (db: Db, userId: number) =>
  db.all<{ id: number }>(sql`
    select kept.id from users u join users kept on kept.id = coalesce(u.merged_into, u.id)
    where u.id = ${userId} and kept.erased_at is null`)

/** Codes of clients who were merged into this one. */
export const mergedCodesOf = (db: Db, userId: number) =>
  db.all<{ code: string }>(sql`select code from merged_codes where user_id = ${userId} order by code`)
