import type { By } from '../auth/actor.ts'
import type { Context } from '../context.ts'
import { somethingChanged, writeAudit } from '../ops/audit.statements.ts'
import { errorFields } from '../platform/log.ts'
import type { Result } from '../platform/outcome.ts'
import { MINUTE_MS } from '../platform/time.ts'
import {
  closeRun,
  insertRun,
  lastFinishedRuns,
  newestRunId,
  openRun,
  runById,
  type SyncRun,
  touchRun,
} from './sync.store.ts'
import { planSync, type SyncMode } from './sync-plan.ts'

/** Longer than the five minutes after which a failed page comes back: an open run silent for this long has lost its message. */
const SILENT_RUN_MS = 20 * MINUTE_MS

export interface StartedSync {
  readonly run: SyncRun
  /** False if a run was open already: two runs never overlap. */
  readonly started: boolean
}

/** Opens a sync run and sends its first page to the queue. `by` is who asked for it, if anybody did. */
export async function startSync(
  ctx: Context,
  request: { trigger: 'cron' | 'manual'; mode?: SyncMode | undefined; by?: By },
): Promise<Result<StartedSync, 'yclients_disabled'>> {
  const { config, db } = ctx
  if (!config.yclients.enabled) return { ok: false, refusal: 'yclients_disabled' }
  const now = ctx.now()
  const [last] = await lastFinishedRuns(db)
  if (!last) throw new Error('a select of scalars gives a row')
  const plan = planSync(now, config.branchTimezone, last, request.mode)
  const insert = insertRun(db, { ...plan, trigger: request.trigger, startedAt: now })
  // The cron is nobody's doing.
  const audit = request.by && {
    by: request.by,
    action: 'sync.start',
    entity: 'sync_run',
    entityId: newestRunId,
    after: { mode: plan.mode },
    when: somethingChanged,
  }
  const [[run]] = await db.batch([insert, ...(audit ? [writeAudit(db, audit, now)] : [])])
  if (!run) {
    const open = await resumeOpenRun(ctx)
    // It closed between the two looks: then one can be opened after all.
    return open ? { ok: true, value: { run: open, started: false } } : await startSync(ctx, request)
  }
  ctx.log.info('sync.started', { run_id: run.id, mode: run.mode, trigger: run.trigger })
  await sendPage(ctx, run)
  return { ok: true, value: { run, started: true } }
}

/** The run that is open; if nothing was heard of it for long, its message was lost and is sent again. */
async function resumeOpenRun(ctx: Context): Promise<SyncRun | undefined> {
  const [run] = await openRun(ctx.db)
  if (run && ctx.now() - run.heartbeatAt > SILENT_RUN_MS) {
    ctx.log.warn('sync.resumed', { run_id: run.id, page: run.nextPage })
    await touchRun(ctx.db, run.id, ctx.now())
    await sendPage(ctx, run)
  }
  return run
}

async function sendPage(ctx: Context, run: SyncRun): Promise<void> {
  try {
    await ctx.sync.send({ kind: 'sync-page', runId: run.id, page: run.nextPage })
  } catch (error) {
    // Nobody would ever move this run on; close it, so that the next one can start.
    await closeRun(ctx.db, run.id, { status: 'failed', error: 'the queue refused the page' }, ctx.now())
    ctx.log.error('sync.queue_refused', { run_id: run.id, ...errorFields(error) })
    throw error
  }
}

const POLL_MS = 250

/** Waits until the run is closed, at most so long; gives back its last known state. */
export async function waitForSync(ctx: Context, runId: number, waitMs: number): Promise<SyncRun | undefined> {
  for (let waited = 0; ; waited += POLL_MS) {
    const [run] = await runById(ctx.db, runId)
    if (!run || run.finishedAt !== null || waited >= waitMs) return run
    await ctx.sleep(POLL_MS)
  }
}
