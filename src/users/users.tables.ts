import { sql } from 'drizzle-orm'
import {
  type AnySQLiteColumn,
  check,
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core'

/** Every `*_at` in the database is an instant in milliseconds since 1970, UTC. */
export const users = sqliteTable(
  'users',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    /** Three letters and five digits; made on the first request of the booking form. */
    uniqueCode: text('unique_code').unique(),
    name: text('name').notNull(),
    surname: text('surname').notNull().default(''),
    /** Case-folded name and surname: SQLite's LIKE folds ASCII only, so Cyrillic is folded before it is stored. */
    searchName: text('search_name').notNull().default(''),
    /** Kept by a trigger on bonus_entries; never written by hand. May be negative after a reversal. */
    bonusBalancePoints: integer('bonus_balance_points').notNull().default(0),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
    /** The client asked to be forgotten, or was merged into another: nothing personal is left, and nothing may be added. */
    erasedAt: integer('erased_at'),
    /** Who has everything that was his, since somebody found that they are one person. Never itself a merged one. */
    mergedInto: integer('merged_into').references((): AnySQLiteColumn => users.id),
  },
  (t) => [
    check('unique_code_shape', sql`${t.uniqueCode} glob '[A-Z][A-Z][A-Z][0-9][0-9][0-9][0-9][0-9]'`),
    // For finding those who may be one person.
    index('users_by_full_name').on(t.searchName).where(sql`surname <> ''`),
    index('merged_users').on(t.mergedInto).where(sql`merged_into is not null`),
  ],
)

/** The ten digits of a phone from the last to the first, word for word as in its index: SQLite has no function for it. */
export const PHONE_BACKWARDS = sql.raw(
  Array.from({ length: 10 }, (_, i) => `substr(phone_last10, ${10 - i}, 1)`).join(' || '),
)

/** Only verified contacts live here: matching visits by a contact somebody merely typed would give bonuses away. */
export const userContacts = sqliteTable(
  'user_contacts',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    userId: integer('user_id')
      .notNull()
      .references(() => users.id),
    kind: text('kind', { enum: ['phone', 'email'] }).notNull(),
    /** E.164 or a lower-case mail address. */
    value: text('value').notNull(),
    /** Last ten digits of a phone, NULL for mail. */
    phoneLast10: text('phone_last10'),
    verifiedAt: integer('verified_at').notNull(),
  },
  (t) => [
    check('contact_kind', sql`${t.kind} in ('phone', 'email')`),
    check('phone_has_last10', sql`(${t.kind} = 'phone') = (${t.phoneLast10} is not null)`),
    uniqueIndex('one_owner_per_contact').on(t.kind, t.value),
    index('contacts_by_phone_last10').on(t.phoneLast10),
    index('contacts_by_phone_end').on(sql`${PHONE_BACKWARDS}`),
    index('contacts_by_user').on(t.userId),
    index('contacts_by_time').on(t.verifiedAt),
  ],
)

/** Codes of clients who were merged into another: cards and comments still carry them, and they lead to whom is left. */
export const mergedCodes = sqliteTable(
  'merged_codes',
  {
    code: text('code').primaryKey(),
    userId: integer('user_id')
      .notNull()
      .references(() => users.id),
  },
  (t) => [
    check('merged_code_shape', sql`${t.code} glob '[A-Z][A-Z][A-Z][0-9][0-9][0-9][0-9][0-9]'`),
    index('merged_codes_of_user').on(t.userId),
  ],
)

/** Who was merged into whom, and what moved. A client is merged once. */
export const userMerges = sqliteTable('user_merges', {
  id: integer('id').primaryKey({ autoIncrement: true }),
  fromUserId: integer('from_user_id')
    .notNull()
    .unique()
    .references(() => users.id),
  intoUserId: integer('into_user_id')
    .notNull()
    .references(() => users.id),
  idempotencyKey: text('idempotency_key').notNull().unique(),
  visits: integer('visits').notNull(),
  contacts: integer('contacts').notNull(),
  consents: integer('consents').notNull(),
  balancePoints: integer('balance_points').notNull(),
  mergedAt: integer('merged_at').notNull(),
})

/** Codes of erased clients, hashed: whoever finds an old card must not become somebody new's visits. */
export const retiredCodes = sqliteTable('retired_codes', { codeHash: text('code_hash').primaryKey() })

/**
 * Keyed hashes of the contacts, codes and YClients cards of clients erased lately. A visit that was booked before the erasure may still be on its way
 * to us; by these it is known, and stored without the person.
 */
export const erasedContacts = sqliteTable(
  'erased_contacts',
  {
    contactHash: text('contact_hash').primaryKey(),
    erasedAt: integer('erased_at').notNull(),
  },
  (t) => [index('erased_contacts_by_time').on(t.erasedAt)],
)

/**
 * Contacts that a client has taken away (a trigger writes them down): visits may still name him by them, and his erasure has
 * to reach those too.
 */
export const formerContacts = sqliteTable(
  'former_contacts',
  {
    userId: integer('user_id')
      .notNull()
      .references(() => users.id),
    kind: text('kind', { enum: ['phone', 'email'] }).notNull(),
    /** Last ten digits of a phone, or a mail address. */
    key: text('key').notNull(),
  },
  (t) => [primaryKey({ columns: [t.userId, t.kind, t.key] })],
)

/** What a client agreed to, when and how. Rows are only added: they are the salon's proof, and hold no contact. */
export const consents = sqliteTable(
  'consents',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    userId: integer('user_id')
      .notNull()
      .references(() => users.id),
    document: text('document', { enum: ['personal_data'] }).notNull(),
    version: text('version').notNull(),
    givenAt: integer('given_at').notNull(),
    /** With a one-time code, later while signed in, or on paper at the desk. */
    how: text('how', { enum: ['phone_code', 'email_code', 'signed_in', 'desk'] }).notNull(),
    requestId: text('request_id'),
  },
  (t) => [uniqueIndex('one_consent_per_version').on(t.userId, t.document, t.version)],
)
