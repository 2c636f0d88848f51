import * as z from 'zod'

const ids = z.string().max(500).optional()
const trace = z.object({ event_id: ids, run_id: ids, request_id: ids })

/**
 * What travels through the queues. Messages are parsed again when they arrive: an older version of this Worker, or a
 * replay of parked work, may have written them.
 */
export const eventMessage = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('webhook'),
    eventId: z.string().min(1).max(64),
    receivedAt: z.int(),
    /** The body as it came; taken apart by the consumer, so that the door answers at once and loses nothing. */
    raw: z.string(),
  }),
  /** Bring a client's ledger in line with the visits; `trace` is what moved them. */
  z.object({ kind: z.literal('settle'), userId: z.int().positive(), trace: trace.optional() }),
  /** Tell YClients what it still has to be told of this booking. */
  z.object({ kind: z.literal('write-booking'), bookingId: z.int().positive() }),
  /** Bring the catalog in line with YClients. */
  z.object({ kind: z.literal('sync-catalog') }),
  /** Take a record out of YClients' journal that was written to see its webhooks; `since` is before it was. */
  z.object({ kind: z.literal('remove-test-record'), apiId: z.string().min(1).max(100), since: z.int() }),
  /** Go on with a proof of the ledger. */
  z.object({ kind: z.literal('verify-ledger'), checkId: z.int().positive() }),
  /** The provider has something to say of this payment, or of this refund: read it. */
  z.object({
    kind: z.literal('payment-notice'),
    provider: z.enum(['yookassa', 'stripe']),
    object: z.enum(['payment', 'refund']),
    id: z.string().min(1).max(100),
    trace: trace.optional(),
  }),
  /** Take a payment as far as it can go; something has happened to its visit. */
  z.object({ kind: z.literal('advance-payment'), paymentId: z.int().positive(), trace: trace.optional() }),
  /** Read this record from the API and apply it. */
  z.object({ kind: z.literal('read-record'), companyId: z.int(), recordId: z.int(), trace: trace.optional() }),
])
export type EventMessage = z.infer<typeof eventMessage>
export type PaymentNotice = Extract<EventMessage, { kind: 'payment-notice' }>
export type WebhookMessage = Extract<EventMessage, { kind: 'webhook' }>

export const syncMessage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('sync-page'), runId: z.int().positive(), page: z.int().positive() }),
  /** Ask for the records that a full run did not show, from this booking on. */
  z.object({ kind: z.literal('sync-verify'), runId: z.int().positive(), afterBookingId: z.int().nonnegative() }),
])
export type SyncMessage = z.infer<typeof syncMessage>

/** A message to a person. */
export const outgoingMessage = z.object({
  kind: z.literal('send-message'),
  /** Names it when it is parked. */
  id: z.string().min(1).max(64),
  channel: z.enum(['sms', 'email']),
  /** E.164 or a mail address. */
  to: z.string().min(3).max(254),
  /** Of a mail; SMS have none. */
  subject: z.string().max(200),
  text: z.string().min(1).max(2000),
  /** One-time codes are worthless afterwards: such a message is neither sent late nor kept. NULL = always worth sending. */
  expiresAt: z.int().nullable(),
})
export type OutgoingMessage = z.infer<typeof outgoingMessage>

/** What clients are told of their visits and bonuses; the words are made when it is sent. */
export const noticeMessage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('send-notice'), noticeId: z.int().positive() }),
  /** Something has happened that somebody may have to be told. */
  z.object({ kind: z.literal('fill-outbox') }),
])
export type NoticeMessage = z.infer<typeof noticeMessage>
export type SendNotice = Extract<NoticeMessage, { kind: 'send-notice' }>

/** Everything of the queue of messages to people. */
export const peopleMessage = z.union([outgoingMessage, noticeMessage])
export type PeopleMessage = z.infer<typeof peopleMessage>

/** Work that is parked when it is given up on. */
export const parkableMessage = z.union([eventMessage, outgoingMessage, noticeMessage])
export type ParkableMessage = z.infer<typeof parkableMessage>
