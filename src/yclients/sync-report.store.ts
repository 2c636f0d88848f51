import { sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'

export interface SyncFacts {
  /** The last run that found something that no webhook had told of, or that YClients no longer has. */
  readonly driftedAt: number | null
  /** The first run from then on that found nothing of the kind. */
  readonly cleanSince: number | null
  readonly lastWebhookAt: number | null
}

/** What the whole history says, one row. There is one run in half an hour, so a year has fewer than twenty thousand. */
export const readSyncFacts = (db: Db) =>
  db.all<SyncFacts>(sql`
    with drifted as (
      select max(finished_at) as at from sync_runs where status = 'finished' and missed_by_webhooks + vanished > 0)
    select at as driftedAt,
      (select min(finished_at) from sync_runs where status = 'finished' and finished_at > coalesce(at, 0)) as cleanSince,
      (select max(received_at) from webhook_events) as lastWebhookAt
    from drifted`)
