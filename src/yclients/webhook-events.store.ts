import { type SQL, sql } from 'drizzle-orm'
import { recordOfBooking } from '../booking/booking.statements.ts'
import { type Db, inList, jsonColumns } from '../platform/db.ts'
import type { WebhookVerdict } from './verdict.ts'
import { webhookEvents } from './yclients.tables.ts'

export type WebhookEvent = typeof webhookEvents.$inferSelect

const PROPERTIES = [
  'id',
  'receivedAt',
  'companyId',
  'resource',
  'resourceId',
  'status',
  'body',
  'change',
  'verdict',
  'bookingId',
  'attempts',
  'error',
  'processedAt',
] as const satisfies readonly (keyof WebhookEvent)[]

/**
 * Records any number of events in one statement. An event that comes again keeps the verdict that says most: "created" is
 * not overwritten by the "unchanged" of its second delivery; nor is what it changed.
 */
export const recordEvents = (db: Db, events: readonly WebhookEvent[]) => {
  const { columns, values } = jsonColumns(webhookEvents, PROPERTIES)
  return db.run(sql`
    insert into webhook_events (${columns}) select ${values} from json_each(${JSON.stringify(events)}) where true
    on conflict (id) do update set
      verdict = case when excluded.verdict = 'unchanged' and webhook_events.verdict in ('created', 'updated')
        then webhook_events.verdict else excluded.verdict end,
      company_id = excluded.company_id, resource = excluded.resource, resource_id = excluded.resource_id,
      status = excluded.status, body = excluded.body, change = coalesce(excluded.change, webhook_events.change), booking_id = coalesce(excluded.booking_id, webhook_events.booking_id),
      attempts = excluded.attempts, error = excluded.error, processed_at = excluded.processed_at`)
}

/** The queue refused this body: keep what it is about (see `envelopesOnly`) for the cron. */
export const insertDeferred = (db: Db, event: { id: string; receivedAt: number; body: string }) =>
  db.run(sql`
    insert into webhook_events (id, received_at, body, verdict) values (${event.id}, ${event.receivedAt}, ${event.body}, 'deferred')`)

export const listDeferred = (db: Db, limit: number) =>
  db.all<{ id: string; receivedAt: number; body: string; attempts: number }>(sql`
    select id, received_at as receivedAt, body, attempts from webhook_events
    where verdict = 'deferred' order by received_at, rowid limit ${limit}`)

/** Another failed try of a deferred body, which has no queue to count its attempts. */
export const countDeferredAttempt = (db: Db, id: string, reason: string) =>
  db.run(sql`update webhook_events set attempts = attempts + 1, error = ${reason} where id = ${id}`)

export const deleteEvent = (db: Db, id: string) => db.run(sql`delete from webhook_events where id = ${id}`)

export interface EventFilter {
  readonly verdict?: WebhookVerdict | undefined
  readonly resource?: string | undefined
  readonly resourceId?: number | undefined
  /** Of the record of this booking. */
  readonly bookingId?: number | undefined
  /** Received from … to before …. */
  readonly from?: number | undefined
  readonly to?: number | undefined
}

const shortColumns = sql`id, received_at as receivedAt, company_id as companyId, resource, resource_id as resourceId, status,
  verdict, booking_id as bookingId, attempts, error, processed_at as processedAt`

/** Conditions that are not asked for are left out, so that an index serves those that are. */
function matching(filter: EventFilter): SQL[] {
  const conditions: SQL[] = []
  if (filter.verdict !== undefined) conditions.push(sql`verdict = ${filter.verdict}`)
  if (filter.resource !== undefined) conditions.push(sql`resource = ${filter.resource}`)
  if (filter.resourceId !== undefined) conditions.push(sql`resource_id = ${filter.resourceId}`)
  // By the number of its record, which has an index; a booking of our own has none.
  if (filter.bookingId !== undefined) {
    conditions.push(sql`resource_id = ${recordOfBooking(filter.bookingId)} and booking_id = ${filter.bookingId}`)
  }
  if (filter.from !== undefined) conditions.push(sql`received_at >= ${filter.from}`)
  if (filter.to !== undefined) conditions.push(sql`received_at < ${filter.to}`)
  return conditions
}

export const listEvents = (
  db: Db,
  filter: EventFilter,
  page: { before: { at: number; id: string } | undefined; limit: number },
) => {
  const after = page.before ? [sql`(received_at, id) < (${page.before.at}, ${page.before.id})`] : []
  return db.all<Omit<WebhookEvent, 'body' | 'change'>>(sql`
    select ${shortColumns} from webhook_events
    where ${sql.join([sql`true`, ...matching(filter), ...after], sql` and `)}
    order by received_at desc, id desc limit ${page.limit}`)
}

/** Events by their ids, or all of a time. */
export type EventSelection =
  | { readonly ids: readonly string[] }
  | { readonly from: number; readonly to: number; readonly verdict?: WebhookVerdict | undefined }

const selected = (events: EventSelection): SQL =>
  'ids' in events ? sql`id in ${inList(events.ids)}` : sql.join(matching(events), sql` and `)

export const countByResource = (db: Db, events: EventSelection) =>
  db.all<{ resource: string | null; events: number }>(sql`
    select resource, count(*) as events from webhook_events where ${selected(events)} group by resource order by resource`)

/** The records of a branch that events were about, each once, in the order in which they were first told of. */
export const recordsOfEvents = (db: Db, events: EventSelection, of: { companyId: number; limit: number }) =>
  db.all<{ recordId: number; total: number }>(sql`
    select resource_id as recordId, count(*) over () as total from webhook_events
    where ${selected(events)} and resource = 'record' and company_id = ${of.companyId}
    group by resource_id order by min(received_at), resource_id limit ${of.limit}`)

export const eventById = (db: Db, id: string) =>
  db.all<WebhookEvent>(sql`select ${shortColumns}, body, change from webhook_events where id = ${id}`)

/** The booking that this event was about and when it came, as a query of (booking_id, received_at). */
export const bookingOfEvent = (id: string): SQL =>
  sql`(select booking_id, received_at from webhook_events where id = ${id})`

/** What came and when; nobody needs that for ever. */
export const deleteEventsBefore = (db: Db, before: number, limit: number) =>
  db.run(sql`
    delete from webhook_events where id in (
      select id from webhook_events where received_at < ${before} and verdict <> 'deferred'
      order by received_at, id limit ${limit})`)
