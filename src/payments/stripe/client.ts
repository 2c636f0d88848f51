import type { Context } from '../../context.ts'
import { askProvider } from '../http-answer.ts'
import { noteAnswer } from '../note-answer.ts'
import type {
  Answer,
  Listed,
  ListQuery,
  Notification,
  PaymentProvider,
  ProviderPayment,
  ReceivedNotification,
} from '../provider.ts'
import { readList } from '../read-list.ts'
import { checkSignature } from './signature.ts'
import { sessionFields, translateFailure, translateRefund, translateSession } from './translate.ts'
import { type WireSession, wireEvent, wireList, wireNamed, wireRefund, wireSession } from './wire.ts'

/** What the words in `wire.ts` were written for; without it the account's own version answers. */
const VERSION = '2024-06-20'
const PAGE = '100'
const EXPANDED = 'payment_intent.latest_charge'

/**
 * https://docs.stripe.com/api. A payment is a Checkout Session, which has the page and an end, and the PaymentIntent behind
 * it, which has the money; the session's id stands for both, and `readPayment` takes either.
 */
export const stripe: PaymentProvider = {
  name: 'stripe',
  sendsReceipts: false,

  createPayment: (ctx, order, key) =>
    call(
      ctx,
      { path: '/v1/checkout/sessions', key, fields: expanded(sessionFields(order, currencyOf(ctx))) },
      readPayment,
    ),
  readPayment: async (ctx, paymentId) => mapped(await findSession(ctx, paymentId), translateSession),
  capturePayment: (ctx, paymentId, key) => changeIntent(ctx, paymentId, 'capture', key),
  cancelPayment,
  listPayments: (ctx, query) =>
    list(ctx, 'checkout/sessions', { ...listFields(query), 'expand[]': `data.${EXPANDED}` }, readPayment),

  async createRefund(ctx, order, key) {
    const session = await findSession(ctx, order.paymentId)
    if (session.kind !== 'ok') return session
    const intent = session.value.payment_intent
    if (!intent) return WRONG_STATE
    const fields = {
      payment_intent: intent.id,
      amount: String(order.amountKopecks),
      reason: 'requested_by_customer',
      'metadata[session_id]': session.value.id,
    }
    return await call(ctx, { path: '/v1/refunds', key, fields }, readRefund)
  },
  readRefund: (ctx, refundId) => call(ctx, { path: `/v1/refunds/${part(refundId)}` }, readRefund),
  listRefunds: (ctx, query) => list(ctx, 'refunds', listFields(query), readRefund),

  sendReceipt: async () => NOT_SUPPORTED,
  readReceipt: async () => NOT_SUPPORTED,

  readNotification,
}

const WRONG_STATE = { kind: 'refused', code: 'wrong_state', parameter: undefined } as const
const NOT_SUPPORTED = { kind: 'refused', code: 'not_supported', parameter: undefined } as const

/** Of a page that nobody paid on, the page ends; of blocked money, the payment. */
async function cancelPayment(ctx: Context, paymentId: string, key: string): Promise<Answer<ProviderPayment>> {
  const session = await findSession(ctx, paymentId)
  if (session.kind !== 'ok') return session
  if (session.value.payment_intent?.status === 'requires_capture') return changeIntent(ctx, paymentId, 'cancel', key)
  if (session.value.status !== 'open') return WRONG_STATE
  const path = `/v1/checkout/sessions/${part(session.value.id)}/expire`
  return await call(ctx, { path, key, fields: expanded({}) }, readPayment)
}

/** Answers with the payment as it is afterwards. */
async function changeIntent(
  ctx: Context,
  paymentId: string,
  verb: 'capture' | 'cancel',
  key: string,
): Promise<Answer<ProviderPayment>> {
  const session = await findSession(ctx, paymentId)
  if (session.kind !== 'ok') return session
  const intent = session.value.payment_intent
  if (!intent) return WRONG_STATE
  const changed = await call(
    ctx,
    { path: `/v1/payment_intents/${part(intent.id)}/${verb}`, key, fields: {} },
    readNamed,
  )
  if (changed.kind !== 'ok') return changed
  const after = await findSession(ctx, session.value.id)
  // It was done; a repetition with the same key finds out what became of it.
  return after.kind === 'unavailable' ? { kind: 'unknown' } : mapped(after, translateSession)
}

