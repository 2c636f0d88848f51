import { sql } from 'drizzle-orm'
import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { bookings } from '../booking/booking.tables.ts'
import { users } from '../users/users.tables.ts'
import { CHANNELS, NOTICE_KINDS, NOTICE_STATES } from './notice.ts'

/**
 * What clients are told: one row for each thing and telling. Nothing that was said stands here; the text is made from the state of
 * things when it is sent.
 */
export const notices = sqliteTable(
  'notices',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    userId: integer('user_id')
      .notNull()
      .references(() => users.id),
    bookingId: integer('booking_id').references(() => bookings.id),
    kind: text('kind', { enum: NOTICE_KINDS }).notNull(),
    /** "booking:17", "entry:5", "refund:3": what it is about. */
    subject: text('subject').notNull(),
    /** Which telling of it: the visit's revision, or its time if that is what a reminder is about. */
    version: integer('version').notNull(),
    /** Numbers that cannot be read from the visit any more, as JSON. */
    facts: text('facts').notNull().default('{}'),
    dueAt: integer('due_at').notNull(),
    state: text('state', { enum: NOTICE_STATES }).notNull().default('waiting'),
    /** How it was sent, or tried last. */
    channel: text('channel', { enum: CHANNELS }),
    /** Channels that have refused this client, as a JSON list. */
    refusedBy: text('refused_by').notNull().default('[]'),
    attempts: integer('attempts').notNull().default(0),
    /** Why it was skipped or failed: a word of ours or a provider's code. */
    reason: text('reason'),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (t) => [
    check('notice_state', sql`${t.state} in ('waiting', 'queued', 'sending', 'sent', 'skipped', 'failed')`),
    check('notice_channel', sql`${t.channel} in ('push', 'email', 'sms')`),
    check('notice_facts', sql`json_type(${t.facts}) = 'object'`),
    check('notice_refused_by', sql`json_type(${t.refusedBy}) = 'array'`),
    check('sent_by_a_channel', sql`${t.state} <> 'sent' or ${t.channel} is not null`),
    uniqueIndex('one_notice_per_telling').on(t.subject, t.kind, t.version),
    index('open_notices').on(t.dueAt).where(sql`state in ('waiting', 'queued', 'sending')`),
    index('notices_of_user').on(t.userId, t.id),
    index('notices_of_booking').on(t.bookingId).where(sql`booking_id is not null`),
    index('notices_by_change').on(t.updatedAt),
  ],
)

/** How far the outbox has read what it is made from. */
export const noticeCursors = sqliteTable('notice_cursors', {
  source: text('source', { enum: ['booking_events', 'bonus_entries'] }).primaryKey(),
  position: integer('position').notNull(),
})

/** What a client does not want to be told, or not so; no row: everything. */
export const notificationChoices = sqliteTable(
  'notification_choices',
  {
    userId: integer('user_id')
      .primaryKey()
      .references(() => users.id),
    language: text('language', { enum: ['ru', 'en'] })
      .notNull()
      .default('ru'),
    /** JSON list of what is off: "sms" for a channel, "bonuses_accrued:email" for a kind by a channel. */
    off: text('off').notNull().default('[]'),
    updatedAt: integer('updated_at').notNull(),
  },
  (t) => [
    check('choices_language', sql`${t.language} in ('ru', 'en')`),
    check('choices_off', sql`json_type(${t.off}) = 'array'`),
  ],
)

/** Phones with the app that may be pushed to. */
export const devices = sqliteTable(
  'devices',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    userId: integer('user_id')
      .notNull()
      .references(() => users.id),
    /** Of whoever signed in on this phone: it gets nothing once the session is over. */
    sessionId: integer('session_id').notNull(),
    /** What the provider calls the app on this phone. */
    token: text('token').notNull().unique(),
    platform: text('platform', { enum: ['android', 'ios', 'web'] }).notNull(),
    createdAt: integer('created_at').notNull(),
    seenAt: integer('seen_at').notNull(),
  },
  (t) => [
    check('device_platform', sql`${t.platform} in ('android', 'ios', 'web')`),
    index('devices_of_user').on(t.userId),
  ],
)

/** How many notices left on each day of the branch, and how many the limit held back. */
export const noticeCounts = sqliteTable(
  'notice_counts',
  {
    day: text('day').notNull(),
    channel: text('channel', { enum: CHANNELS }).notNull(),
    sent: integer('sent').notNull().default(0),
    heldBack: integer('held_back').notNull().default(0),
  },
  (t) => [
    primaryKey({ columns: [t.day, t.channel] }),
    check('count_channel', sql`${t.channel} in ('push', 'email', 'sms')`),
  ],
)
