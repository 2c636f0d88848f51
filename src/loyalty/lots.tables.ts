import { sql } from 'drizzle-orm'
import { check, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { bookings } from '../booking/booking.tables.ts'
import { users } from '../users/users.tables.ts'
import { bonusEntries } from './loyalty.tables.ts'

/**
 * Which of a client's points expire when. Written by the trigger that moves the balance, and by nothing else: what is left of
 * his lots is his balance, and nothing if he is in debt.
 */
export const bonusLots = sqliteTable(
  'bonus_lots',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    userId: integer('user_id')
      .notNull()
      .references(() => users.id),
    points: integer('points').notNull(),
    remainingPoints: integer('remaining_points').notNull(),
    /** Far beyond everything (see `NEVER`) if they do not, so that earliest first is one order. */
    expiresAt: integer('expires_at').notNull(),
  },
  (t) => [
    check('lot_points', sql`${t.remainingPoints} between 0 and ${t.points}`),
    index('open_lots_of_user').on(t.userId, t.expiresAt).where(sql`remaining_points > 0`),
    index('open_lots_by_expiry').on(t.expiresAt).where(sql`remaining_points > 0`),
  ],
)

/** Which entry took how much of which lot, so that what is given back goes where it came from. */
export const bonusLotUses = sqliteTable(
  'bonus_lot_uses',
  {
    entryId: integer('entry_id')
      .notNull()
      .references(() => bonusEntries.id),
    lotId: integer('lot_id')
      .notNull()
      .references(() => bonusLots.id),
    points: integer('points').notNull(),
    returnedPoints: integer('returned_points').notNull().default(0),
  },
  (t) => [
    primaryKey({ columns: [t.entryId, t.lotId] }),
    check('lot_use_points', sql`${t.points} > 0 and ${t.returnedPoints} between 0 and ${t.points}`),
    index('uses_of_lot').on(t.lotId),
  ],
)

/** Points put aside for a visit until it is paid. A trigger lets each be resolved once. */
export const bonusReservations = sqliteTable(
  'bonus_reservations',
  {
    /** The entry that took them from the balance. */
    entryId: integer('entry_id')
      .primaryKey()
      .references(() => bonusEntries.id),
    /** Whose they are now; of a client who was merged, the other one. */
    userId: integer('user_id')
      .notNull()
      .references(() => users.id),
    bookingId: integer('booking_id')
      .notNull()
      .references(() => bookings.id),
    paymentId: integer('payment_id'),
    points: integer('points').notNull(),
    /** What is not resolved until then is released. */
    expiresAt: integer('expires_at').notNull(),
    resolution: text('resolution', { enum: ['captured', 'released', 'expired'] }),
    resolvedAt: integer('resolved_at'),
  },
  (t) => [
    check('reservation_points', sql`${t.points} > 0`),
    check(
      'reservation_resolution',
      sql`(${t.resolution} is null) = (${t.resolvedAt} is null) and (${t.resolution} is null or ${t.resolution} in ('captured', 'released', 'expired'))`,
    ),
    index('reservations_of_booking').on(t.bookingId),
    index('open_reservations').on(t.expiresAt).where(sql`resolution is null`),
    index('open_reservations_of_user').on(t.userId).where(sql`resolution is null`),
  ],
)
