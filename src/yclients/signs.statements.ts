import { sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'

export interface SyncSigns {
  readonly lastStatus: 'running' | 'failing' | 'finished' | 'failed' | null
  readonly lastError: string | null
  readonly lastFinishedAt: number | null
  /** When the last run ended that found something of which no webhook had told. */
  readonly driftedAt: number | null
  /** When the first run after it ended that found nothing of the kind. */
  readonly cleanSince: number | null
  readonly lastWebhookAt: number | null
  /** Events that the queue refused, and that wait for the cron. */
  readonly deferred: number
  /** Events that failed and come again. */
  readonly retrying: number
}

/** Nobody needs to know how many more. */
const ENOUGH = 1000

/**
 * How the synchronisation stands, one row. Runs are looked through by number (`not indexed`) and only until one fits, instead of
 * sorting all that ever finished.
 */
export const syncSigns = (db: Db) =>
  db.all<SyncSigns>(sql`
    with newest as (select status, error from sync_runs order by id desc limit 1),
      drifted as (
        select max(finished_at) as at from sync_runs indexed by sync_runs_with_drift
        where status = 'finished' and missed_by_webhooks + vanished > 0)
    select (select status from newest) as lastStatus, (select error from newest) as lastError,
      (select finished_at from sync_runs not indexed where status = 'finished' order by id desc limit 1) as lastFinishedAt,
      drifted.at as driftedAt,
      (select finished_at from sync_runs not indexed where status = 'finished' and id > coalesce(
        (select max(id) from sync_runs indexed by sync_runs_with_drift
          where status = 'finished' and missed_by_webhooks + vanished > 0 and finished_at = drifted.at), 0)
        order by id limit 1) as cleanSince,
      (select max(received_at) from webhook_events) as lastWebhookAt,
      (select count(*) from (select 1 from webhook_events where verdict = 'deferred' limit ${ENOUGH})) as deferred,
      (select count(*) from (select 1 from webhook_events where verdict = 'retrying' limit ${ENOUGH})) as retrying
    from drifted`)
