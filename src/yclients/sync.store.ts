import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'
import type { LastRuns } from './sync-plan.ts'
import type { syncRuns } from './yclients.tables.ts'

export type SyncRun = typeof syncRuns.$inferSelect

const columns = sql`id, trigger, mode, status, window_from as windowFrom, window_to as windowTo, changed_after as changedAfter,
  previous_started_at as previousStartedAt, next_page as nextPage, pages, fetched, created, updated, unchanged, unmatched,
  failed, missed_by_webhooks as missedByWebhooks, vanished, error, started_at as startedAt, heartbeat_at as heartbeatAt,
  finished_at as finishedAt`

export type NewRun = Pick<
  SyncRun,
  'trigger' | 'mode' | 'windowFrom' | 'windowTo' | 'changedAfter' | 'previousStartedAt' | 'startedAt'
>

/** Opens a run unless one is open: the unique index on open runs decides, and the loser gets no row. */
export const insertRun = (db: Db, run: NewRun) =>
  db.all<SyncRun>(sql`
    insert into sync_runs (trigger, mode, status, window_from, window_to, changed_after, previous_started_at, started_at, heartbeat_at)
    values (${run.trigger}, ${run.mode}, 'running', ${run.windowFrom}, ${run.windowTo}, ${run.changedAfter},
      ${run.previousStartedAt}, ${run.startedAt}, ${run.startedAt})
    on conflict do nothing returning ${columns}`)

/** The run inserted just before in the same batch. */
export const newestRunId = sql`(select max(id) from sync_runs)`

export const openRun = (db: Db) => db.all<SyncRun>(sql`select ${columns} from sync_runs where finished_at is null`)

export const runById = (db: Db, id: number) => db.all<SyncRun>(sql`select ${columns} from sync_runs where id = ${id}`)

/** When the finished runs began that decide what the next one asks for; one row, one index seek each. */
export const lastFinishedRuns = (db: Db) =>
  db.all<LastRuns>(sql`
    select
      (select max(started_at) from sync_runs where status = 'finished' and mode = 'full') as fullStartedAt,
      (select min(started_at) from sync_runs where status = 'finished' and mode = 'full') as firstFullStartedAt,
      (select max(started_at) from sync_runs where status = 'finished' and mode = 'incremental') as incrementalStartedAt`)

export interface PageCounts {
  readonly fetched: number
  readonly created: number
  readonly updated: number
  readonly unchanged: number
  readonly unmatched: number
  readonly failed: number
  readonly missedByWebhooks: number
}

/**
 * Takes the result of a page, once: the run moves on only from this very page. Gives back the run, or nothing if another
 * delivery of the same message was faster.
 */
export const completePage = (db: Db, runId: number, page: number, counts: PageCounts, now: number) =>
  db.all<SyncRun>(sql`
    update sync_runs set next_page = ${page + 1}, pages = pages + 1, fetched = fetched + ${counts.fetched},
      created = created + ${counts.created}, updated = updated + ${counts.updated},
      unchanged = unchanged + ${counts.unchanged}, unmatched = unmatched + ${counts.unmatched},
      failed = failed + ${counts.failed}, missed_by_webhooks = missed_by_webhooks + ${counts.missedByWebhooks},
      status = 'running', error = null, heartbeat_at = ${now}
    where id = ${runId} and next_page = ${page} and finished_at is null returning ${columns}`)

export const insertPage = (db: Db, runId: number, page: number, recordIds: readonly number[]) =>
  db.run(sql`
    insert into sync_pages (run_id, page, record_ids) values (${runId}, ${page}, ${JSON.stringify(recordIds)})
    on conflict do nothing`)

export const markFailing = (db: Db, runId: number, error: string, now: number) =>
  db.run(sql`
    update sync_runs set status = 'failing', error = ${error}, heartbeat_at = ${now} where id = ${runId} and finished_at is null`)

export const touchRun = (db: Db, runId: number, now: number) =>
  db.run(sql`update sync_runs set heartbeat_at = ${now} where id = ${runId} and finished_at is null`)

export const closeRun = (
  db: Db,
  runId: number,
  end: { status: 'finished' | 'failed'; error: string | null },
  now: number,
) =>
  db.all<SyncRun>(sql`
    update sync_runs set status = ${end.status}, error = ${end.error}, finished_at = ${now}, heartbeat_at = ${now}
    where id = ${runId} and finished_at is null returning ${columns}`)

export const addVerified = (
  db: Db,
  runId: number,
  counts: { vanished: number; updated: number; failed: number },
  now: number,
) =>
  db.run(sql`
    update sync_runs set vanished = vanished + ${counts.vanished}, updated = updated + ${counts.updated},
      failed = failed + ${counts.failed}, status = 'running', error = null, heartbeat_at = ${now}
    where id = ${runId} and finished_at is null`)

/** The record ids that the pages of a run showed, as a subquery for the search for those that it did not. */
export const shownRecordIds = (runId: number): SQL =>
  sql`(select shown.value from sync_pages, json_each(sync_pages.record_ids) shown where sync_pages.run_id = ${runId})`

export const listRuns = (db: Db, page: { beforeId: number; limit: number }) =>
  db.all<SyncRun>(
    sql`select ${columns} from sync_runs where id < ${page.beforeId} order by id desc limit ${page.limit}`,
  )

export const deletePagesOfRunsBefore = (db: Db, before: number) =>
  db.run(sql`
    delete from sync_pages where run_id in (
      select p.run_id from sync_pages p join sync_runs r on r.id = p.run_id where r.finished_at < ${before})`)
