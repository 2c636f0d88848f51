import { sql } from 'drizzle-orm'
import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { WEBHOOK_VERDICTS } from './verdict.ts'

/** What came by webhook, without the people in it, and what became of it. Goes after 30 days. */
export const webhookEvents = sqliteTable(
  'webhook_events',
  {
    /** Made at the door, so that a message delivered twice is one event. */
    id: text('id').primaryKey(),
    receivedAt: integer('received_at').notNull(),
    companyId: integer('company_id'),
    resource: text('resource'),
    resourceId: integer('resource_id'),
    status: text('status'),
    /** What it said as `maskBody` lets through; of events that wait for the cron, what they are about: see `envelopesOnly`. */
    body: text('body'),
    /** What it changed: JSON of a `BookingChange`. NULL: nothing. */
    change: text('change'),
    verdict: text('verdict', { enum: WEBHOOK_VERDICTS }).notNull(),
    bookingId: integer('booking_id'),
    attempts: integer('attempts').notNull().default(0),
    error: text('error'),
    processedAt: integer('processed_at'),
  },
  (t) => [
    check(
      'webhook_verdict',
      sql`${t.verdict} in ('created', 'updated', 'unchanged', 'stale', 'ignored', 'deferred', 'retrying', 'parked')`,
    ),
    index('webhook_events_by_time').on(t.receivedAt, t.id),
    index('webhook_events_by_verdict').on(t.verdict, t.receivedAt, t.id),
    index('webhook_events_by_resource').on(t.resourceId, t.receivedAt),
    index('deleted_records').on(t.resourceId).where(sql`resource = 'record' and status = 'delete'`),
  ],
)

export const syncRuns = sqliteTable(
  'sync_runs',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    trigger: text('trigger', { enum: ['cron', 'manual'] }).notNull(),
    mode: text('mode', { enum: ['full', 'incremental'] }).notNull(),
    /** failing: a page failed and is being retried; the run is still open. */
    status: text('status', { enum: ['running', 'failing', 'finished', 'failed'] }).notNull(),
    windowFrom: text('window_from'),
    windowTo: text('window_to'),
    changedAfter: integer('changed_after'),
    /** Start of the run before: what changed since should have come by webhook. */
    previousStartedAt: integer('previous_started_at'),
    /** The only page whose result will be taken; compare-and-set, so that a doubled message cannot fork the run. */
    nextPage: integer('next_page').notNull().default(1),
    pages: integer('pages').notNull().default(0),
    fetched: integer('fetched').notNull().default(0),
    created: integer('created').notNull().default(0),
    updated: integer('updated').notNull().default(0),
    unchanged: integer('unchanged').notNull().default(0),
    unmatched: integer('unmatched').notNull().default(0),
    failed: integer('failed').notNull().default(0),
    missedByWebhooks: integer('missed_by_webhooks').notNull().default(0),
    vanished: integer('vanished').notNull().default(0),
    error: text('error'),
    startedAt: integer('started_at').notNull(),
    heartbeatAt: integer('heartbeat_at').notNull(),
    finishedAt: integer('finished_at'),
  },
  (t) => [
    check('sync_run_mode', sql`${t.mode} in ('full', 'incremental') and ${t.trigger} in ('cron', 'manual')`),
    check('sync_run_status', sql`${t.status} in ('running', 'failing', 'finished', 'failed')`),
    check('closed_has_end', sql`(${t.status} in ('finished', 'failed')) = (${t.finishedAt} is not null)`),
    // Two runs never overlap, and the database is what refuses it.
    uniqueIndex('one_open_sync_run').on(sql`(finished_at is null)`).where(sql`finished_at is null`),
    index('sync_runs_by_start').on(t.status, t.mode, t.startedAt),
    index('sync_runs_with_drift').on(t.status, t.finishedAt).where(sql`missed_by_webhooks + vanished > 0`),
  ],
)

/** Which records each page of a full run showed, to find those that YClients no longer shows. */
export const syncPages = sqliteTable(
  'sync_pages',
  {
    runId: integer('run_id')
      .notNull()
      .references(() => syncRuns.id),
    page: integer('page').notNull(),
    recordIds: text('record_ids', { mode: 'json' }).$type<number[]>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.runId, t.page] }), check('page_records', sql`json_type(${t.recordIds}) = 'array'`)],
)
