import { createRoute } from '@hono/zod-openapi'
import { adminSecurity, json, newRoutes } from '../http.ts'
import { adminHealthSchema, renderAdminHealth } from '../ops/health/admin-health.view.ts'
import { checkAdminHealth } from '../ops/health/check-admin-health.ts'
import { VERSION } from '../platform/version.ts'

export const adminHealthRoutes = newRoutes()

adminHealthRoutes.openapi(
  createRoute({
    tags: ['admin'],
    security: adminSecurity,
    method: 'get',
    path: '/admin/health',
    operationId: 'getAdminHealth',
    summary: 'How everything stands that runs by itself, and what a person should do about it',
    responses: { 200: json(adminHealthSchema, 'Health') },
  }),
  async (c) => {
    c.header('cache-control', 'no-store')
    return c.json(renderAdminHealth(await checkAdminHealth(c.var.ctx), VERSION, c.var.language), 200)
  },
)
