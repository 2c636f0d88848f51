import { sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'

/** Names the telling of a booking to YClients among parked work. */
export const keyOfUntold = (bookingId: number) => `write-booking:${bookingId}`

/** Work that was given up on and has come about all the same needs nobody any more. */
export const closeDone = (db: Db, key: string, now: number) =>
  db.run(sql`update parked_work set closed_at = ${now} where key = ${key} and closed_at is null`)
