import type { Context } from '../../context.ts'
import { isInRanges } from '../../platform/ip-ranges.ts'
import { askProvider, type HttpAnswer } from '../http-answer.ts'
import { noteAnswer } from '../note-answer.ts'
import type { Answer, ListQuery, Notification, PaymentProvider, ReceivedNotification } from '../provider.ts'
import { readList } from '../read-list.ts'
import {
  orderBody,
  receiptOrderBody,
  refundBody,
  translateFailure,
  translatePayment,
  translateReceipt,
  translateRefund,
} from './translate.ts'
import { wireList, wireNotification, wirePayment, wireReceipt, wireRefund } from './wire.ts'

const PAGE = 100

/** https://yookassa.ru/developers/api */
export const yookassa: PaymentProvider = {
  name: 'yookassa',
  sendsReceipts: true,

  createPayment: (ctx, order, key) =>
    call(ctx, { path: '/payments', key, body: orderBody(order, ctx.config.payments.currency) }, paymentIn(ctx)),
  readPayment: (ctx, paymentId) => call(ctx, { path: `/payments/${part(paymentId)}` }, paymentIn(ctx)),
  capturePayment: (ctx, paymentId, key) =>
    call(ctx, { path: `/payments/${part(paymentId)}/capture`, key, body: {} }, paymentIn(ctx)),
  cancelPayment: (ctx, paymentId, key) =>
    call(ctx, { path: `/payments/${part(paymentId)}/cancel`, key, body: {} }, paymentIn(ctx)),
  listPayments: (ctx, query) => call(ctx, { path: `/payments?${listParams(query)}` }, listIn(paymentIn(ctx))),

  createRefund: (ctx, order, key) =>
    call(ctx, { path: '/refunds', key, body: refundBody(order, ctx.config.payments.currency) }, readRefund),
  readRefund: (ctx, refundId) => call(ctx, { path: `/refunds/${part(refundId)}` }, readRefund),
  listRefunds: (ctx, query) => call(ctx, { path: `/refunds?${listParams(query)}` }, listIn(readRefund)),

  sendReceipt: (ctx, order, key) =>
    call(ctx, { path: '/receipts', key, body: receiptOrderBody(order, ctx.config.payments.currency) }, readReceipt),
  readReceipt: (ctx, receiptId) => call(ctx, { path: `/receipts/${part(receiptId)}` }, readReceipt),

  readNotification: async (ctx, received) => readNotification(ctx, received),
}

interface Call {
  readonly path: string
  /** With one it writes. */
  readonly key?: string
  readonly body?: unknown
}

async function call<T>(
  ctx: Context,
  { path, key, body }: Call,
  read: (body: unknown) => T | undefined,
): Promise<Answer<T>> {
  const { baseUrl, shopId, secretKey } = ctx.config.payments.yookassa
  const startedAt = ctx.now()
  const received = await askProvider(ctx.fetch, `${baseUrl}${path}`, {
    method: key === undefined ? 'GET' : 'POST',
    headers: {
      accept: 'application/json',
      'content-type': 'application/json',
      authorization: `Basic ${base64(`${shopId}:${secretKey}`)}`,
      ...(key !== undefined && { 'idempotence-key': key }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const answer = answerOf(received, key !== undefined, read)
  noteAnswer(ctx, 'yookassa', answer, received, startedAt)
  return answer
}

function answerOf<T>(
  received: HttpAnswer | undefined,
  writes: boolean,
  read: (body: unknown) => T | undefined,
): Answer<T> {
  const value = received?.status === 200 ? read(received.body) : undefined
  return value === undefined ? translateFailure(received, writes) : { kind: 'ok', value }
}

const paymentIn = (ctx: Context) => (body: unknown) => {
  const read = wirePayment.safeParse(body)
  return read.success ? translatePayment(read.data, ctx.config.payments.yookassa.shopId) : undefined
}

function readRefund(body: unknown) {
  const read = wireRefund.safeParse(body)
  return read.success ? translateRefund(read.data) : undefined
}

function readReceipt(body: unknown) {
  const read = wireReceipt.safeParse(body)
  return read.success ? translateReceipt(read.data) : undefined
}

const listIn =
  <T>(read: (item: unknown) => T | undefined) =>
  (body: unknown) => {
    const page = wireList.safeParse(body)
    return page.success ? readList(page.data.items, read, page.data.next_cursor ?? undefined) : undefined
  }

function listParams({ from, to, cursor }: ListQuery): URLSearchParams {
  const params = new URLSearchParams({ limit: String(PAGE) })
  params.set('created_at.gte', new Date(from).toISOString())
  params.set('created_at.lt', new Date(to).toISOString())
  if (cursor) params.set('cursor', cursor)
  return params
}

/** Nothing is signed: the address filters cheaply, and of the body only the object's id is used. */
function readNotification(ctx: Context, { rawBody, peerAddress }: ReceivedNotification): Notification {
  if (!isInRanges(peerAddress ?? '', ctx.config.payments.yookassa.senders))
    return { kind: 'rejected', reason: 'sender' }
  const read = wireNotification.safeParse(parse(rawBody))
  if (!read.success) return { kind: 'rejected', reason: 'body' }
  const { event, object } = read.data
  const [kind] = event.split('.')
  return kind === 'payment' || kind === 'refund'
    ? { kind: 'about', object: kind, id: object.id, event }
    : { kind: 'ignored', event }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A key with a letter of another alphabet is a wrong key, and no reason to fall over: btoa takes bytes only. */
const base64 = (text: string) => btoa(String.fromCharCode(...new TextEncoder().encode(text)))

const part = encodeURIComponent
