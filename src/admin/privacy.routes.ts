import { createRoute, z } from '@hono/zod-openapi'
import { adminSecurity, doneBy, idSchema, json, newRoutes, problems, refuse } from '../http.ts'
import { ProblemError } from '../platform/problem.ts'
import { eraseUser } from '../users/erase-user.ts'
import { erasedSchema, renderErased } from '../users/erasure.view.ts'
import { downloadHeaders, exportSchema, renderExport } from '../users/export.view.ts'
import { exportUserFor } from '../users/export-user.ts'

export const adminPrivacyRoutes = newRoutes()
const common = { tags: ['admin'], security: adminSecurity, request: { params: z.object({ id: idSchema }) } }
const refusals = problems({
  404: ['user_not_found'],
  422: ['validation_failed'],
})

adminPrivacyRoutes.openapi(
  createRoute({
    ...common,
    method: 'get',
    path: '/admin/users/{id}/export',
    operationId: 'exportUser',
    summary: 'Everything we hold about a client who asks for it in writing, as one download',
    responses: { 200: json(exportSchema, 'Everything about the client'), ...refusals },
  }),
  async (c) => {
    const { ctx, language } = c.var
    const { id } = c.req.valid('param')
    const data = await exportUserFor(ctx, id, doneBy(c))
    if (!data) throw new ProblemError('user_not_found')
    return c.json(renderExport(data, ctx.config.branchTimezone, language), 200, downloadHeaders(id))
  },
)

adminPrivacyRoutes.openapi(
  createRoute({
    ...common,
    method: 'delete',
    path: '/admin/users/{id}',
    operationId: 'eraseUser',
    summary: 'Forget a client who asks for it in writing; visits and ledger stay without him. Safe to repeat',
    responses: { 200: json(erasedSchema, 'Erased, and what was touched'), ...refusals },
  }),
  async (c) => {
    const { ctx } = c.var
    const erased = await eraseUser(ctx, c.req.valid('param').id, doneBy(c))
    if (!erased.ok) return refuse(erased)
    return c.json(renderErased(erased.value, ctx.config.branchTimezone), 200)
  },
)
