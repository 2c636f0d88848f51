import { createRoute, z } from '@hono/zod-openapi'
import { adminSecurity, doneBy, json, newRoutes, problems, refuse } from '../http.ts'
import { catalogReportSchema, renderCatalogReport } from '../yclients/catalog-sync.view.ts'
import { syncCatalog } from '../yclients/sync-catalog.ts'

export const adminCatalogSyncRoutes = newRoutes()

const body = z.strictObject({
  overwrite: z
    .boolean()
    .default(false)
    .openapi({ description: "Take YClients' values also for what was changed here" }),
})

adminCatalogSyncRoutes.openapi(
  createRoute({
    tags: ['admin: catalog'],
    security: adminSecurity,
    method: 'post',
    path: '/admin/catalog/sync',
    operationId: 'syncCatalog',
    summary: 'Bring services, masters and working hours in line with YClients now',
    request: { body: { required: false, content: { 'application/json': { schema: body } } } },
    responses: {
      200: json(catalogReportSchema, 'What was written, and what of ours was kept although YClients has other values'),
      ...problems({
        400: ['malformed_json'],
        409: ['yclients_disabled', 'yclients_refused'],
        422: ['validation_failed'],
        503: ['yclients_unavailable'],
      }),
    },
  }),
  async (c) => {
    // Without a body there is nothing to validate, and no default.
    const { overwrite = false }: Partial<z.output<typeof body>> = c.req.valid('json')
    const synced = await syncCatalog(c.var.ctx, { overwrite, by: doneBy(c) })
    if (synced.kind === 'done') return c.json(renderCatalogReport(synced.report), 200)
    if (synced.kind === 'disabled') return refuse({ refusal: 'yclients_disabled' })
    const { failure } = synced
    if (failure.kind === 'refused') return refuse({ refusal: 'yclients_refused' })
    const wait = failure.kind === 'rate_limited' ? { retryAfterSeconds: failure.retryAfterSeconds } : {}
    return refuse({ refusal: 'yclients_unavailable', ...wait })
  },
)
