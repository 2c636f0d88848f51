import type { Context } from '../context.ts'
import { pageOf } from '../platform/page.ts'
import { listRuns, runById, type SyncRun } from './sync.store.ts'

export interface SyncRuns {
  readonly runs: readonly SyncRun[]
  readonly nextBeforeId: number | undefined
}

/** Sync runs, newest first. */
export async function listSyncRuns(ctx: Context, page: { beforeId: number; limit: number }): Promise<SyncRuns> {
  const rows = await listRuns(ctx.db, { beforeId: page.beforeId, limit: page.limit + 1 })
  const { page: runs, lastOfMore } = pageOf(rows, page.limit)
  return { runs, nextBeforeId: lastOfMore?.id }
}

export async function getSyncRun(ctx: Context, id: number): Promise<SyncRun | undefined> {
  return (await runById(ctx.db, id))[0]
}

/** How the newest run stands; null before the first. */
export async function lastSyncStatus(ctx: Context): Promise<SyncRun['status'] | null> {
  return (await listRuns(ctx.db, { beforeId: Number.MAX_SAFE_INTEGER, limit: 1 }))[0]?.status ?? null
}
