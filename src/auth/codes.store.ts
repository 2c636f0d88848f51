import { sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'

export interface NewCode {
  readonly contactHash: string
  readonly codeHash: string
  readonly attempts: number
  readonly expiresAt: number
}

/** The new code replaces the one before. */
export const putCode = (db: Db, code: NewCode, now: number) =>
  db.run(sql`
    insert into one_time_codes (contact_hash, code_hash, attempts_left, sent_at, expires_at)
    values (${code.contactHash}, ${code.codeHash}, ${code.attempts}, ${now}, ${code.expiresAt})
    on conflict (contact_hash) do update set code_hash = excluded.code_hash, attempts_left = excluded.attempts_left,
      sent_at = excluded.sent_at, expires_at = excluded.expires_at, used_at = null`)

/** Takes one attempt off before anything is compared, so that parallel guesses cannot have more than there are. */
export const takeAttempt = (db: Db, contactHash: string, now: number) =>
  db.all<{ codeHash: string }>(sql`
    update one_time_codes set attempts_left = attempts_left - 1
    where contact_hash = ${contactHash} and attempts_left > 0 and used_at is null and expires_at > ${now}
    returning code_hash as codeHash`)

/** Uses the code up: of two requests with it only one gets the row. */
export const consumeCode = (db: Db, code: { contactHash: string; codeHash: string }, now: number) =>
  db.all<{ usedAt: number }>(sql`
    update one_time_codes set used_at = ${now}
    where contact_hash = ${code.contactHash} and code_hash = ${code.codeHash} and used_at is null and expires_at > ${now}
    returning used_at as usedAt`)
