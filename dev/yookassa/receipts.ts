import type { Context } from './context.ts'
import { invalid, notFound } from './errors.ts'
import { amountOf, type Body, object, receiptOf, text, word } from './read.ts'
import type { FiscalReceipt } from './state.ts'

export function findReceipt(ctx: Context, id: string): FiscalReceipt {
  const receipt = ctx.till.receipts.get(id)
  if (!receipt) throw notFound('Receipt')
  return receipt
}

type NewReceipt = Pick<FiscalReceipt, 'type' | 'paymentId' | 'items' | 'customer' | 'taxSystemCode'> & {
  refundId?: string
  settlements?: FiscalReceipt['settlements']
}

/** A receipt that waits until its money has moved. */
export function registerReceipt(ctx: Context, receipt: NewReceipt): FiscalReceipt {
  const made: FiscalReceipt = {
    refundId: undefined,
    settlements: [],
    ...receipt,
    id: ctx.newId('receipt'),
    status: 'pending',
    endsAt: undefined,
    endsAs: ctx.knobs.receipts === 'failed' ? 'canceled' : 'succeeded',
  }
  ctx.till.receipts.set(made.id, made)
  return made
}

export function createReceipt(ctx: Context, body: Body): FiscalReceipt {
  const type = word(body.type, 'type')
  if (type !== 'payment' && type !== 'refund') throw invalid('payment or refund', 'type')
  const refund = ctx.till.refunds.get(text(body.refund_id, 'refund_id', 64) ?? '')
  const payment = ctx.till.payments.get(refund?.paymentId ?? text(body.payment_id, 'payment_id', 64) ?? '')
  const object = type === 'payment' ? payment : refund
  if (!payment || object?.status !== 'succeeded') throw invalid('Has not succeeded', `${type}_id`)
  if (body.send !== true) throw invalid('Must be true', 'send')
  const settlements = settlementsOf(body.settlements)
  const sum = settlements.reduce((total, { kopecks }) => total + kopecks, 0)
  const receipt = receiptOf({ customer: body.customer, items: body.items, tax_system_code: body.tax_system_code }, sum)
  if (!receipt) throw invalid('Is required', 'items')
  const made = registerReceipt(ctx, {
    ...receipt,
    type,
    paymentId: payment.id,
    settlements,
    ...(refund && { refundId: refund.id }),
  })
  beginRegistration(ctx, made)
  return made
}

/** Its money has moved. */
export function beginRegistration(ctx: Context, receipt: FiscalReceipt): void {
  receipt.endsAt = ctx.now() + (ctx.knobs.receipts === 'at_once' ? 0 : ctx.knobs.receiptMs)
  endReceipts(ctx)
}

export function endReceipts(ctx: Context): void {
  for (const receipt of ctx.till.receipts.values()) {
    if (receipt.status === 'pending' && receipt.endsAt !== undefined && receipt.endsAt <= ctx.now()) {
      receipt.status = receipt.endsAs
    }
  }
}

function settlementsOf(value: unknown): FiscalReceipt['settlements'] {
  if (!Array.isArray(value) || value.length === 0) throw invalid('Is required', 'settlements')
  return value.map((each: unknown, index) => {
    const settlement = object(each, `settlements[${index}]`)
    return {
      type: word(settlement.type, `settlements[${index}].type`),
      kopecks: amountOf(settlement.amount, `settlements[${index}].amount`),
    }
  })
}
