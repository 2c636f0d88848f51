import type { By } from '../auth/actor.ts'
import type { Context } from '../context.ts'
import { somethingChanged, writeAudit } from '../ops/audit.statements.ts'
import { closeException, listPaymentRows, type PaymentQuery, type PaymentRow, paymentById } from './payments.store.ts'
import { type ReceiptRow, type RefundRow, receiptOf, refundsOf } from './refunds.store.ts'

/** Payments, newest first; or only those that somebody should look at. */
export async function listPayments(
  ctx: Context,
  query: Omit<PaymentQuery, 'limit'> & { limit: number },
): Promise<{ payments: readonly PaymentRow[]; next: number | undefined }> {
  const found = await listPaymentRows(ctx.db, { ...query, limit: query.limit + 1 })
  const payments = found.slice(0, query.limit)
  return { payments, next: found.length > query.limit ? payments.at(-1)?.id : undefined }
}

export interface WholePayment {
  readonly payment: PaymentRow
  readonly refunds: readonly RefundRow[]
  readonly receipt: ReceiptRow | undefined
}

export async function findPayment(ctx: Context, id: number): Promise<WholePayment | undefined> {
  const [[payment], refunds, [receipt]] = await ctx.db.batch([
    paymentById(ctx.db, id),
    refundsOf(ctx.db, id),
    receiptOf(ctx.db, id),
  ])
  return payment && { payment, refunds, receipt }
}

/** Somebody has looked at it, and nothing is left to do. */
export async function closePaymentException(ctx: Context, id: number, by: By): Promise<boolean> {
  const now = ctx.now()
  const audit = {
    by,
    action: 'payment.close_exception',
    entity: 'payment',
    entityId: String(id),
    when: somethingChanged,
  }
  const [closed] = await ctx.db.batch([closeException(ctx.db, id, now), writeAudit(ctx.db, audit, now)])
  return closed.length > 0
}
