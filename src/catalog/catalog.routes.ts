import { createRoute, z } from '@hono/zod-openapi'
import { etag } from 'hono/etag'
import { createMiddleware } from 'hono/factory'
import { idSchema, json, linkHeader, linkNext, newRoutes, pageQuery, problems, readCursor } from '../http.ts'
import { ProblemError } from '../platform/problem.ts'
import {
  masterSchema,
  renderMaster,
  renderService,
  renderServiceDetails,
  serviceDetailsSchema,
  serviceSchema,
} from './catalog.view.ts'
import { getService } from './get-service.ts'
import { listServices } from './list-services.ts'
import { listStaff } from './list-staff.ts'

export const catalogRoutes = newRoutes()

/** The same for everybody, so it may be kept on the way, but not long: prices change. */
const keptForAMinute = createMiddleware(async (c, next) => {
  await next()
  if (c.res.ok) c.header('cache-control', 'public, max-age=60')
})
// Outermost the tag, which turns a known answer into a 304 and keeps its cache-control.
const common = { method: 'get' as const, tags: ['catalog'], security: [], middleware: [etag(), keptForAMinute] }
const cached = {
  headers: { ETag: { description: 'For If-None-Match', schema: { type: 'string' } } },
} as const
const notModified = { 304: { description: 'What If-None-Match names is still so' } }

catalogRoutes.openapi(
  createRoute({
    ...common,
    path: '/services',
    operationId: 'listServices',
    summary: 'Services that can be booked',
    request: { query: pageQuery.extend({ category_id: idSchema.optional() }) },
    responses: {
      200: { ...json(z.array(serviceSchema), 'One page of services'), headers: { ...linkHeader, ...cached.headers } },
      ...notModified,
      ...problems({ 400: ['invalid_cursor'], 422: ['validation_failed'] }),
    },
  }),
  async (c) => {
    const { ctx } = c.var
    const { limit, cursor, category_id: categoryId } = c.req.valid('query')
    const query = { activeOnly: true, categoryId, afterId: readCursor(cursor)?.id ?? 0, limit }
    const { services, nextAfterId } = await listServices(ctx, query)
    linkNext(c, nextAfterId === undefined ? undefined : { at: 0, id: nextAfterId })
    return c.json(
      services.map((row) => renderService(row, ctx.config.yclients.enabled)),
      200,
    )
  },
)

catalogRoutes.openapi(
  createRoute({
    ...common,
    path: '/services/{id}',
    operationId: 'getService',
    summary: 'A service, its booking rules and who does it',
    request: { params: z.object({ id: idSchema }) },
    responses: {
      200: { ...json(serviceDetailsSchema, 'The service'), ...cached },
      ...notModified,
      ...problems({ 404: ['service_not_found'], 422: ['validation_failed'] }),
    },
  }),
  async (c) => {
    const { ctx } = c.var
    const found = await getService(ctx, c.req.valid('param').id)
    if (!found) throw new ProblemError('service_not_found')
    return c.json(renderServiceDetails(found.service, found.masters, ctx.config.yclients.enabled), 200)
  },
)

catalogRoutes.openapi(
  createRoute({
    ...common,
    path: '/staff',
    operationId: 'listStaff',
    summary: 'Masters, or those who do a service',
    request: { query: pageQuery.extend({ service_id: idSchema.optional() }) },
    responses: {
      200: { ...json(z.array(masterSchema), 'One page of masters'), headers: { ...linkHeader, ...cached.headers } },
      ...notModified,
      ...problems({ 400: ['invalid_cursor'], 422: ['validation_failed'] }),
    },
  }),
  async (c) => {
    const { limit, cursor, service_id: serviceId } = c.req.valid('query')
    const query = { activeOnly: true, serviceId, afterId: readCursor(cursor)?.id ?? 0, limit }
    const { staff, nextAfterId } = await listStaff(c.var.ctx, query)
    linkNext(c, nextAfterId === undefined ? undefined : { at: 0, id: nextAfterId })
    return c.json(staff.map(renderMaster), 200)
  },
)
