import { sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'
import type { SyncRun } from './sync.store.ts'

export type DatedRun = Pick<
  SyncRun,
  'startedAt' | 'finishedAt' | 'created' | 'updated' | 'unmatched' | 'missedByWebhooks' | 'status'
>

/** Runs that began since then; naming every status and mode lets the index on the start serve. */
export const runsSince = (db: Db, since: number) =>
  db.all<DatedRun>(sql`
    select started_at as startedAt, finished_at as finishedAt, created, updated, unmatched,
      missed_by_webhooks as missedByWebhooks, status
    from sync_runs
    where status in ('running', 'failing', 'finished', 'failed') and mode in ('full', 'incremental')
      and started_at >= ${since}`)
