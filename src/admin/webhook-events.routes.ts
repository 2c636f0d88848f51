import { createRoute, z } from '@hono/zod-openapi'
import {
  adminSecurity,
  doneBy,
  idSchema,
  json,
  jsonBody,
  linkHeader,
  newRoutes,
  pageQuery,
  problems,
  refuse,
} from '../http.ts'
import { ProblemError } from '../platform/problem.ts'
import { parseInstant } from '../platform/time.ts'
import { getWebhookEvent } from '../yclients/get-webhook-event.ts'
import { listWebhookEvents } from '../yclients/list-webhook-events.ts'
import { replayEvents } from '../yclients/replay-events.ts'
import { WEBHOOK_VERDICTS } from '../yclients/verdict.ts'
import {
  eventSchema,
  followedEventSchema,
  renderEvent,
  renderFollowedEvent,
  renderReplay,
  replaySchema,
} from '../yclients/webhook-events.view.ts'

export const adminWebhookEventRoutes = newRoutes()
const common = { tags: ['admin'], security: adminSecurity }

/** Event ids are UUIDs (with a suffix for arrays), so their place in the list is written "instant~id". */
const eventCursor = z
  .string()
  .regex(/^\d{1,15}~[\w:-]{1,64}$/)
  .optional()

const instant = z
  .string()
  .max(40)
  .transform((text, check) => {
    const at = parseInstant(text)
    if (at === undefined) check.addIssue({ code: 'custom', message: 'a time with its offset' })
    return at ?? z.NEVER
  })
  .openapi({ type: 'string', format: 'date-time' })

adminWebhookEventRoutes.openapi(
  createRoute({
    ...common,
    method: 'get',
    path: '/admin/webhook-events',
    operationId: 'listWebhookEvents',
    summary: 'What came by webhook and what became of it, newest first',
    request: {
      query: pageQuery.extend({
        cursor: eventCursor,
        verdict: z.enum(WEBHOOK_VERDICTS).optional(),
        resource: z.string().max(64).optional().openapi({ example: 'record' }),
        resource_id: idSchema.optional().openapi({ description: 'Number of the record or card in YClients' }),
        booking_id: idSchema.optional(),
        from: instant.optional(),
        to: instant.optional(),
      }),
    },
    responses: {
      200: { ...json(z.array(eventSchema), 'One page of events'), headers: linkHeader },
      ...problems({ 422: ['validation_failed'] }),
    },
  }),
  async (c) => {
    const { ctx } = c.var
    const { limit, cursor, resource_id: resourceId, booking_id: bookingId, ...filter } = c.req.valid('query')
    const [at, id] = cursor?.split('~') ?? []
    const before = at !== undefined && id !== undefined ? { at: Number(at), id } : undefined
    const { events, next } = await listWebhookEvents(ctx, { ...filter, resourceId, bookingId, before, limit })
    if (next) {
      const url = new URL(c.req.url)
      url.searchParams.set('cursor', `${next.at}~${next.id}`)
      c.header('Link', `<${url.pathname}${url.search}>; rel="next"`)
    }
    return c.json(
      events.map((event) => renderEvent(event, ctx.config.branchTimezone)),
      200,
    )
  },
)

adminWebhookEventRoutes.openapi(
  createRoute({
    ...common,
    method: 'get',
    path: '/admin/webhook-events/{id}',
    operationId: 'getWebhookEvent',
    summary: 'One event: what it said without the people in it, what it changed, and the bonuses that followed',
    request: { params: z.object({ id: z.string().max(100) }) },
    responses: {
      200: json(followedEventSchema, 'The event'),
      ...problems({ 404: ['not_found'], 422: ['validation_failed'] }),
    },
  }),
  async (c) => {
    const event = await getWebhookEvent(c.var.ctx, c.req.valid('param').id)
    if (!event) throw new ProblemError('not_found')
    return c.json(renderFollowedEvent(event, c.var.ctx.config.branchTimezone), 200)
  },
)

const MAX_IDS = 100
const eventId = z.string().min(1).max(100)
const replayBody = z
  .object({
    ids: z.array(eventId).min(1).max(MAX_IDS).optional(),
    from: instant.optional(),
    to: instant.optional(),
    verdict: z.enum(WEBHOOK_VERDICTS).optional(),
    dry_run: z.boolean().openapi({ description: 'Say what would happen, and do nothing' }),
  })
  .transform(({ ids, from, to, verdict, dry_run: dryRun }, check) => {
    if (ids && from === undefined && to === undefined && verdict === undefined) return { events: { ids }, dryRun }
    if (!ids && from !== undefined && to !== undefined && from < to) return { events: { from, to, verdict }, dryRun }
    check.addIssue({ code: 'custom', message: 'either ids, or from and a later to (and perhaps a verdict)' })
    return z.NEVER
  })

adminWebhookEventRoutes.openapi(
  createRoute({
    ...common,
    method: 'post',
    path: '/admin/webhook-events/replay',
    operationId: 'replayWebhookEvents',
    summary: 'Read the records of these events from YClients again; with dry_run say what that would change',
    request: jsonBody(replayBody),
    responses: {
      200: json(replaySchema, 'A dry run; nothing was changed'),
      202: json(replaySchema, 'Sent to the queue'),
      ...problems({ 409: ['yclients_disabled'], 422: ['validation_failed'] }),
    },
  }),
  async (c) => {
    const { ctx } = c.var
    const request = c.req.valid('json')
    const replay = await replayEvents(ctx, { ...request, by: doneBy(c) })
    if (!replay.ok) return refuse(replay)
    const body = renderReplay(replay.value, request.dryRun, ctx.config.branchTimezone)
    return request.dryRun ? c.json(body, 200) : c.json(body, 202)
  },
)
