import { sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'
import type { WebhookVerdict } from './verdict.ts'

export interface RecordEvent {
  readonly status: string
  readonly verdict: WebhookVerdict
  readonly receivedAt: number
  readonly error: string | null
}

/** The events of one record that came since then, in their order. There are few since a short while ago. */
export const eventsOfRecord = (db: Db, of: { companyId: number; recordId: number }, since: number) =>
  db.all<RecordEvent>(sql`
    select status, verdict, received_at as receivedAt, error from webhook_events indexed by webhook_events_by_time
    where received_at >= ${since} and resource = 'record' and resource_id = ${of.recordId} and company_id = ${of.companyId}
    order by received_at, rowid limit 20`)
