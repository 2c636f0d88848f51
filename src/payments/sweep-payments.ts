import type { Context } from '../context.ts'
import { errorFields } from '../platform/log.ts'
import { forEachLimited } from '../platform/pool.ts'
import { advancePayment } from './advance-payment.ts'
import { paymentsDue } from './payments.store.ts'

const AT_A_TIME = 100
/** Each asks the provider; a Worker may wait for six calls at once. */
const PARALLEL = 4

/** Looks at all payments that are due: those that a crash left, that nobody told of, or whose visit has changed. */
export async function sweepPayments(ctx: Context): Promise<number> {
  const due = await paymentsDue(ctx.db, AT_A_TIME, ctx.now())
  await forEachLimited(due, PARALLEL, async ({ id }) => {
    try {
      await advancePayment(ctx, id)
    } catch (error) {
      ctx.log.error('payment.failed', { payment_id: id, ...errorFields(error) })
    }
  })
  return due.length
}
