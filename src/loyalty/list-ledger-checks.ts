import type { Context } from '../context.ts'
import { pageOf } from '../platform/page.ts'
import { type LedgerCheck, listChecks } from './ledger-checks.store.ts'

export interface LedgerChecks {
  readonly checks: readonly LedgerCheck[]
  readonly nextBeforeId: number | undefined
}

/** Proofs of the ledger, newest first. */
export async function listLedgerChecks(
  ctx: Context,
  query: { beforeId: number; limit: number },
): Promise<LedgerChecks> {
  const rows = await listChecks(ctx.db, { beforeId: query.beforeId, limit: query.limit + 1 })
  const { page, lastOfMore } = pageOf(rows, query.limit)
  return { checks: page, nextBeforeId: lastOfMore?.id }
}
