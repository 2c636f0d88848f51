import * as z from 'zod'

const id = z.int()
const status = z.enum(['pending', 'processing', 'succeeded', 'cancelled', 'returned'])

/** A payment as the client sees it; sums are kopecks. */
export const payment = z.object({
  id,
  status,
  amount: id,
  bonuses: id,
  confirmation_url: z.string().nullable(),
  refund_policy: z.string(),
  reason_code: z.string().nullable(),
  reason: z.string().nullable(),
  time_is_free: z.boolean().nullable(),
  refunded: id,
})

/** The same as administrators see it. */
export const adminPayment = z.object({
  status,
  provider_payment_id: z.string(),
  captured: id,
  refunded: id,
  refunds: z.array(z.object({ amount: id, bonuses: id, status: z.string(), cause: z.string() })),
})
