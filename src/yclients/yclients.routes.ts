import { createRoute, z } from '@hono/zod-openapi'
import {
  adminSecurity,
  clientOf,
  clientSecurity,
  doneBy,
  idSchema,
  json,
  newRoutes,
  problems,
  refuse,
} from '../http.ts'
import { ProblemError } from '../platform/problem.ts'
import { acceptWebhook, mayDeliverWebhooks } from './accept-webhook.ts'
import { startSync, waitForSync } from './start-sync.ts'
import { renderSyncRun, syncRunSchema } from './sync.view.ts'
import { getWidgetLink } from './widget-url.ts'

export const yclientsRoutes = newRoutes()

yclientsRoutes.openapi(
  createRoute({
    method: 'post',
    path: '/yclients/webhook',
    operationId: 'receiveYclientsWebhook',
    tags: ['yclients'],
    summary: 'Where YClients delivers its events; the secret stands in the address',
    security: [],
    request: {
      // Unchecked, so that an odd token is a wrong token and not a validation error.
      query: z.object({ token: z.unknown().optional().openapi({ type: 'string' }) }),
      // Of any declared type, so that nothing reads the body before the secret is checked and it goes on as it came.
      body: {
        required: true,
        content: { '*/*': { schema: z.string().openapi({ description: 'A JSON event, at most 100 KB' }) } },
      },
    },
    responses: {
      202: json(z.object({ event_id: z.string() }), 'Accepted; processed by the queue'),
      ...problems({
        400: ['malformed_json', 'malformed_envelope'],
        403: ['wrong_webhook_secret'],
        409: ['yclients_disabled'],
        413: ['body_too_large'],
        503: ['temporarily_unavailable'],
      }),
    },
  }),
  async (c) => {
    const { ctx } = c.var
    if (!(await mayDeliverWebhooks(ctx, c.req.query('token')))) throw new ProblemError('wrong_webhook_secret')
    const accepted = await acceptWebhook(ctx, await c.req.text())
    if (!accepted.ok) return refuse(accepted)
    return c.json({ event_id: accepted.value.eventId }, 202)
  },
)

const DEFAULT_WAIT_SECONDS = 10
const MAX_WAIT_SECONDS = 25

yclientsRoutes.openapi(
  createRoute({
    method: 'post',
    path: '/yclients/sync-bookings',
    operationId: 'startSync',
    tags: ['yclients'],
    summary: 'Start a sync now, or look at the one that is running',
    security: adminSecurity,
    request: {
      query: z.object({ mode: z.enum(['full', 'incremental']).default('full') }),
      headers: z.object({
        prefer: z
          .string()
          .max(100)
          .optional()
          .openapi({ description: `wait=N seconds, ${DEFAULT_WAIT_SECONDS} by default` }),
      }),
    },
    responses: {
      200: json(syncRunSchema, 'The run is over'),
      202: {
        ...json(syncRunSchema, 'The run goes on; Location is its address'),
        headers: { Location: { description: 'Address of the run', schema: { type: 'string' } } },
      },
      ...problems({
        409: ['yclients_disabled'],
        422: ['validation_failed'],
      }),
    },
  }),
  async (c) => {
    const { ctx } = c.var
    const waitSeconds = Number(
      /(?:^|[,;\s])wait=(\d{1,4})/.exec(c.req.valid('header').prefer ?? '')?.[1] ?? DEFAULT_WAIT_SECONDS,
    )
    const started = await startSync(ctx, { trigger: 'manual', mode: c.req.valid('query').mode, by: doneBy(c) })
    if (!started.ok) return refuse(started)
    const { run } = started.value
    const now = (await waitForSync(ctx, run.id, Math.min(waitSeconds, MAX_WAIT_SECONDS) * 1000)) ?? run
    const body = renderSyncRun(now, ctx.config.branchTimezone)
    if (now.finishedAt !== null) return c.json(body, 200)
    c.header('Location', `/api/v1/admin/sync-runs/${run.id}`)
    return c.json(body, 202)
  },
)

const widgetSchema = z
  .object({
    widget_url: z.string(),
    service_id: z.int(),
    service_name: z.string(),
    client_code: z.string(),
    comment: z.string().openapi({ description: "Has to stand in the visit's comment" }),
    prefill: z.object({
      name: z.string(),
      email: z.string().nullable(),
      phone: z.string().nullable(),
      comment: z.string(),
    }),
  })
  .openapi('WidgetLink')

yclientsRoutes.openapi(
  createRoute({
    method: 'get',
    path: '/yclients/widget-url/{service_id}',
    operationId: 'getWidgetLink',
    tags: ['yclients'],
    summary: "Link to YClients' booking form; makes the client's code on first use",
    security: clientSecurity,
    request: { params: z.object({ service_id: idSchema }), query: z.object({ staff_id: idSchema.optional() }) },
    responses: {
      200: json(widgetSchema, 'The link and what the form needs'),
      ...problems({
        404: ['service_not_found', 'staff_not_found'],
        409: ['service_not_in_yclients', 'yclients_disabled'],
        422: ['validation_failed'],
      }),
    },
  }),
  async (c) => {
    const request = {
      userId: clientOf(c).id,
      serviceId: c.req.valid('param').service_id,
      staffId: c.req.valid('query').staff_id,
    }
    const link = await getWidgetLink(c.var.ctx, request)
    if (!link.ok) throw new ProblemError(link.refusal === 'user_not_found' ? 'unauthenticated' : link.refusal)
    const { url, serviceId, serviceName, clientCode, comment, prefill } = link.value
    const body = {
      widget_url: url,
      service_id: serviceId,
      service_name: serviceName,
      client_code: clientCode,
      comment,
      prefill,
    }
    return c.json(body, 200)
  },
)
