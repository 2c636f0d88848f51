import { sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'
import { listEntries } from './loyalty.store.ts'

/** The whole ledger of a client, newest entry first. */
export const allEntriesOf = (db: Db, userId: number) =>
  listEntries(db, userId, { beforeId: Number.MAX_SAFE_INTEGER, limit: -1 })

/** Blanks what administrators wrote as reasons; the only change of the ledger that its trigger lets through, and only for erased clients. */
export const eraseReasons = (db: Db, userId: number) =>
  db.run(sql`update bonus_entries set reason = null where user_id = ${userId} and reason is not null`)
