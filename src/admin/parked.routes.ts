import { createRoute, z } from '@hono/zod-openapi'
import { doneBy, idSchema, json, linkHeader, linkNext, newRoutes, pageQuery, problems, readCursor } from '../http.ts'
import { listParked } from '../ops/list-parked.ts'
import { replayParked } from '../ops/replay-parked.ts'
import { ProblemError } from '../platform/problem.ts'
import { formatInZone } from '../platform/time.ts'

export const adminParkedRoutes = newRoutes()
const common = { tags: ['admin'], security: [{ bearer: [] }] }

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
        401: ['unauthenticated'],
        403: ['forbidden'],
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

adminParkedRoutes.openapi(
  createRoute({
    ...common,
    method: 'post',
    path: '/admin/parked/{id}/replay',
    operationId: 'replayParkedWork',
    summary: 'Send parked work to its queue again',
    request: { params: z.object({ id: idSchema }) },
    responses: {
      202: json(z.object({ id: z.int(), key: z.string() }), 'Sent; if it fails again it comes back'),
      ...problems({
        401: ['unauthenticated'],
        403: ['forbidden'],
        404: ['not_found'],
        409: ['already_replayed', 'not_replayable'],
        422: ['validation_failed'],
      }),
    },
  }),
  async (c) => {
    const replayed = await replayParked(c.var.ctx, c.req.valid('param').id, doneBy(c))
    if (!replayed.ok) throw new ProblemError(replayed.refusal)
    return c.json(replayed.value, 202)
  },
)
