import { sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'
import { type EntryRow, entryColumns, familyOf } from './loyalty.store.ts'

/** The whole ledger of a client and of those who were merged into him, newest entry first. */
export const allEntriesOf = (db: Db, userId: number) =>
  db.all<EntryRow>(sql`
    select ${entryColumns} from bonus_entries where user_id in ${familyOf(userId)} order by id desc`)

/**
 * Blanks what administrators wrote as reasons, in his ledger and in those of clients who were merged into him; the only change
 * of the ledger that its trigger lets through, and only for erased clients.
 */
export const eraseReasons = (db: Db, userId: number) =>
  db.run(sql`update bonus_entries set reason = null where user_id in ${familyOf(userId)} and reason is not null`)
