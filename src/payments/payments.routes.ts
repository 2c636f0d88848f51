import { createRoute, z } from '@hono/zod-openapi'
import {
  addressOf,
  bodyIdSchema,
  clientOf,
  clientSecurity,
  idempotencyHeader,
  idSchema,
  json,
  jsonBody,
  newRoutes,
  problems,
  refuse,
  requireIdempotencyKey,
} from '../http.ts'
import { ProblemError } from '../platform/problem.ts'
import { acceptNotification } from './accept-notification.ts'
import { getPayment, viewOf } from './get-payment.ts'
import { paymentSchema, renderPayment } from './payment.view.ts'
import { startPayment } from './start-payment.ts'

export const paymentRoutes = newRoutes()
const common = { tags: ['payments'], security: clientSecurity }

paymentRoutes.openapi(
  createRoute({
    ...common,
    method: 'post',
    path: '/payments',
    operationId: 'startPayment',
    summary: 'Pay for a hold, with bonuses as part of the price; the hold lives as long as it can be paid',
    request: {
      headers: idempotencyHeader,
      ...jsonBody(
        z.strictObject({
          booking_id: bodyIdSchema,
          use_bonuses: z
            .union([z.boolean(), z.int().min(0).max(1_000_000_000)])
            .default(false)
            .openapi({ description: 'So many points; true: as many as allowed' }),
          return_url: z.string().min(8).max(2048).openapi({ description: 'https, or an address of the app' }),
        }),
      ),
    },
    responses: {
      201: {
        ...json(paymentSchema, 'Begun, or begun before with this key'),
        headers: {
          'Idempotency-Replayed': { description: 'true if nothing happened now', schema: { type: 'string' } },
        },
      },
      ...problems({
        400: ['malformed_json', 'idempotency_key_required'],
        404: ['booking_not_found'],
        409: [
          'payments_disabled',
          'not_a_hold',
          'hold_expired',
          'payment_open',
          'nothing_to_pay',
          'bonus_share_exceeded',
          'insufficient_balance',
        ],
        422: ['validation_failed', 'return_url_refused', 'idempotency_key_reused'],
      }),
    },
  }),
  async (c) => {
    const { ctx, language } = c.var
    const { booking_id, use_bonuses, return_url } = c.req.valid('json')
    const started = await startPayment(ctx, {
      userId: clientOf(c).id,
      bookingId: booking_id,
      useBonuses: use_bonuses === true ? 'most' : use_bonuses === false ? 0 : use_bonuses,
      returnUrl: return_url,
      idempotencyKey: requireIdempotencyKey(c.req.valid('header')['idempotency-key']),
    })
    if (!started.ok) return refuse(started)
    if (started.value.replayed) c.header('Idempotency-Replayed', 'true')
    const view = await viewOf(ctx, started.value.payment)
    return c.json(renderPayment(view, ctx.config.branchTimezone, language), 201)
  },
)

paymentRoutes.openapi(
  createRoute({
    ...common,
    method: 'get',
    path: '/payments/{id}',
    operationId: 'getPayment',
    summary: 'A payment as it is now; the provider is asked when the last answer is older than some seconds',
    request: { params: z.object({ id: idSchema }) },
    responses: {
      200: json(paymentSchema, 'The payment'),
      ...problems({ 404: ['payment_not_found'], 422: ['validation_failed'] }),
    },
  }),
  async (c) => {
    const { ctx, language } = c.var
    const view = await getPayment(ctx, c.req.valid('param').id, clientOf(c).id)
    if (!view) throw new ProblemError('payment_not_found')
    return c.json(renderPayment(view, ctx.config.branchTimezone, language), 200)
  },
)

paymentRoutes.openapi(
  createRoute({
    method: 'post',
    path: '/payments/notifications/{provider}',
    operationId: 'receivePaymentNotification',
    tags: ['payments'],
    summary: 'Where the payment provider tells what has happened; known by its address or its signature',
    security: [],
    request: {
      params: z.object({ provider: z.enum(['yookassa', 'stripe']) }),
      // Of any declared type, because signatures are over the bytes that came.
      body: { required: true, content: { '*/*': { schema: z.string() } } },
    },
    responses: {
      200: json(z.object({ accepted: z.literal(true) }), 'Taken; the object itself is read by the queue'),
      ...problems({
        400: ['malformed_json'],
        403: ['notification_refused'],
        404: ['not_found'],
        413: ['body_too_large'],
        422: ['validation_failed'],
      }),
    },
  }),
  async (c) => {
    const accepted = await acceptNotification(c.var.ctx, c.req.valid('param').provider, {
      headers: c.req.raw.headers,
      rawBody: await c.req.text(),
      peerAddress: addressOf(c),
    })
    if (!accepted.ok) return refuse(accepted)
    return c.json({ accepted: true as const }, 200)
  },
)
