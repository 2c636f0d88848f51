import { sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'

/** Visits that wait for their bonuses; a thousand stands for any number more. */
export const countDueVisits = (db: Db) =>
  db.all<{ due: number }>(sql`select count(*) as due from (select 1 from settlements_due limit 1000)`)
