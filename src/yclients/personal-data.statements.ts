import { type SQL, sql } from 'drizzle-orm'
import { type Db, mentions } from '../platform/db.ts'
import type { WebhookVerdict } from './verdict.ts'

/** The events in a body as YClients sent it (one, or a list of them), as a query. What is no event is an empty one. */
const eventsIn = (body: SQL): SQL => sql`
    select case type when 'object' then value else '{}' end as event from json_each(case
      when not json_valid(${body}) then '[]'
      when json_type(${body}) = 'array' then ${body}
      else json_array(json(${body})) end)`

/**
 * True if a body, as YClients sent it, is about one of the records or their clients, or names the person: the CTEs `record`
 * and `person` of the statement it stands in.
 */
export const bodyConcerns = (body: SQL): SQL => sql`(
  ${mentions(body, sql`person`)}
  or exists (select 1 from (${eventsIn(body)}) join record on
    (event ->> 'resource' = 'record' and (event ->> 'company_id', event ->> 'resource_id') = (company_id, record_id))
    or (event ->> 'resource' = 'client' and event ->> 'resource_id' = client_id)))`

/**
 * Drops the bodies that concern a client who is erased; that something came, and when, stays. A body that waited for the cron
 * is given up: the next sync reads its record anyway. To be run before the visits are blanked.
 */
export const eraseFromEvents = (db: Db, person: SQL, records: SQL, now: number) =>
  db.run(sql`
    with ${person}, ${records}
    update webhook_events set body = null,
      processed_at = case verdict when 'deferred' then ${now} else processed_at end,
      error = case verdict when 'deferred' then 'the client was erased' else error end,
      verdict = case verdict when 'deferred' then 'ignored' else verdict end
    where body is not null and ${bodyConcerns(sql`body`)}`)

export interface ExportedEvent {
  readonly id: string
  readonly receivedAt: number
  readonly resource: string | null
  readonly status: string | null
  readonly recordId: number | null
  readonly verdict: WebhookVerdict
}

/** What came about the records of a client's visits; not what it said. */
export const eventsAbout = (db: Db, records: SQL) =>
  db.all<ExportedEvent>(sql`
    with ${records}
    select id, received_at as receivedAt, resource, status, resource_id as recordId, verdict from webhook_events
    where (resource = 'record' and (company_id, resource_id) in (select company_id, record_id from record))
      or (resource = 'client' and resource_id in (select client_id from record))
    order by received_at, id`)
