import { createRoute, z } from '@hono/zod-openapi'
import {
  adminOf,
  adminSecurity,
  doneBy,
  idempotencyHeader,
  idSchema,
  json,
  jsonBody,
  linkCursor,
  linkHeader,
  newRoutes,
  pageQuery,
  problems,
  refuse,
  requireIdempotencyKey,
} from '../http.ts'
import { ProblemError } from '../platform/problem.ts'
import { cleanText } from '../platform/text.ts'
import { adminPaymentSchema, renderAdminPayment, renderWholePayment, wholePaymentSchema } from './admin-payment.view.ts'
import { closePaymentException, findPayment, listPayments } from './list-payments.ts'
import { refundPayment } from './refund-payment.ts'

export const adminPaymentRoutes = newRoutes()
const common = { tags: ['admin'], security: adminSecurity }
const params = z.object({ id: idSchema })

for (const { path, operationId, summary, onlyExceptions } of [
  { path: '/admin/payments', operationId: 'listPayments', summary: 'Payments, newest first', onlyExceptions: false },
  {
    path: '/admin/payments/exceptions',
    operationId: 'listPaymentExceptions',
    summary: 'Payments that somebody should look at',
    onlyExceptions: true,
  },
] as const) {
  adminPaymentRoutes.openapi(
    createRoute({
      ...common,
      method: 'get',
      path,
      operationId,
      summary,
      request: { query: pageQuery },
      responses: {
        200: { ...json(z.array(adminPaymentSchema), 'One page'), headers: linkHeader },
        ...problems({ 400: ['invalid_cursor'], 422: ['validation_failed'] }),
      },
    }),
    async (c) => {
      const { ctx, language } = c.var
      const { limit, cursor } = c.req.valid('query')
      if (cursor !== undefined && !/^\d{1,15}$/.test(cursor)) throw new ProblemError('invalid_cursor')
      const beforeId = cursor === undefined ? Number.MAX_SAFE_INTEGER : Number(cursor)
      const { payments, next } = await listPayments(ctx, { beforeId, limit, onlyExceptions })
      linkCursor(c, next === undefined ? undefined : String(next))
      const zone = ctx.config.branchTimezone
      return c.json(
        payments.map((payment) => renderAdminPayment(payment, zone, language)),
        200,
      )
    },
  )
}

adminPaymentRoutes.openapi(
  createRoute({
    ...common,
    method: 'get',
    path: '/admin/payments/{id}',
    operationId: 'findPayment',
    summary: 'A payment with its refunds and the receipt that is owed',
    request: { params },
    responses: {
      200: json(wholePaymentSchema, 'The payment'),
      ...problems({ 404: ['payment_not_found'], 422: ['validation_failed'] }),
    },
  }),
  async (c) => {
    const { ctx, language } = c.var
    const whole = await findPayment(ctx, c.req.valid('param').id)
    if (!whole) throw new ProblemError('payment_not_found')
    return c.json(renderWholePayment(whole, ctx.config.branchTimezone, language), 200)
  },
)

adminPaymentRoutes.openapi(
  createRoute({
    ...common,
    method: 'post',
    path: '/admin/payments/{id}/refund',
    operationId: 'refundPayment',
    summary: 'Give money back, all that is left or a part; large sums only the owner',
    request: {
      params,
      headers: idempotencyHeader,
      ...jsonBody(
        z.strictObject({
          amount: z.int().positive().max(10_000_000_000).optional().openapi({ description: 'Kopecks' }),
          reason: z
            .string()
            .max(300)
            .transform((text) => cleanText(text, 300) ?? '')
            .pipe(z.string().min(1))
            .openapi({ type: 'string', minLength: 1, maxLength: 300 }),
        }),
      ),
    },
    responses: {
      200: {
        ...json(wholePaymentSchema, 'The payment as it is now'),
        headers: {
          'Idempotency-Replayed': { description: 'true if nothing happened now', schema: { type: 'string' } },
        },
      },
      ...problems({
        400: ['malformed_json', 'idempotency_key_required'],
        403: ['refund_needs_owner'],
        404: ['payment_not_found'],
        409: ['payment_not_refundable', 'refund_exceeds_payment'],
        422: ['validation_failed', 'idempotency_key_reused'],
      }),
    },
  }),
  async (c) => {
    const { ctx, language } = c.var
    const { amount, reason } = c.req.valid('json')
    const { id } = c.req.valid('param')
    const refunded = await refundPayment(ctx, {
      paymentId: id,
      amountKopecks: amount,
      reason,
      idempotencyKey: requireIdempotencyKey(c.req.valid('header')['idempotency-key']),
      admin: adminOf(c),
      by: doneBy(c),
    })
    if (!refunded.ok) return refuse(refunded)
    if (refunded.value.replayed) c.header('Idempotency-Replayed', 'true')
    const whole = await findPayment(ctx, id)
    if (!whole) throw new ProblemError('payment_not_found')
    return c.json(renderWholePayment(whole, ctx.config.branchTimezone, language), 200)
  },
)

adminPaymentRoutes.openapi(
  createRoute({
    ...common,
    method: 'post',
    path: '/admin/payments/{id}/close-exception',
    operationId: 'closePaymentException',
    summary: 'Somebody has looked at it, and nothing is left to do',
    request: { params },
    responses: {
      204: { description: 'Closed' },
      ...problems({ 409: ['no_exception'], 422: ['validation_failed'] }),
    },
  }),
  async (c) => {
    const closed = await closePaymentException(c.var.ctx, c.req.valid('param').id, doneBy(c))
    if (!closed) throw new ProblemError('no_exception')
    return c.body(null, 204)
  },
)
