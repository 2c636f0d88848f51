import { createRoute, z } from '@hono/zod-openapi'
import {
  adminSecurity,
  doneBy,
  idSchema,
  json,
  linkHeader,
  linkNext,
  newRoutes,
  pageQuery,
  problems,
  readCursor,
  refuse,
} from '../http.ts'
import { dismissParked, replayParked } from '../ops/close-parked.ts'
import { listParked } from '../ops/list-parked.ts'
import { formatInZone } from '../platform/time.ts'

export const adminParkedRoutes = newRoutes()
const common = { tags: ['admin'], security: adminSecurity }

const parkedSchema = z
  .object({
    id: z.int(),
    key: z.string().openapi({ description: 'What it is about' }),
    reason: z.string(),
    times_parked: z.int(),
    parked_at: z.string().openapi({ format: 'date-time' }),
  })
  .openapi('ParkedWork')

adminParkedRoutes.openapi(
  createRoute({
    ...common,
    method: 'get',
    path: '/admin/parked',
    operationId: 'listParkedWork',
    summary: 'Work that was given up on and waits for a person',
    request: { query: pageQuery },
    responses: {
      200: { ...json(z.array(parkedSchema), 'One page of parked work'), headers: linkHeader },
      ...problems({
        400: ['invalid_cursor'],
        422: ['validation_failed'],
      }),
    },
  }),
  async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const { parked, nextAfterId } = await listParked(c.var.ctx, { afterId: readCursor(cursor)?.id ?? 0, limit })
    linkNext(c, nextAfterId === undefined ? undefined : { at: 0, id: nextAfterId })
    const zone = c.var.ctx.config.branchTimezone
    return c.json(
      parked.map(({ id, key, reason, timesParked, parkedAt }) => ({
        id,
        key,
        reason,
        times_parked: timesParked,
        parked_at: formatInZone(parkedAt, zone),
      })),
      200,
    )
  },
)

for (const { verb, path, operationId, summary, description } of [
  {
    verb: replayParked,
    path: '/admin/parked/{id}/replay',
    operationId: 'replayParkedWork',
    summary: 'Send parked work to its queue again',
    description: 'Sent; if it fails again it comes back',
  },
  {
    verb: dismissParked,
    path: '/admin/parked/{id}/dismiss',
    operationId: 'dismissParkedWork',
    summary: 'Take parked work off the list: it was dealt with otherwise',
    description: 'Off the list',
  },
] as const) {
  adminParkedRoutes.openapi(
    createRoute({
      ...common,
      method: 'post',
      path,
      operationId,
      summary,
      request: { params: z.object({ id: idSchema }) },
      responses: {
        202: json(z.object({ id: z.int(), key: z.string() }), description),
        ...problems({
          404: ['not_found'],
          409: ['already_replayed', 'not_replayable'],
          422: ['validation_failed'],
        }),
      },
    }),
    async (c) => {
      const closed = await verb(c.var.ctx, c.req.valid('param').id, doneBy(c))
      if (!closed.ok) return refuse(closed)
      return c.json(closed.value, 202)
    },
  )
}
