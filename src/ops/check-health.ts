import type { Context } from '../context.ts'
import { lastSyncStatus } from '../yclients/list-sync-runs.ts'
import { countOpenParked } from './parked-work.statements.ts'

export interface Health {
  /** attention: work is parked, or the last sync did not get through; a person should look. */
  readonly status: 'ok' | 'attention'
  readonly parkedWork: number
  readonly lastSync: 'running' | 'failing' | 'finished' | 'failed' | null
}

export async function checkHealth(ctx: Context): Promise<Health> {
  const [parked, lastSync] = await Promise.all([countOpenParked(ctx.db), lastSyncStatus(ctx)])
  const parkedWork = parked[0]?.open ?? 0
  const syncIsStuck = lastSync === 'failing' || lastSync === 'failed'
  return { status: parkedWork > 0 || syncIsStuck ? 'attention' : 'ok', parkedWork, lastSync }
}
