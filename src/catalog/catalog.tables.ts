import { sql } from 'drizzle-orm'
import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'

export const serviceCategories = sqliteTable(
  'service_categories',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    name: text('name').notNull(),
    yclientsCategoryId: integer('yclients_category_id').unique(),
    /** Order in lists. */
    position: integer('position').notNull().default(0),
    yclientsSeen: text('yclients_seen'),
    updatedAt: integer('updated_at').notNull().default(0),
    /** Of the form that made it, hashed: sent twice it makes one. */
    requestKey: text('request_key'),
  },
  (t) => [uniqueIndex('one_category_per_request').on(t.requestKey)],
)

/** Constraints of columns that were added later stand in the migration: drizzle would rebuild the table for them. */
export const services = sqliteTable(
  'services',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    name: text('name').notNull(),
    priceKopecks: integer('price_kopecks').notNull(),
    durationMinutes: integer('duration_minutes').notNull(),
    yclientsServiceId: integer('yclients_service_id').unique(),
    /** False: clients cannot book it; old visits refer to it, so it is never removed. */
    active: integer('active', { mode: 'boolean' }).notNull().default(true),
    categoryId: integer('category_id').references(() => serviceCategories.id),
    description: text('description').notNull().default(''),
    /** Where it is booked. auto: in YClients if it is linked and YClients is on, else here. */
    bookingMethod: text('booking_method', { enum: ['auto', 'internal', 'yclients'] })
      .notNull()
      .default('auto'),
    slotStepMinutes: integer('slot_step_minutes').notNull().default(30),
    bufferBeforeMinutes: integer('buffer_before_minutes').notNull().default(0),
    bufferAfterMinutes: integer('buffer_after_minutes').notNull().default(0),
    minNoticeMinutes: integer('min_notice_minutes').notNull().default(60),
    horizonDays: integer('horizon_days').notNull().default(60),
    /** Until how long before the visit the client may cancel or move it. */
    cancelNoticeMinutes: integer('cancel_notice_minutes').notNull().default(180),
    /** Of a paid visit that is cancelled comes back: everything until so long before, then a share, then nothing. */
    fullRefundHours: integer('full_refund_hours').notNull().default(24),
    partialRefundHours: integer('partial_refund_hours').notNull().default(3),
    partialRefundBasisPoints: integer('partial_refund_basis_points').notNull().default(5000),
    /** What YClients said last, as JSON: a field that differs from it was edited here and is not overwritten. */
    yclientsSeen: text('yclients_seen'),
    /** Grows with every change, so that a change which was worked out on an older state is noticed. */
    updatedAt: integer('updated_at').notNull().default(0),
    /** As of a category. */
    requestKey: text('request_key'),
  },
  (t) => [
    uniqueIndex('one_service_per_request').on(t.requestKey),
    check('service_price', sql`${t.priceKopecks} >= 0`),
    check('service_duration', sql`${t.durationMinutes} > 0`),
  ],
)

export const staff = sqliteTable(
  'staff',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    name: text('name').notNull(),
    yclientsStaffId: integer('yclients_staff_id').unique(),
    active: integer('active', { mode: 'boolean' }).notNull().default(true),
    specialization: text('specialization').notNull().default(''),
    yclientsSeen: text('yclients_seen'),
    updatedAt: integer('updated_at').notNull().default(0),
    /** As of a category. */
    requestKey: text('request_key'),
  },
  (t) => [uniqueIndex('one_person_per_request').on(t.requestKey)],
)

/** Who does what; price and duration only where they differ from the service's own. */
export const staffServices = sqliteTable(
  'staff_services',
  {
    staffId: integer('staff_id')
      .notNull()
      .references(() => staff.id),
    serviceId: integer('service_id')
      .notNull()
      .references(() => services.id),
    priceKopecks: integer('price_kopecks'),
    durationMinutes: integer('duration_minutes'),
    /** Came from YClients, and goes when YClients no longer says so. */
    fromYclients: integer('from_yclients', { mode: 'boolean' }).notNull().default(false),
  },
  (t) => [
    primaryKey({ columns: [t.staffId, t.serviceId] }),
    check('staff_service_price', sql`${t.priceKopecks} >= 0`),
    check('staff_service_duration', sql`${t.durationMinutes} > 0`),
    index('staff_of_service').on(t.serviceId),
  ],
)

/**
 * Weekly working hours, wall-clock minutes of the branch since midnight. An interval may end after midnight (up to 2880);
 * a day may have several.
 */
export const staffSchedules = sqliteTable(
  'staff_schedules',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    staffId: integer('staff_id')
      .notNull()
      .references(() => staff.id),
    /** 0 = Monday. */
    dayOfWeek: integer('day_of_week').notNull(),
    startMinute: integer('start_minute').notNull(),
    endMinute: integer('end_minute').notNull(),
    breakStartMinute: integer('break_start_minute'),
    breakEndMinute: integer('break_end_minute'),
    active: integer('active', { mode: 'boolean' }).notNull().default(true),
    updatedAt: integer('updated_at').notNull(),
  },
  (t) => [
    check('schedule_day', sql`${t.dayOfWeek} between 0 and 6`),
    check(
      'schedule_interval',
      sql`${t.startMinute} between 0 and 1439 and ${t.endMinute} > ${t.startMinute} and ${t.endMinute} <= 2880`,
    ),
    check(
      'schedule_break',
      sql`(${t.breakStartMinute} is null) = (${t.breakEndMinute} is null)
        and (${t.breakStartMinute} is null or (${t.breakStartMinute} >= ${t.startMinute}
          and ${t.breakEndMinute} > ${t.breakStartMinute} and ${t.breakEndMinute} <= ${t.endMinute}))`,
    ),
    index('schedules_of_staff').on(t.staffId, t.dayOfWeek),
  ],
)

/**
 * Single days that differ from the week: by hand (a day off, other hours), or as YClients says. By hand counts first, then
 * YClients, then the week.
 */
export const scheduleDays = sqliteTable(
  'schedule_days',
  {
    staffId: integer('staff_id')
      .notNull()
      .references(() => staff.id),
    /** "2026-09-16", of the branch. */
    day: text('day').notNull(),
    source: text('source', { enum: ['manual', 'yclients'] }).notNull(),
    /** JSON list of {fromMinute, toMinute}; empty = day off. */
    intervals: text('intervals').notNull(),
    reason: text('reason').notNull().default(''),
    updatedAt: integer('updated_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.staffId, t.day, t.source] }),
    check('schedule_day_source', sql`${t.source} in ('manual', 'yclients')`),
    check('schedule_day_shape', sql`${t.day} glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'`),
    check('schedule_day_intervals', sql`json_type(${t.intervals}) = 'array'`),
  ],
)
