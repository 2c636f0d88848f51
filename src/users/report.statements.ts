import { sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'

/** How many clients there are, and how many of them have a code. Reads every client: for people who ask, not for requests. */
export const countClients = (db: Db) =>
  db.all<{ clients: number; withCode: number }>(
    sql`select count(*) as clients, count(unique_code) as withCode from users where erased_at is null`,
  )
