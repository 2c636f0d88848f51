import * as z from 'zod'

const id = z.int()

/** A payment as the client sees it; sums are kopecks. */
export const payment = z.object({
  id,
  status: z.enum(['pending', 'processing', 'succeeded', 'cancelled', 'returned']),
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
  provider_payment_id: z.string(),
  captured: id,
  refunded: id,
  refunds: z.array(z.object({ amount: id, bonuses: id, status: z.string(), cause: z.string() })),
})
