import type { Context } from '../context.ts'
import { addDays, DAY_MS, dayInZone, HOUR_MS, MINUTE_MS, wallMinute } from '../platform/time.ts'
import type { PaymentRow } from './payments.store.ts'
import { receiptOver } from './receipt-of.ts'
import { noteReceipt, oweReceipt, receiptOf } from './refunds.store.ts'

/**
 * The second receipt of a prepaid visit, which is owed once it has taken place and due by the end of the next day. Tried until
 * it is registered; the health check turns red when it is late. Says when to look again.
 */
export async function advanceReceipt(ctx: Context, payment: PaymentRow): Promise<number | null> {
  const { db, config, payments: provider } = ctx
  const keptKopecks = payment.capturedKopecks - payment.refundedKopecks
  const isOwed = payment.outcome === 'confirmed' && payment.bookingStatus === 'completed' && keptKopecks > 0
  if (!isOwed || !provider?.sendsReceipts || config.payments.receiptRules.length === 0) return null
  const now = ctx.now()
  const zone = config.branchTimezone
  const dueAt = wallMinute(addDays(dayInZone(now, zone), 1), 1440, zone)
  const [, [receipt]] = await db.batch([
    oweReceipt(db, { paymentId: payment.id, amountKopecks: keptKopecks, dueAt }, now),
    receiptOf(db, payment.id),
  ])
  if (!receipt || receipt.status === 'registered') return null
  const attempts = receipt.attempts + 1
  const nextAt = now + Math.min(MINUTE_MS * 2 ** Math.min(attempts, 10), attempts > 50 ? DAY_MS : HOUR_MS)
  const note = async (status: 'owed' | 'pending' | 'registered', id: string | null, error: string | null) => {
    await noteReceipt(db, receipt.id, { status, providerReceiptId: id, error, attempts }, now)
    return status === 'registered' ? null : nextAt
  }
  const order = await receiptOver(ctx, payment, receipt.amountKopecks, 'full_payment')
  if (!order) return await note('owed', null, 'no_contact')
  const answer =
    receipt.status === 'pending' && receipt.providerReceiptId !== null
      ? await provider.readReceipt(ctx, receipt.providerReceiptId)
      : await provider.sendReceipt(
          ctx,
          {
            type: 'payment',
            of: payment.providerPaymentId ?? '',
            receipt: order,
            settlements: [{ type: 'prepayment', amountKopecks: receipt.amountKopecks }],
          },
          // Of one that was refused the next one is another.
          `${payment.providerKey}:s${receipt.lastError === 'cancelled' ? attempts : ''}`,
        )
  if (answer.kind === 'refused') return await note('owed', null, answer.code)
  if (answer.kind !== 'ok') return await note(receipt.status, receipt.providerReceiptId, answer.kind)
  const { id, status } = answer.value
  if (status === 'succeeded') return await note('registered', id, null)
  return status === 'pending' ? await note('pending', id, null) : await note('owed', null, 'cancelled')
}
