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
