import * as z from 'zod'

/**
 * YClients' words, read tolerantly: ids and sums come as numbers or text, an empty object comes as `[]`, keys come and
 * go. A field that is merely odd (a name that is a number) is dropped; a field that decides (ids, dates, sums) and is
 * wrong fails the record, so that it is parked instead of guessed.
 */
export const wireId = z
  .union([
    z.int().nonnegative(),
    z
      .string()
      .trim()
      .regex(/^\d{1,16}$/)
      .transform(Number),
  ])
  .refine((id) => Number.isSafeInteger(id))

export const wireInteger = z.union([
  z.int(),
  z
    .string()
    .trim()
    .regex(/^-?\d{1,9}$/)
    .transform(Number),
])
export const wireMoney = z.union([z.number(), z.string().max(32)])
export const wireText = z.string().nullish().catch(undefined)
export const wireFlag = z.union([
  z.boolean(),
  z.literal([0, 1]).transform(Boolean),
  z.literal(['0', '1']).transform((v) => v === '1'),
])

/** PHP writes an empty map as `[]`. */
const emptyArrayAsNull = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (Array.isArray(value) && value.length === 0 ? null : value), schema)

const phoneText = z
  .union([z.string(), z.number().transform(String)])
  .nullish()
  .catch(undefined)

const client = z.object({
  id: wireId.nullish().catch(undefined),
  name: wireText,
  surname: wireText,
  display_name: wireText,
  phone: phoneText,
  email: wireText,
})

const service = z.object({
  id: wireId.nullish().catch(undefined),
  title: wireText,
  cost: wireMoney.nullish(),
  manual_cost: wireMoney.nullish(),
  first_cost: wireMoney.nullish(),
  amount: z.coerce.number().positive().nullish().catch(undefined),
})

export const wireRecord = z.object({
  id: wireId,
  company_id: wireId.nullish(),
  staff_id: wireId.nullish(),
  services: z.array(service).max(50).nullish(),
  client: emptyArrayAsNull(client.nullish()),
  date: z.string().max(40).nullish(),
  datetime: z.string().max(40).nullish(),
  create_date: wireText,
  last_change_date: z.string().max(40).nullish(),
  comment: wireText,
  api_id: wireText,
  visit_id: wireId.nullish().catch(undefined),
  attendance: wireInteger.nullish(),
  visit_attendance: wireInteger.nullish(),
  seance_length: wireInteger.nullish(),
  length: wireInteger.nullish(),
  deleted: wireFlag.nullish(),
})
export type WireRecord = z.output<typeof wireRecord>

/** A list is taken apart first and its records are read one by one: a bad one must not hide the good ones. */
export const wireList = z.array(z.unknown())

export const wireClientEvent = client.extend({ id: wireId, last_change_date: wireText })
export type WireClientEvent = z.output<typeof wireClientEvent>

export const wireWebhook = z.object({
  company_id: wireId,
  resource: z.string().min(1).max(64),
  resource_id: wireId,
  status: z.string().min(1).max(32),
  data: z.unknown(),
})
export type WireWebhook = z.output<typeof wireWebhook>

/** An automation tool between YClients and us may wrap the event in an array. */
export const MAX_EVENTS_PER_BODY = 50
export const wireWebhookBody = z.union([
  wireWebhook.transform((event) => [event]),
  z.array(wireWebhook).min(1).max(MAX_EVENTS_PER_BODY),
])

/** Just the number, to name a record that cannot be read otherwise. */
export const wireRecordNumber = z.object({ id: wireId })

/** Of a booking with one appointment. */
export const wireBooked = z
  .tuple([z.object({ record_id: wireId, record_hash: wireText })])
  .transform(([booked]) => booked)

/** The record that an administrator's write answers with, bare or as a list of one. */
const written = z.object({ id: wireId, last_change_date: wireText })
export const wireWritten = z.union([written, z.tuple([written]).transform(([only]) => only)])

/** What of a record has to be written back, as it was, when it is replaced. */
export const wireReplaceable = z.object({
  staff_id: wireId,
  date: wireText,
  datetime: wireText,
  seance_length: wireInteger.nullish(),
  services: z
    .array(
      z.object({
        id: wireId,
        first_cost: wireMoney.nullish(),
        discount: wireMoney.nullish(),
        cost: wireMoney.nullish(),
        amount: z.coerce.number().positive().nullish().catch(undefined),
      }),
    )
    .nullish(),
  client: emptyArrayAsNull(
    z
      .object({
        id: wireId,
        name: wireText,
        surname: wireText,
        patronymic: wireText,
        phone: phoneText,
        email: wireText,
      })
      .nullish(),
  ),
  comment: wireText,
  api_id: wireText,
  attendance: wireInteger.nullish(),
  custom_color: wireText,
  custom_fields: z.unknown(),
  record_labels: z
    .array(z.object({ id: z.union([z.string(), z.number()]) }))
    .nullish()
    .catch(undefined),
  sms_remain_hours: wireInteger.nullish().catch(undefined),
  email_remain_hours: wireInteger.nullish().catch(undefined),
})
export type WireReplaceable = z.output<typeof wireReplaceable>
