import { createRoute } from '@hono/zod-openapi'
import { adminSecurity, json, newRoutes } from '../http.ts'
import { reportSync } from '../yclients/report-sync.ts'
import { renderSyncReport, syncReportSchema } from '../yclients/sync-report.view.ts'

export const adminSyncReportRoutes = newRoutes()

adminSyncReportRoutes.openapi(
  createRoute({
    tags: ['admin'],
    security: adminSecurity,
    method: 'get',
    path: '/admin/sync/report',
    operationId: 'getSyncReport',
    summary: 'How the synchronisation stands, and what should be done about it',
    responses: { 200: json(syncReportSchema, 'The report') },
  }),
  async (c) => {
    const { ctx, language } = c.var
    return c.json(renderSyncReport(await reportSync(ctx), ctx.config, language), 200)
  },
)
