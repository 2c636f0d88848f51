import type { Context } from '../context.ts'
import { pageOf } from '../platform/page.ts'
import { type EntryRow, listEntries } from './loyalty.store.ts'

/** A client's ledger, newest entry first. `beforeId` continues a list. */
export async function listLedgerEntries(
  ctx: Context,
  query: { userId: number; beforeId: number; limit: number },
): Promise<{ entries: readonly EntryRow[]; nextBeforeId: number | undefined }> {
  const rows = await listEntries(ctx.db, query.userId, { beforeId: query.beforeId, limit: query.limit + 1 })
  const { page, lastOfMore } = pageOf(rows, query.limit)
  return { entries: page, nextBeforeId: lastOfMore?.id }
}
