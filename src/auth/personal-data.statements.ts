import { sql } from 'drizzle-orm'
import { type Db, inList } from '../platform/db.ts'

/** Signs a client out for good: not even that he was signed in remains. */
export const eraseSessions = (db: Db, userId: number) => db.run(sql`delete from sessions where user_id = ${userId}`)

/** Codes that are on their way to these contacts (see `contactHash`). */
export const eraseCodes = (db: Db, contactHashes: readonly string[]) =>
  db.run(sql`delete from one_time_codes where contact_hash in ${inList(contactHashes)}`)

export interface ExportedSession {
  readonly id: number
  readonly device: string
  readonly createdAt: number
  readonly lastUsedAt: number
  readonly expiresAt: number
  readonly endedAt: number | null
}

/** All sessions of a client that are still remembered, ended ones too. */
export const allSessionsOf = (db: Db, userId: number) =>
  db.all<ExportedSession>(sql`
    select id, device, created_at as createdAt, rotated_at as lastUsedAt, expires_at as expiresAt, ended_at as endedAt
    from sessions where user_id = ${userId} order by id`)
