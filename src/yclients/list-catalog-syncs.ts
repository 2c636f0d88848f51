import type { Context } from '../context.ts'
import { listAudit } from '../ops/list-audit.ts'

/** A catalog sync that changed something, as the audit log tells it. */
export interface PastCatalogSync {
  readonly at: number
  /** "admin:3" or "system". */
  readonly actor: string
  readonly requestId: string | null
  readonly overwrite: boolean
  /** How many of what: "services_created", "staff_switched_off" … */
  readonly counts: Readonly<Record<string, number>>
}

/** The newest catalog syncs that changed something. */
export async function listCatalogSyncs(ctx: Context, limit: number): Promise<readonly PastCatalogSync[]> {
  const { entries } = await listAudit(ctx, {
    entity: 'catalog',
    entityId: 'yclients',
    beforeId: Number.MAX_SAFE_INTEGER,
    limit,
  })
  return entries.map(({ at, actor, requestId, details }) => {
    // Written by syncCatalog, and the database checks that it is JSON.
    const { after = {} } = JSON.parse(details) as { after?: Readonly<Record<string, number | boolean | null>> }
    const counts = Object.entries(after).filter((pair): pair is [string, number] => typeof pair[1] === 'number')
    return { at, actor, requestId, overwrite: after.overwrite === true, counts: Object.fromEntries(counts) }
  })
}
