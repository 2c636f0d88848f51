import type { Context } from '../context.ts'
import { errorFields } from '../platform/log.ts'

/** Has payments looked at by the queue, because something has happened to their visit. What is lost here the cron finds. */
export async function wakePayments(ctx: Context, payments: readonly { readonly id: number }[]): Promise<void> {
  for (const { id } of payments) {
    try {
      await ctx.events.send({ kind: 'advance-payment', paymentId: id, trace: ctx.trace })
    } catch (error) {
      ctx.log.error('payment.not_woken', { payment_id: id, ...errorFields(error) })
    }
  }
}
