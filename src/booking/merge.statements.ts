import { sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'

/** Gives all visits of a client to another; the triggers mark the completed ones for both. */
export const moveVisits = (db: Db, { from, into }: { from: number; into: number }, now: number) =>
  db.run(sql`
    update bookings set user_id = ${into}, revision = revision + 1, updated_at = ${now} where user_id = ${from}`)
