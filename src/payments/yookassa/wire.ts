import * as z from 'zod'

/**
 * YooKassa's words. Unknown fields are ignored and odd ones that decide nothing are dropped; what decides (ids, states,
 * sums, whether it is a test) has to be right, or the object counts as unread.
 */
const id = z.string().regex(/^[\w.-]{1,64}$/)
const amount = z.object({ value: z.string().regex(/^\d{1,10}(\.\d{1,2})?$/), currency: z.string().regex(/^[A-Z]{3}$/) })
const dateTime = z.string().max(40)
const optionalDateTime = dateTime.nullish().catch(undefined)
const word = z.string().max(64)
const cancellation = z.object({ party: word.optional().catch(undefined), reason: word })
const registration = z.enum(['pending', 'succeeded', 'canceled']).nullish().catch(undefined)
const metadata = z.record(z.string(), z.unknown()).nullish().catch(undefined)

export const wirePayment = z.object({
  id,
  status: z.enum(['pending', 'waiting_for_capture', 'succeeded', 'canceled']),
  amount,
  refunded_amount: amount.nullish(),
  created_at: dateTime,
  captured_at: optionalDateTime,
  expires_at: optionalDateTime,
  test: z.boolean(),
  recipient: z.object({ account_id: word }).nullish().catch(undefined),
  confirmation: z
    .object({ confirmation_url: z.url({ protocol: /^https?$/ }).max(2048) })
    .nullish()
    .catch(undefined),
  cancellation_details: cancellation.nullish().catch(undefined),
  payment_method: z.object({ type: word }).nullish().catch(undefined),
  receipt_registration: registration,
  metadata,
})
export type WirePayment = z.output<typeof wirePayment>

export const wireRefund = z.object({
  id,
  payment_id: id,
  status: z.enum(['pending', 'succeeded', 'canceled']),
  amount,
  created_at: dateTime,
  cancellation_details: cancellation.nullish().catch(undefined),
  receipt_registration: registration,
})
export type WireRefund = z.output<typeof wireRefund>

export const wireReceipt = z.object({ id, status: z.enum(['pending', 'succeeded', 'canceled']) })
export type WireReceipt = z.output<typeof wireReceipt>

/** A page is taken apart first: one odd object must not hide the others. */
export const wireList = z.object({ items: z.array(z.unknown()), next_cursor: z.string().max(512).nullish() })

export const wireError = z.object({
  type: z.literal('error'),
  code: word,
  /** Which field they mean; ours or theirs, but never what it contains. */
  parameter: z
    .string()
    .regex(/^[\w.[\]-]{1,100}$/)
    .optional()
    .catch(undefined),
})

/** Only what tells which object to read. */
export const wireNotification = z.object({
  type: z.literal('notification'),
  event: z.string().regex(/^[a-z_]{1,40}(\.[a-z_]{1,40}){1,2}$/),
  object: z.object({ id }),
})
