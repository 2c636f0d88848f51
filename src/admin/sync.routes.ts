import { createRoute, z } from '@hono/zod-openapi'
import {
  adminSecurity,
  idSchema,
  json,
  linkHeader,
  linkNext,
  newRoutes,
  pageQuery,
  problems,
  readCursor,
} from '../http.ts'
import { ProblemError } from '../platform/problem.ts'
import { formatInZone } from '../platform/time.ts'
import { getSyncRun, listSyncRuns } from '../yclients/list-sync-runs.ts'
import { listWebhookEvents } from '../yclients/list-webhook-events.ts'
import { renderSyncRun, syncRunSchema } from '../yclients/sync.view.ts'
import { WEBHOOK_VERDICTS } from '../yclients/verdict.ts'

export const adminSyncRoutes = newRoutes()
const common = { tags: ['admin'], security: adminSecurity, method: 'get' as const }

adminSyncRoutes.openapi(
  createRoute({
    ...common,
    path: '/admin/sync-runs',
    operationId: 'listSyncRuns',
    summary: 'Sync runs, newest first',
    request: { query: pageQuery },
    responses: {
      200: { ...json(z.array(syncRunSchema), 'One page of runs'), headers: linkHeader },
      ...problems({
        400: ['invalid_cursor'],
        422: ['validation_failed'],
      }),
    },
  }),
  async (c) => {
    const { ctx } = c.var
    const { limit, cursor } = c.req.valid('query')
    const { runs, nextBeforeId } = await listSyncRuns(ctx, {
      beforeId: readCursor(cursor)?.id ?? Number.MAX_SAFE_INTEGER,
      limit,
    })
    linkNext(c, nextBeforeId === undefined ? undefined : { at: 0, id: nextBeforeId })
    return c.json(
      runs.map((run) => renderSyncRun(run, ctx.config.branchTimezone)),
      200,
    )
  },
)

adminSyncRoutes.openapi(
  createRoute({
    ...common,
    path: '/admin/sync-runs/{id}',
    operationId: 'getSyncRun',
    summary: 'One sync run, also while it goes on',
    request: { params: z.object({ id: idSchema }) },
    responses: {
      200: json(syncRunSchema, 'The run'),
      ...problems({ 404: ['not_found'], 422: ['validation_failed'] }),
    },
  }),
  async (c) => {
    const run = await getSyncRun(c.var.ctx, c.req.valid('param').id)
    if (!run) throw new ProblemError('not_found')
    return c.json(renderSyncRun(run, c.var.ctx.config.branchTimezone), 200)
  },
)

const eventSchema = z
  .object({
    id: z.string(),
    received_at: z.string().openapi({ format: 'date-time' }),
    company_id: z.int().nullable(),
    resource: z.string().nullable(),
    resource_id: z.int().nullable(),
    status: z.string().nullable(),
    verdict: z.enum(WEBHOOK_VERDICTS),
    booking_id: z.int().nullable(),
    attempts: z.int(),
    error: z.string().nullable(),
    processed_at: z.string().nullable().openapi({ format: 'date-time' }),
  })
  .openapi('WebhookEvent')

/** Event ids are UUIDs (with a suffix for arrays), so their place in the list is written "instant~id". */
const eventCursor = z
  .string()
  .regex(/^\d{1,15}~[\w:-]{1,64}$/)
  .optional()

adminSyncRoutes.openapi(
  createRoute({
    ...common,
    path: '/admin/webhook-events',
    operationId: 'listWebhookEvents',
    summary: 'What came by webhook and what became of it, newest first',
    request: { query: pageQuery.extend({ cursor: eventCursor, verdict: z.enum(WEBHOOK_VERDICTS).optional() }) },
    responses: {
      200: { ...json(z.array(eventSchema), 'One page of events'), headers: linkHeader },
      ...problems({ 422: ['validation_failed'] }),
    },
  }),
  async (c) => {
    const { ctx } = c.var
    const { limit, cursor, verdict } = c.req.valid('query')
    const [at, id] = cursor?.split('~') ?? []
    const before = at !== undefined && id !== undefined ? { at: Number(at), id } : undefined
    const { events, next } = await listWebhookEvents(ctx, { verdict, before, limit })
    if (next) {
      const url = new URL(c.req.url)
      url.searchParams.set('cursor', `${next.at}~${next.id}`)
      c.header('Link', `<${url.pathname}${url.search}>; rel="next"`)
    }
    const instant = (when: number) => formatInZone(when, ctx.config.branchTimezone)
    return c.json(
      events.map((event) => ({
        id: event.id,
        received_at: instant(event.receivedAt),
        company_id: event.companyId,
        resource: event.resource,
        resource_id: event.resourceId,
        status: event.status,
        verdict: event.verdict,
        booking_id: event.bookingId,
        attempts: event.attempts,
        error: event.error,
        processed_at: event.processedAt === null ? null : instant(event.processedAt),
      })),
      200,
    )
  },
)