async function findSession(ctx: Context, id: string): Promise<Answer<WireSession>> {
  if (!id.startsWith('pi_')) {
    const path = `/v1/checkout/sessions/${part(id)}?${new URLSearchParams({ 'expand[]': EXPANDED })}`
    return await call(ctx, { path }, readSession)
  }
  const fields = { payment_intent: id, limit: '1', 'expand[]': `data.${EXPANDED}` }
  const path = `/v1/checkout/sessions?${new URLSearchParams(fields)}`
  const found = await call(ctx, { path }, (body) => wireList.safeParse(body).data?.data)
  if (found.kind !== 'ok') return found
  const [first] = found.value
  if (first === undefined) return { kind: 'refused', code: 'not_found', parameter: undefined }
  const session = readSession(first)
  return session ? { kind: 'ok', value: session } : { kind: 'unavailable' }
}

async function list<T>(
  ctx: Context,
  what: string,
  fields: Record<string, string>,
  read: (item: unknown) => T | undefined,
): Promise<Answer<Listed<T>>> {
  return await call(ctx, { path: `/v1/${what}?${new URLSearchParams(fields)}` }, (body) => {
    const page = wireList.safeParse(body).data
    const last = wireNamed.safeParse(page?.data.at(-1)).data
    return page && readList(page.data, read, page.has_more ? last?.id : undefined)
  })
}

function listFields({ from, to, cursor }: ListQuery): Record<string, string> {
  return {
    limit: PAGE,
    'created[gte]': String(Math.ceil(from / 1000)),
    'created[lt]': String(Math.ceil(to / 1000)),
    ...(cursor !== undefined && { starting_after: cursor }),
  }
}

interface Call {
  readonly path: string
  /** With one it writes. */
  readonly key?: string
  readonly fields?: Record<string, string>
}

async function call<T>(
  ctx: Context,
  { path, key, fields }: Call,
  read: (body: unknown) => T | undefined,
): Promise<Answer<T>> {
  const { baseUrl, secretKey } = ctx.config.payments.stripe
  const startedAt = ctx.now()
  const writes = key !== undefined
  const received = await askProvider(ctx.fetch, `${baseUrl}${path}`, {
    method: writes ? 'POST' : 'GET',
    headers: {
      authorization: `Bearer ${secretKey}`,
      'stripe-version': VERSION,
      ...(writes && { 'idempotency-key': key, 'content-type': 'application/x-www-form-urlencoded' }),
    },
    ...(fields && { body: new URLSearchParams(fields).toString() }),
  })
  const value = received?.status === 200 ? read(received.body) : undefined
  const answer: Answer<T> = value === undefined ? translateFailure(received, writes) : { kind: 'ok', value }
  noteAnswer(ctx, 'stripe', answer, received, startedAt)
  return answer
}

const readSession = (body: unknown) => wireSession.safeParse(body).data
const readNamed = (body: unknown) => wireNamed.safeParse(body).data

function readPayment(body: unknown): ProviderPayment | undefined {
  const session = readSession(body)
  return session && translateSession(session)
}

function readRefund(body: unknown) {
  const refund = wireRefund.safeParse(body).data
  return refund && translateRefund(refund)
}

/** Signed, so nobody else can write them; the object is read all the same, because events come late and out of order. */
async function readNotification(ctx: Context, { headers, rawBody }: ReceivedNotification): Promise<Notification> {
  const secret = ctx.config.payments.stripe.webhookSecret
  const verdict = await checkSignature(headers.get('stripe-signature'), rawBody, secret, ctx.now())
  if (verdict !== 'genuine') return { kind: 'rejected', reason: verdict }
  const event = wireEvent.safeParse(parse(rawBody)).data
  if (!event) return { kind: 'rejected', reason: 'body' }
  const { id } = event.data.object
  if (/^(checkout\.session|payment_intent)\./.test(event.type)) {
    return { kind: 'about', object: 'payment', id, event: event.type }
  }
  if (/^(refund|charge\.refund)\./.test(event.type)) return { kind: 'about', object: 'refund', id, event: event.type }
  return { kind: 'ignored', event: event.type }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function mapped<T, U>(answer: Answer<T>, map: (value: T) => U): Answer<U> {
  return answer.kind === 'ok' ? { kind: 'ok', value: map(answer.value) } : answer
}

const expanded = (fields: Record<string, string>) => ({ ...fields, 'expand[]': EXPANDED })
const currencyOf = (ctx: Context) => ctx.config.payments.currency
const part = encodeURIComponent
