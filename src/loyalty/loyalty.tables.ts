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
import { bookings } from '../booking/booking.tables.ts'
import { users } from '../users/users.tables.ts'
import { BASIC_KINDS, FINER_KINDS } from './ledger-entry.ts'

/** Cashback levels by the money spent on completed visits. */
export const loyaltyLevels = sqliteTable(
  'loyalty_levels',
  {
    code: text('code').primaryKey(),
    nameRu: text('name_ru').notNull(),
    nameEn: text('name_en').notNull(),
    minSpendKopecks: integer('min_spend_kopecks').notNull().unique(),
    percentBasisPoints: integer('percent_basis_points').notNull(),
  },
  (t) => [
    check('level_percent', sql`${t.percentBasisPoints} between 0 and 10000`),
    check('level_spend', sql`${t.minSpendKopecks} >= 0`),
  ],
)

/**
 * The ledger. Append-only: triggers abort UPDATE and DELETE; an insert moves the balance on the user row, and is refused
 * if it would spend more than there is.
 */
export const bonusEntries = sqliteTable(
  'bonus_entries',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    userId: integer('user_id')
      .notNull()
      .references(() => users.id),
    bookingId: integer('booking_id').references(() => bookings.id),
    kind: text('kind', { enum: BASIC_KINDS }).notNull(),
    points: integer('points').notNull(),
    balanceAfterPoints: integer('balance_after_points').notNull(),
    /** UNIQUE: the same change cannot be written twice, whoever tries. */
    idempotencyKey: text('idempotency_key').notNull().unique(),
    /** Hash of the input of a command, to tell a repeat from a key used twice. */
    fingerprint: text('fingerprint'),
    /** How the points of a visit came about: price, base after bonuses spent, level, percent. */
    priceKopecks: integer('price_kopecks'),
    baseKopecks: integer('base_kopecks'),
    levelCode: text('level_code'),
    percentBasisPoints: integer('percent_basis_points'),
    reason: text('reason'),
    actor: text('actor').notNull(),
    createdAt: integer('created_at').notNull(),
    /** Of points that moved because two clients were merged: whose ledger holds the other half. */
    counterpartUserId: integer('counterpart_user_id').references(() => users.id),
    /** Kinds that came after the CHECK of `kind`, which cannot be widened; where there is one, it is the kind. */
    finerKind: text('finer_kind', { enum: FINER_KINDS }),
    /** UNIQUE: points that were put aside are given back once, whoever tries. */
    resolvesEntryId: integer('resolves_entry_id').references((): AnySQLiteColumn => bonusEntries.id),
    /** Of points that were given: when what is left of them expires. NULL: never. */
    expiresAt: integer('expires_at'),
  },
  (t) => [
    check('entry_kind', sql`${t.kind} in ('accrual', 'correction', 'reversal', 'spend', 'adjustment')`),
    check('entry_points', sql`${t.points} <> 0`),
    check(
      'accrual_is_explained',
      sql`${t.kind} not in ('accrual', 'correction', 'reversal') or (${t.bookingId} is not null and ${t.priceKopecks} is not null and ${t.baseKopecks} is not null and ${t.percentBasisPoints} is not null)`,
    ),
    check('spend_is_negative', sql`${t.kind} <> 'spend' or ${t.points} < 0`),
    index('entries_of_user').on(t.userId, t.id),
    uniqueIndex('one_release_per_hold').on(t.resolvesEntryId).where(sql`resolves_entry_id is not null`),
    index('entries_of_booking').on(t.bookingId, t.userId).where(sql`booking_id is not null`),
  ],
)

/**
 * Visits whose ledger entries may no longer agree with them. Filled by triggers on bookings, in the same statement as the
 * change, so that no way of changing a booking can forget it; emptied by settling. `generation` tells settling that the
 * booking changed again meanwhile.
 */
export const settlementsDue = sqliteTable(
  'settlements_due',
  {
    userId: integer('user_id')
      .notNull()
      .references(() => users.id),
    bookingId: integer('booking_id')
      .notNull()
      .references(() => bookings.id),
    generation: integer('generation').notNull().default(1),
  },
  (t) => [primaryKey({ columns: [t.userId, t.bookingId] })],
)

/** Proofs of the ledger: when it was gone through, how far, and what did not add up. Holds ids and sums only. */
export const ledgerChecks = sqliteTable(
  'ledger_checks',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    trigger: text('trigger', { enum: ['cron', 'manual'] }).notNull(),
    startedAt: integer('started_at').notNull(),
    heartbeatAt: integer('heartbeat_at').notNull(),
    finishedAt: integer('finished_at'),
    /** How far it has come; compare-and-set, so that a doubled message counts nothing twice. */
    afterUserId: integer('after_user_id').notNull().default(0),
    afterBookingId: integer('after_booking_id').notNull().default(0),
    users: integer('users').notNull().default(0),
    entries: integer('entries').notNull().default(0),
    visits: integer('visits').notNull().default(0),
    /** Visits that wait for being settled, and are not judged until they are. */
    waiting: integer('waiting').notNull().default(0),
    differences: integer('differences').notNull().default(0),
    /** JSON of `Difference[]`, the first hundred. */
    details: text('details').notNull().default('[]'),
  },
  (t) => [
    check('ledger_check_trigger', sql`${t.trigger} in ('cron', 'manual')`),
    check('ledger_check_details', sql`json_type(${t.details}) = 'array'`),
    uniqueIndex('one_open_ledger_check').on(sql`(finished_at is null)`).where(sql`finished_at is null`),
  ],
)
