import type { Context } from '../context.ts'
import { type Receipt, receiptById, receiptByKey } from './receipts.store.ts'
import { type BonusRequest, keyOfChange } from './request-bonus-change.ts'

/** What was written down when points were written off or given by hand. */
export async function findReceipt(ctx: Context, entryId: number): Promise<Receipt | undefined> {
  return (await receiptById(ctx.db, entryId))[0]
}

/** The same by the key of the request: undefined as long as nothing was done with it. */
export async function findReceiptByKey(
  ctx: Context,
  request: Pick<BonusRequest, 'kind' | 'idempotencyKey'>,
): Promise<Receipt | undefined> {
  return (await receiptByKey(ctx.db, keyOfChange(request)))[0]
}

export type { Receipt }
