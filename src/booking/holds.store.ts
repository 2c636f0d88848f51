import { sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'

export const countHeld = (db: Db, now: number) =>
  db.all<{ holds: number }>(
    sql`select count(*) as holds from bookings where hold_expires_at > ${now} and status = 'pending'`,
  )
