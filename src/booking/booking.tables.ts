import { sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { services, staff } from '../catalog/catalog.tables.ts'
import { users } from '../users/users.tables.ts'
import { BOOKING_EVENTS, BOOKING_STATUSES, type BookingItem, CLIENT_MATCHES } from './booking.ts'

export const bookings = sqliteTable(
  'bookings',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    userId: integer('user_id').references(() => users.id),
    /** How the client was found, or why not. */
    clientMatch: text('client_match', { enum: CLIENT_MATCHES }).notNull(),
    source: text('source', { enum: ['yclients', 'internal'] }).notNull(),
    status: text('status', { enum: BOOKING_STATUSES }).notNull(),

    yclientsCompanyId: integer('yclients_company_id'),
    yclientsRecordId: integer('yclients_record_id'),
    yclientsVisitId: integer('yclients_visit_id'),
    yclientsClientId: integer('yclients_client_id'),
    yclientsServiceId: integer('yclients_service_id'),
    yclientsStaffId: integer('yclients_staff_id'),
    /** Attendance exactly as YClients said it, kept also when we do not know the value. */
    yclientsAttendance: text('yclients_attendance'),

    serviceId: integer('service_id').references(() => services.id),
    staffId: integer('staff_id').references(() => staff.id),
    /** Name, price and duration as they were; the catalogue may change or lose the service later. */
    serviceName: text('service_name').notNull(),
    priceKopecks: integer('price_kopecks').notNull(),
    durationMinutes: integer('duration_minutes').notNull(),
    /** Services of the visit. A value that is always replaced whole and never searched, hence JSON and no table. */
    items: text('items', { mode: 'json' }).$type<BookingItem[]>().notNull(),
    startsAt: integer('starts_at').notNull(),
    endsAt: integer('ends_at').notNull(),

    clientName: text('client_name'),
    phone: text('phone'),
    phoneLast10: text('phone_last10'),
    email: text('email'),
    /** Client code found in the comment, in canonical form. */
    clientCode: text('client_code'),
    /** NULL: none; `BLANKED_COMMENT`: none any more. */
    comment: text('comment'),
    notes: text('notes').notNull().default(''),

    /** Points written off for this visit; they lower the base of its cashback. */
    spentBonusesPoints: integer('spent_bonuses_points').notNull().default(0),
    /** What the ledger holds for this visit, repeated here for people and filters; the ledger decides. */
    accruedBonusesPoints: integer('accrued_bonuses_points').notNull().default(0),

    /** YClients' last_change_date: an older state never replaces a newer one. */
    sourceChangedAt: integer('source_changed_at'),
    /** When we learned of the deletion; only a later reading of the API may bring the visit back. */
    deletionSeenAt: integer('deletion_seen_at'),
    cancelledAt: integer('cancelled_at'),
    /** Optimistic lock: a writer who read another revision writes nothing. */
    revision: integer('revision').notNull().default(1),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
    /** Personal fields were erased: YClients may still know them, and a sync must not bring them back. */
    erasedAt: integer('erased_at'),

    /** A hold: keeps the time until then, and not a moment longer, whether or not anything cleaned up. */
    holdExpiresAt: integer('hold_expires_at'),
    /** Our services in it besides the main one, as a JSON list of ids; for working out the visit anew when it is moved. */
    additionalServiceIds: text('additional_service_ids').notNull().default('[]'),
    /** Time around the visit that the master needs and nobody can book. */
    bufferBeforeMinutes: integer('buffer_before_minutes').notNull().default(0),
    bufferAfterMinutes: integer('buffer_after_minutes').notNull().default(0),
    /** What YClients still has to be told. NULL: nothing. provisional: the whole visit; cancel, move: that change. */
    syncState: text('sync_state', { enum: ['provisional', 'cancel', 'move'] }),
    /** Since when somebody moves it in YClients; nobody else may meanwhile. */
    moveClaimedAt: integer('move_claimed_at'),
    /** Our name for the visit inside YClients (`api_id`), by which it is found again after a lost answer. */
    apiId: text('api_id'),
    /** With it the visit can be cancelled in YClients as its client would. */
    yclientsRecordHash: text('yclients_record_hash'),
    /** Of the request that made it, so that a repetition finds it. */
    idempotencyKey: text('idempotency_key'),
    fingerprint: text('fingerprint'),
    cancelReason: text('cancel_reason'),
    /** "client:17", "admin:3", "yclients" or "system". */
    cancelledBy: text('cancelled_by'),
  },
  (t) => [
    check('booking_status', sql`${t.status} in ('pending', 'confirmed', 'completed', 'cancelled', 'no_show')`),
    check('booking_source', sql`${t.source} in ('yclients', 'internal')`),
    check(
      'booking_client_match',
      sql`${t.clientMatch} in ('code', 'email', 'phone', 'manual', 'none', 'ambiguous', 'no_contact', 'technical')`,
    ),
    check(
      'match_agrees_with_user',
      sql`(${t.userId} is not null) = (${t.clientMatch} in ('code', 'email', 'phone', 'manual'))`,
    ),
    check(
      'yclients_has_record',
      sql`(${t.source} = 'yclients') = (${t.yclientsRecordId} is not null and ${t.yclientsCompanyId} is not null)`,
    ),
    check('booking_price', sql`${t.priceKopecks} >= 0`),
    check('booking_times', sql`${t.durationMinutes} >= 0 and ${t.endsAt} >= ${t.startsAt}`),
    check('booking_items', sql`json_type(${t.items}) = 'array'`),
    check('booking_spent', sql`${t.spentBonusesPoints} >= 0`),
    uniqueIndex('one_booking_per_record').on(t.yclientsCompanyId, t.yclientsRecordId),
    index('bookings_of_user').on(t.userId, t.startsAt, t.id),
    index('bookings_by_time').on(t.startsAt),
    index('bookings_by_yclients_client').on(t.yclientsClientId),
    index('bookings_of_staff').on(t.staffId, t.startsAt),
    uniqueIndex('one_booking_per_api_id').on(t.apiId),
    uniqueIndex('one_booking_per_key').on(t.idempotencyKey),
    index('open_holds').on(t.holdExpiresAt).where(sql`hold_expires_at is not null`),
    index('bookings_being_moved').on(t.moveClaimedAt).where(sql`move_claimed_at is not null`),
    index('bookings_to_write').on(t.syncState).where(sql`sync_state is not null`),
    index('unmatched_bookings').on(t.startsAt).where(sql`user_id is null and client_match <> 'technical'`),
    index('undecided_bookings')
      .on(t.startsAt)
      .where(
        sql`user_id is null and (client_match = 'ambiguous' or (client_match = 'none' and client_code is not null))`,
      ),
    index('unmatched_by_code').on(t.clientCode).where(sql`user_id is null and client_code is not null`),
    index('unmatched_by_email').on(t.email).where(sql`user_id is null and email is not null`),
    index('unmatched_by_phone').on(t.phoneLast10).where(sql`user_id is null and phone_last10 is not null`),
  ],
)

/**
 * What happened to visits, whoever caused it: the app, the desk, a webhook, a sync. Written by triggers in the transaction of
 * the change, so that no entrance can forget it; messages to clients are made from it.
 */
export const bookingEvents = sqliteTable(
  'booking_events',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    bookingId: integer('booking_id')
      .notNull()
      .references(() => bookings.id),
    kind: text('kind', { enum: BOOKING_EVENTS }).notNull(),
    /** Of the visit after the change. */
    revision: integer('revision').notNull(),
    /** Of the visit before a move. */
    previousStartsAt: integer('previous_starts_at'),
    at: integer('at').notNull(),
  },
  (t) => [index('events_of_booking').on(t.bookingId), index('booking_events_by_time').on(t.at)],
)
