import { createRoute, z } from '@hono/zod-openapi'
import type { Context as HonoContext } from 'hono'
import {
  adminOf,
  adminSecurity,
  bodyIdSchema,
  cleanField,
  doneBy,
  type HttpEnv,
  idempotencyHeader,
  json,
  newRoutes,
  problems,
  refuse,
  requireIdempotencyKey,
} from '../http.ts'
import { type BonusRequest, requestBonusChange } from '../loyalty/request-bonus-change.ts'
import type { ProblemCode } from '../platform/problem.ts'

export const adminBonusRoutes = newRoutes()
const common = { tags: ['admin'], security: adminSecurity, method: 'post' as const }

/** A slip of the finger should not be able to give a fortune away. */
const MAX_POINTS = 1_000_000

const code = z.string().trim().min(1).max(64).openapi({ example: 'ABC12345' })
const reason = cleanField(300)

const changedSchema = z
  .object({
    entry_id: z.int(),
    points: z.int().openapi({ description: 'Negative when points were taken' }),
    balance: z.int(),
    booking_id: z.int().nullable(),
    user_id: z.int(),
  })
  .openapi('BonusChange')

const responsesWith = (more: readonly ProblemCode[]) => ({
  200: {
    ...json(changedSchema, 'Done, or done before with this key'),
    headers: {
      'Idempotency-Replayed': { description: 'true if nothing happened now', schema: { type: 'string' as const } },
    },
  },
  ...problems({
    400: ['malformed_json', 'idempotency_key_required'],
    404: ['user_not_found', 'booking_not_found'],
    409: ['insufficient_balance', ...more],
    422: ['validation_failed', 'idempotency_key_reused'],
  }),
})

adminBonusRoutes.openapi(
  createRoute({
    ...common,
    path: '/admin/bonuses/spend',
    operationId: 'spendBonuses',
    summary: "Write points off by the client's code; the role desk only up to a daily limit",
    request: {
      headers: idempotencyHeader,
      body: {
        required: true,
        content: {
          'application/json': {
            schema: z.strictObject({
              code,
              amount: z.int().positive().max(MAX_POINTS),
              booking_id: bodyIdSchema.nullish(),
              reason,
            }),
          },
        },
      },
    },
    responses: responsesWith([
      'exceeds_price',
      'booking_of_another_client',
      'booking_cancelled',
      'daily_limit_reached',
    ]),
  }),
  async (c) => {
    const { code, amount, booking_id, reason } = c.req.valid('json')
    const key = requireIdempotencyKey(c.req.valid('header')['idempotency-key'])
    const body = await change(c, {
      kind: 'spend',
      code,
      points: -amount,
      bookingId: booking_id ?? null,
      reason,
      idempotencyKey: key,
    })
    return c.json(body, 200)
  },
)

adminBonusRoutes.openapi(
  createRoute({
    ...common,
    path: '/admin/bonuses/adjust',
    operationId: 'adjustBonuses',
    summary: 'Give (positive) or take (negative) points by hand',
    request: {
      headers: idempotencyHeader,
      body: {
        required: true,
        content: {
          'application/json': {
            schema: z.strictObject({
              code,
              amount: z
                .int()
                .min(-MAX_POINTS)
                .max(MAX_POINTS)
                .refine((amount) => amount !== 0, 'must not be zero'),
              reason,
            }),
          },
        },
      },
    },
    responses: responsesWith([]),
  }),
  async (c) => {
    const { code, amount, reason } = c.req.valid('json')
    const key = requireIdempotencyKey(c.req.valid('header')['idempotency-key'])
    const body = await change(c, {
      kind: 'adjustment',
      code,
      points: amount,
      bookingId: null,
      reason,
      idempotencyKey: key,
    })
    return c.json(body, 200)
  },
)

async function change(c: HonoContext<HttpEnv>, request: Omit<BonusRequest, 'by' | 'admin'>) {
  const result = await requestBonusChange(c.var.ctx, { ...request, admin: adminOf(c), by: doneBy(c) })
  if (!result.ok) return refuse(result)
  const { entryId, points, balancePoints, bookingId, replayed, user } = result.value
  if (replayed) c.header('Idempotency-Replayed', 'true')
  return { entry_id: entryId, points, balance: balancePoints, booking_id: bookingId, user_id: user.id }
}
