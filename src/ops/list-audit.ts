import type { Context } from '../context.ts'
import { pageOf } from '../platform/page.ts'
import { type AuditFilter, type AuditRow, listAuditRows } from './audit.store.ts'

export interface AuditPage {
  readonly entries: readonly AuditRow[]
  readonly nextBeforeId: number | undefined
}

/** Who did what, newest first. `beforeId` continues a list. */
export async function listAudit(
  ctx: Context,
  query: AuditFilter & { beforeId: number; limit: number },
): Promise<AuditPage> {
  const rows = await listAuditRows(ctx.db, query, { beforeId: query.beforeId, limit: query.limit + 1 })
  const { page, lastOfMore } = pageOf(rows, query.limit)
  return { entries: page, nextBeforeId: lastOfMore?.id }
}
