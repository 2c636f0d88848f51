import { Hono } from 'hono'
import type { Context } from './context.ts'
import { ApiError, errorAnswer, invalid } from './errors.ts'
import type { Failures } from './failures.ts'
import type { Keys } from './keys.ts'
import { cancelPayment, capturePayment, createPayment, findPayment, tick } from './payments.ts'
import { type Body, object } from './read.ts'
import { createReceipt, findReceipt } from './receipts.ts'
import { createRefund, findRefund } from './refunds.ts'
import type { Payment } from './state.ts'
import { type Json, paymentView, receiptView, refundView } from './views.ts'

/** `/v3`: payments, refunds, receipts. */
export function apiRoutes(ctx: Context, keys: Keys, failures: Failures): Hono {
  const app = new Hono().basePath('/v3')
  const show = (payment: Payment) => paymentView(ctx.till, payment, ctx.names)
  const post = (path: string, work: (body: Body, id: string) => Json) =>
    app.post(path, async (c) => {
      authenticate(c.req.raw)
      const raw = await c.req.text()
      const key = c.req.header('idempotence-key')
      return await failures.around(c.req.path, key, () =>
        keys.once(key, `${c.req.path} ${raw}`, async () => {
          tick(ctx)
          try {
            return Response.json(work(parse(raw), c.req.param('id') ?? ''))
          } catch (error) {
            if (error instanceof ApiError) return refuse(error)
            throw error
          }
        }),
      )
    })
  const get = (path: string, work: (id: string, query: URLSearchParams) => Json) =>
    app.get(path, async (c) => {
      authenticate(c.req.raw)
      return await failures.around(c.req.path, undefined, async () => {
        tick(ctx)
        return Response.json(work(c.req.param('id') ?? '', new URL(c.req.url).searchParams))
      })
    })

  post('/payments', (body) => show(createPayment(ctx, body)))
  post('/payments/:id/capture', (body, id) => show(capturePayment(ctx, id, body)))
  post('/payments/:id/cancel', (_, id) => show(cancelPayment(ctx, id)))
  post('/refunds', (body) => refundView(createRefund(ctx, body)))
  post('/receipts', (body) => receiptView(createReceipt(ctx, body)))
  get('/payments/:id', (id) => show(findPayment(ctx, id)))
  get('/refunds/:id', (id) => refundView(findRefund(ctx, id)))
  get('/receipts/:id', (id) => receiptView(findReceipt(ctx, id)))
  get('/payments', (_, query) => page(ctx.till.payments, query, show))
  get('/refunds', (_, query) => page(ctx.till.refunds, query, refundView))
  get('/me', () => ({ account_id: ctx.keys.shopId, test: true, status: 'enabled', fiscalization_enabled: true }))

  app.onError((error) => {
    if (error instanceof ApiError) return refuse(error)
    throw error
  })

  function authenticate(request: Request) {
    const { shopId, secretKey } = ctx.keys
    if (request.headers.get('authorization') !== `Basic ${btoa(`${shopId}:${secretKey}`)}`) {
      throw new ApiError(401, 'invalid_credentials', 'Wrong shop id or secret key')
    }
  }
  const refuse = (error: ApiError) => errorAnswer(error, ctx.newId('error'))

  return app
}

function parse(raw: string): Body {
  try {
    return object(JSON.parse(raw === '' ? '{}' : raw), 'body')
  } catch (error) {
    throw error instanceof ApiError ? error : invalid('Not JSON')
  }
}

const MOST = 100
const USUAL = 10

/** Newest first. The cursor is how many were shown already, written so that nobody computes with it. */
function page<T extends { createdAt: number; paymentId?: string }>(
  all: ReadonlyMap<string, T>,
  query: URLSearchParams,
  show: (item: T) => Json,
): Json {
  const limit = Number(query.get('limit') ?? USUAL)
  if (!(limit >= 1 && limit <= MOST)) throw invalid('From 1 to 100', 'limit')
  const bound = (name: string) => {
    const text = query.get(`created_at.${name}`)
    const instant = text === null ? undefined : Date.parse(text)
    if (Number.isNaN(instant)) throw invalid('Not a date', `created_at.${name}`)
    return instant
  }
  const [gte, gt, lte, lt] = [bound('gte'), bound('gt'), bound('lte'), bound('lt')]
  const start = Number((query.get('cursor') ?? 'c0').slice(1))
  if (!Number.isInteger(start)) throw invalid('Not a cursor', 'cursor')
  const paymentId = query.get('payment_id')
  const found = [...all.values()]
    .reverse()
    .filter(({ createdAt: at }) => at >= (gte ?? at) && at > (gt ?? at - 1) && at <= (lte ?? at) && at < (lt ?? at + 1))
    .filter((item) => paymentId === null || item.paymentId === paymentId)
  const items = found.slice(start, start + limit).map(show)
  const next = start + limit
  return { type: 'list', items, ...(found.length > next && { next_cursor: `c${next}` }) }
}
