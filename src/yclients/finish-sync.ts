import type { Context } from '../context.ts'
import { sweepSettlements } from '../loyalty/settle-bookings.ts'
import { closeRun, type SyncRun } from './sync.store.ts'

/**
 * Closes a run, with an error if it was given up, and says in the log what it did. Then the clients whose visits it completed
 * are sent to be settled; should that fail, the marks stay and the cron's sweep finds them.
 */
export async function finishSync(ctx: Context, runId: number, error: string | null = null): Promise<void> {
  const [run] = await closeRun(ctx.db, runId, { status: error === null ? 'finished' : 'failed', error }, ctx.now())
  if (!run) return
  countRun(ctx, run)
  const fields = {
    run_id: run.id,
    mode: run.mode,
    pages: run.pages,
    fetched: run.fetched,
    created: run.created,
    updated: run.updated,
    skipped: run.unchanged,
    unmatched: run.unmatched,
    failed: run.failed,
    missed_by_webhooks: run.missedByWebhooks,
    vanished: run.vanished,
    duration_ms: ctx.now() - run.startedAt,
  }
  if (error === null) ctx.log.info('sync.finished', fields)
  else ctx.log.error('sync.failed', { ...fields, error })
  await sweepSettlements(ctx)
}

function countRun({ metrics, now }: Context, run: SyncRun): void {
  const { mode, status } = run
  metrics.count('spa_sync_runs_total', { mode, status })
  metrics.count('spa_sync_pages_total', {}, run.pages)
  if (status === 'finished') metrics.observe('spa_sync_run_duration_seconds', now() - run.startedAt)
  const records = {
    created: run.created,
    updated: run.updated,
    skipped: run.unchanged,
    unmatched: run.unmatched,
    failed: run.failed,
    missed_by_webhooks: run.missedByWebhooks,
    vanished: run.vanished,
  }
  for (const [result, count] of Object.entries(records)) metrics.count('spa_sync_records_total', { result }, count)
}
