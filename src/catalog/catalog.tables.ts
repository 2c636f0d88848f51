import { sql } from 'drizzle-orm'
import { check, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

export const services = sqliteTable(
  'services',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    name: text('name').notNull(),
    priceKopecks: integer('price_kopecks').notNull(),
    durationMinutes: integer('duration_minutes').notNull(),
    /** Set = this service is booked in YClients. */
    yclientsServiceId: integer('yclients_service_id').unique(),
    active: integer('active', { mode: 'boolean' }).notNull().default(true),
  },
  (t) => [
    check('service_price', sql`${t.priceKopecks} >= 0`),
    check('service_duration', sql`${t.durationMinutes} > 0`),
  ],
)

export const staff = sqliteTable('staff', {
  id: integer('id').primaryKey({ autoIncrement: true }),
  name: text('name').notNull(),
  yclientsStaffId: integer('yclients_staff_id').unique(),
  active: integer('active', { mode: 'boolean' }).notNull().default(true),
})
