import { sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { users } from '../users/users.tables.ts'

/**
 * One-time codes: one live code per contact, whatever it is asked for (signing in, adding the contact to a profile): it
 * proves that somebody holds the phone, and nothing else. Contact and code are keyed hashes, so the table names nobody who merely typed
 * a phone, and whoever reads a backup learns no code.
 */
export const oneTimeCodes = sqliteTable(
  'one_time_codes',
  {
    contactHash: text('contact_hash').primaryKey(),
    codeHash: text('code_hash').notNull(),
    /** Of the app that asked for the code, and of whoever else types a code for this contact. */
    attemptsLeft: integer('attempts_left').notNull(),
    strangersAttemptsLeft: integer('strangers_attempts_left').notNull(),
    /** Shown by the app that asked for the code. */
    challengeHash: text('challenge_hash').notNull(),
    sentAt: integer('sent_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
    usedAt: integer('used_at'),
  },
  (t) => [
    check('code_attempts', sql`${t.attemptsLeft} >= 0 and ${t.strangersAttemptsLeft} >= 0`),
    index('codes_by_expiry').on(t.expiresAt),
  ],
)

/** A phone that is signed in: a family of refresh tokens of which one is current. Tokens are stored as hashes. */
export const sessions = sqliteTable(
  'sessions',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    userId: integer('user_id')
      .notNull()
      .references(() => users.id),
    familyHash: text('family_hash').notNull().unique(),
    tokenHash: text('token_hash').notNull(),
    /** The token before; forgiven for some seconds after the rotation, since phones lose answers. */
    previousTokenHash: text('previous_token_hash'),
    rotatedAt: integer('rotated_at').notNull(),
    /** What the app calls itself, for the client's list of sessions. */
    device: text('device').notNull().default(''),
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
    endedAt: integer('ended_at'),
    endReason: text('end_reason', { enum: ['logout', 'reuse', 'too_many', 'erased'] }),
  },
  (t) => [
    check('session_end', sql`(${t.endedAt} is null) = (${t.endReason} is null)`),
    index('live_sessions').on(t.userId).where(sql`ended_at is null`),
    index('ended_sessions').on(t.endedAt).where(sql`ended_at is not null`),
    index('sessions_by_expiry').on(t.expiresAt),
  ],
)

/** How often something was done in its current window. Keys are hashes or ids, never contacts or addresses. */
export const allowances = sqliteTable(
  'allowances',
  {
    key: text('key').primaryKey(),
    used: integer('used').notNull(),
    resetsAt: integer('resets_at').notNull(),
  },
  (t) => [index('allowances_by_reset').on(t.resetsAt)],
)
