import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'

const UNTOLD = 'write-booking:'
/** Begins the key of what nobody can repeat. */
export const ALARM = 'alarm:'

/** Names the telling of a booking to YClients among parked work. */
export const keyOfUntold = (bookingId: number) => `${UNTOLD}${bookingId}`

/** The other way round; undefined for other work. */
export const bookingOfUntold = (key: string) => (key.startsWith(UNTOLD) ? Number(key.slice(UNTOLD.length)) : undefined)

/** Work that was given up on and has come about all the same needs nobody any more. `untold`: bookings still to be told. */
export const closeTold = (db: Db, untold: SQL, now: number) =>
  db.run(sql`
    update parked_work set closed_at = ${now} where closed_at is null and key glob ${`${UNTOLD}*`}
      and cast(substr(key, ${UNTOLD.length + 1}) as integer) not in ${untold}`)

/** How much work waits for a person. */
export const countOpenParked = (db: Db) =>
  db.all<{ open: number }>(sql`select count(*) as open from parked_work where closed_at is null`)
