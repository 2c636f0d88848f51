import { sql } from 'drizzle-orm'
import { check, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** Who changed what. Details name fields, ids and sums, never personal data. */
export const auditLog = sqliteTable(
  'audit_log',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    at: integer('at').notNull(),
    actor: text('actor').notNull(),
    /** Of an administrator, at that time. */
    role: text('role'),
    action: text('action').notNull(),
    entity: text('entity').notNull(),
    entityId: text('entity_id').notNull(),
    details: text('details').notNull().default('{}'),
    requestId: text('request_id'),
  },
  (t) => [
    check('audit_details', sql`json_valid(${t.details})`),
    index('audit_by_entity').on(t.entity, t.entityId),
    index('audit_by_time').on(t.at),
  ],
)

/** Queued work that was given up on: it waits here for a person. Open = neither replayed nor dismissed. */
export const parkedWork = sqliteTable(
  'parked_work',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    /** Names the piece of work, so that parking it again reopens the same row. */
    key: text('key').notNull().unique(),
    /** The message to send again. */
    message: text('message').notNull(),
    reason: text('reason').notNull(),
    timesParked: integer('times_parked').notNull().default(1),
    parkedAt: integer('parked_at').notNull(),
    /** Replayed or dismissed. */
    closedAt: integer('closed_at'),
  },
  (t) => [
    check('parked_message', sql`json_valid(${t.message})`),
    index('open_parked_work').on(t.id).where(sql`closed_at is null`),
  ],
)

/** When something last gave a sign of life, and what it said: the cron, YClients' clock. */
export const heartbeats = sqliteTable('heartbeats', {
  name: text('name').primaryKey(),
  at: integer('at').notNull(),
  value: integer('value'),
})

/** What all isolates together have counted since the beginning; see `platform/metrics.ts`. */
export const metricCounters = sqliteTable(
  'metric_counters',
  {
    name: text('name').notNull(),
    /** As Prometheus writes them: `verdict="created"`. */
    labels: text('labels').notNull(),
    value: integer('value').notNull(),
  },
  (t) => [primaryKey({ columns: [t.name, t.labels] })],
)
