import * as z from 'zod'

/** Stripe's words; tolerant in what decides nothing. Sums are hundredths, instants seconds. */
const id = z.string().regex(/^[A-Za-z0-9_]{1,255}$/)
const word = z.string().max(100)
const kopecks = z.int().nonnegative()
const seconds = z.int().positive()
const currency = z.string().regex(/^[a-z]{3}$/)
const metadata = z.record(z.string(), z.string()).nullish().catch(undefined)

const charge = z.object({
  amount_refunded: kopecks,
  created: seconds.optional().catch(undefined),
  payment_method_details: z
    .object({
      type: word.optional(),
      card: z.object({ capture_before: seconds.optional() }).nullish().catch(undefined),
    })
    .nullish()
    .catch(undefined),
})

const intent = z.object({
  id,
  status: z.enum([
    'requires_payment_method',
    'requires_confirmation',
    'requires_action',
    'processing',
    'requires_capture',
    'canceled',
    'succeeded',
  ]),
  cancellation_reason: word.nullish().catch(undefined),
  last_payment_error: z
    .object({ code: word.optional().catch(undefined), decline_code: word.optional().catch(undefined) })
    .nullish()
    .catch(undefined),
  // Asked for as an object; an id only would hide what was refunded.
  latest_charge: charge.nullish(),
})
export type WireIntent = z.output<typeof intent>

/** A page of Stripe's where the client pays, with the payment behind it once he has tried. */
export const wireSession = z.object({
  id,
  object: z.literal('checkout.session'),
  status: z.enum(['open', 'complete', 'expired']),
  amount_total: kopecks,
  currency,
  created: seconds,
  expires_at: seconds,
  livemode: z.boolean(),
  url: z
    .url({ protocol: /^https?$/ })
    .nullish()
    .catch(undefined),
  metadata,
  payment_intent: intent.nullish(),
})
export type WireSession = z.output<typeof wireSession>

export const wireRefund = z.object({
  id,
  object: z.literal('refund'),
  status: z.enum(['pending', 'requires_action', 'succeeded', 'failed', 'canceled']),
  amount: kopecks,
  currency,
  created: seconds,
  payment_intent: id.nullish(),
  failure_reason: word.nullish().catch(undefined),
  metadata,
})
export type WireRefund = z.output<typeof wireRefund>

/** A page is taken apart first: one odd object must not hide the others. */
export const wireList = z.object({ object: z.literal('list'), data: z.array(z.unknown()), has_more: z.boolean() })
/** Where the next page begins. */
export const wireNamed = z.object({ id })

export const wireError = z.object({
  error: z.object({
    type: word,
    code: word.optional().catch(undefined),
    param: z
      .string()
      .regex(/^[\w.[\]-]{1,100}$/)
      .optional()
      .catch(undefined),
  }),
})

/** Only what tells which object to read. */
export const wireEvent = z.object({
  object: z.literal('event'),
  type: z.string().regex(/^[a-z0-9_.]{1,80}$/),
  data: z.object({ object: z.object({ id }) }),
})
