import { sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'

export interface NewCode {
  readonly contactHash: string
  readonly codeHash: string
  readonly challengeHash: string
  readonly attempts: number
  readonly expiresAt: number
}

/** The new code replaces the one before. */
export const putCode = (db: Db, code: NewCode, now: number) =>
  db.run(sql`
    insert into one_time_codes (contact_hash, code_hash, challenge_hash, attempts_left, strangers_attempts_left, sent_at,
      expires_at)
    values (${code.contactHash}, ${code.codeHash}, ${code.challengeHash}, ${code.attempts}, ${code.attempts}, ${now},
      ${code.expiresAt})
    on conflict (contact_hash) do update set code_hash = excluded.code_hash, challenge_hash = excluded.challenge_hash,
      attempts_left = excluded.attempts_left, strangers_attempts_left = excluded.strangers_attempts_left, sent_at = excluded.sent_at, expires_at = excluded.expires_at, used_at = null`)

/**
 * Takes one attempt off before anything is compared, so that parallel guesses cannot have more than there are. Who shows the
 * challenge has attempts of his own, which strangers cannot use up.
 */
export const takeAttempt = (db: Db, guess: { contactHash: string; challengeHash: string | null }, now: number) => {
  const isOwn = sql`challenge_hash is ${guess.challengeHash}`
  return db.all<{ codeHash: string }>(sql`
    update one_time_codes set attempts_left = attempts_left - (${isOwn}),
      strangers_attempts_left = strangers_attempts_left - (not ${isOwn})
    where contact_hash = ${guess.contactHash} and iif(${isOwn}, attempts_left, strangers_attempts_left) > 0
      and used_at is null and expires_at > ${now}
    returning code_hash as codeHash`)
}

/** Uses the code up: of two requests with it only one changes the row. */
export const consumeCode = (db: Db, code: { contactHash: string; codeHash: string }, now: number) =>
  db.run(sql`
    update one_time_codes set used_at = ${now}
    where contact_hash = ${code.contactHash} and code_hash = ${code.codeHash} and used_at is null and expires_at > ${now}`)
