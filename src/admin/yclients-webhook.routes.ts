import { createRoute, z } from '@hono/zod-openapi'
import { adminSecurity, doneBy, json, newRoutes, problems, refuse } from '../http.ts'
import { readWebhookSettings, registerWebhook } from '../yclients/webhook-settings.ts'
import { renderWebhookSettings, webhookSettingsSchema } from '../yclients/webhook-settings.view.ts'

export const adminYclientsWebhookRoutes = newRoutes()
const common = { tags: ['admin: yclients'], security: adminSecurity, path: '/admin/yclients/webhook' }
const refusals = {
  409: ['yclients_disabled', 'yclients_refused', 'webhook_secret_missing'],
  422: ['validation_failed'],
  503: ['yclients_unavailable'],
} as const

adminYclientsWebhookRoutes.openapi(
  createRoute({
    ...common,
    method: 'get',
    operationId: 'getYclientsWebhook',
    summary: 'Where YClients sends its events, our address, and what registering it would change',
    request: {
      query: z.object({
        reveal: z
          .enum(['true', 'false'])
          .default('false')
          .openapi({ description: 'With the secret in our address; noted in the audit log' }),
      }),
    },
    responses: { 200: json(webhookSettingsSchema, 'As it is registered now'), ...problems(refusals) },
  }),
  async (c) => {
    const reveal = c.req.valid('query').reveal === 'true'
    const origin = new URL(c.req.url).origin
    const settings = await readWebhookSettings(c.var.ctx, { origin, reveal, by: doneBy(c) })
    if (!settings.ok) return refuse(settings)
    c.header('cache-control', 'no-store')
    return c.json(renderWebhookSettings(settings.value, reveal), 200)
  },
)

const body = z.strictObject({
  dry_run: z.boolean().default(false).openapi({ description: 'Only say what would be written' }),
})

adminYclientsWebhookRoutes.openapi(
  createRoute({
    ...common,
    method: 'post',
    operationId: 'registerYclientsWebhook',
    summary: 'Register our address in YClients, beside those of other integrations',
    request: { body: { required: false, content: { 'application/json': { schema: body } } } },
    responses: {
      200: json(webhookSettingsSchema, 'As it is registered now'),
      ...problems({
        ...refusals,
        400: ['malformed_json'],
        409: [...refusals[409], 'webhook_not_public'],
      }),
    },
  }),
  async (c) => {
    // Without a body there is nothing to validate, and no default.
    const { dry_run: dryRun = false }: Partial<z.output<typeof body>> = c.req.valid('json')
    const request = { origin: new URL(c.req.url).origin, by: doneBy(c) }
    const settings = dryRun
      ? await readWebhookSettings(c.var.ctx, { ...request, reveal: false })
      : await registerWebhook(c.var.ctx, request)
    if (!settings.ok) return refuse(settings)
    return c.json(renderWebhookSettings(settings.value, false), 200)
  },
)
