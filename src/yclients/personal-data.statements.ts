import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'
import type { WebhookVerdict } from './verdict.ts'

export interface ExportedEvent {
  readonly id: string
  readonly receivedAt: number
  readonly resource: string | null
  readonly status: string | null
  readonly recordId: number | null
  readonly verdict: WebhookVerdict
}

/** What came about the records of a client's visits; what is kept of it names nobody and is left out. */
export const eventsAbout = (db: Db, records: SQL) =>
  db.all<ExportedEvent>(sql`
    with ${records}
    select id, received_at as receivedAt, resource, status, resource_id as recordId, verdict from webhook_events
    where (resource = 'record' and (company_id, resource_id) in (select company_id, record_id from record))
      or (resource = 'client' and resource_id in (select client_id from record))
    order by received_at, id`)
