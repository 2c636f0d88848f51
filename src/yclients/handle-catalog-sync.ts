import type { Context } from '../context.ts'
import { DONE, type Outcome } from '../platform/outcome.ts'
import { outcomeOfFailure } from './failure-outcome.ts'
import { syncCatalog } from './sync-catalog.ts'

/** Nobody's doing. */
const SYSTEM = { actor: 'system', role: null, requestId: null }

/** The catalog follows YClients because it said that something changed, or because it is night. */
export async function handleCatalogSync(ctx: Context, attempts: number): Promise<Outcome> {
  const synced = await syncCatalog(ctx, { overwrite: false, by: SYSTEM })
  return synced.kind === 'failed' ? outcomeOfFailure(synced.failure, attempts, ctx.random()) : DONE
}
