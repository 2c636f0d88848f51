import type { Context } from '../../context.ts'
import { HOUR_MS } from '../../platform/time.ts'
import { listSyncRuns } from '../../yclients/list-sync-runs.ts'
import { countOpenParked } from '../parked-work.statements.ts'
import { type Check, check } from './findings.ts'

/** The cron comes every half hour; three that did not are no accident. */
const SILENT_MS = 1.5 * HOUR_MS
/** Runs by hand may stand before the newest of the cron. */
const RUNS_LOOKED_AT = 50

/** What goes on by itself: the cron, the sync that it starts, and work that was given up on. */
export async function checkWork(ctx: Context): Promise<readonly Check[]> {
  const [{ runs }, [parked]] = await Promise.all([
    listSyncRuns(ctx, { beforeId: Number.MAX_SAFE_INTEGER, limit: RUNS_LOOKED_AT }),
    countOpenParked(ctx.db),
  ])
  const open = parked?.open ?? 0
  const [newest] = runs
  const isStuck = newest?.status === 'failing' || newest?.status === 'failed'
  const cron = runs.find(({ trigger }) => trigger === 'cron')
  const silent = cron && ctx.now() - cron.startedAt > SILENT_MS
  return [
    ...(ctx.config.yclients.enabled
      ? [check('work', cron === undefined ? 'cron_never' : silent ? 'cron_silent' : 'cron_alive')]
      : []),
    ...(newest ? [check('work', isStuck ? 'sync_stuck' : 'sync_works', { error: newest.error ?? newest.status })] : []),
    open > 0 ? check('work', 'work_parked', { count: open }) : check('work', 'nothing_parked'),
  ]
}
