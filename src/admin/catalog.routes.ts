import { createRoute, z } from '@hono/zod-openapi'
import {
  adminServiceSchema,
  categoryBody,
  categoryChangeBody,
  categorySchema,
  readServiceBody,
  renderAdminService,
  renderCategory,
  renderListedService,
  serviceBody,
  serviceChangeBody,
} from '../catalog/admin-catalog.view.ts'
import { changeCategory } from '../catalog/change-category.ts'
import { changeService } from '../catalog/change-service.ts'
import { createCategory } from '../catalog/create-category.ts'
import { createService } from '../catalog/create-service.ts'
import { listCategories } from '../catalog/list-categories.ts'
import { listServices } from '../catalog/list-services.ts'
import {
  adminSecurity,
  doneBy,
  idSchema,
  json,
  jsonBody,
  linkHeader,
  linkNext,
  newRoutes,
  pageQuery,
  problems,
  readCursor,
  refuse,
} from '../http.ts'

export const adminCatalogRoutes = newRoutes()
const common = { tags: ['admin: catalog'], security: adminSecurity }
const listRefusals = problems({ 400: ['invalid_cursor'], 422: ['validation_failed'] })
const byId = z.object({ id: idSchema })

adminCatalogRoutes.openapi(
  createRoute({
    ...common,
    method: 'get',
    path: '/admin/services',
    operationId: 'listAllServices',
    summary: 'Services, also switched off ones, with all their rules',
    request: { query: pageQuery.extend({ category_id: idSchema.optional() }) },
    responses: {
      200: { ...json(z.array(adminServiceSchema), 'One page of services'), headers: linkHeader },
      ...listRefusals,
    },
  }),
  async (c) => {
    const { limit, cursor, category_id: categoryId } = c.req.valid('query')
    const query = { activeOnly: false, categoryId, afterId: readCursor(cursor)?.id ?? 0, limit }
    const { services, nextAfterId } = await listServices(c.var.ctx, query)
    linkNext(c, nextAfterId === undefined ? undefined : { at: 0, id: nextAfterId })
    return c.json(services.map(renderListedService), 200)
  },
)

adminCatalogRoutes.openapi(
  createRoute({
    ...common,
    method: 'post',
    path: '/admin/services',
    operationId: 'createService',
    summary: 'A new service',
    request: jsonBody(serviceBody),
    responses: {
      201: json(adminServiceSchema, 'The new service'),
      ...problems({
        400: ['malformed_json'],
        404: ['category_not_found'],
        409: ['yclients_id_taken', 'service_not_in_yclients'],
        422: ['validation_failed'],
      }),
    },
  }),
  async (c) => {
    const body = c.req.valid('json')
    const needed = { name: body.name, priceKopecks: body.price, durationMinutes: body.duration }
    const created = await createService(c.var.ctx, { ...readServiceBody(body), ...needed }, doneBy(c))
    return created.ok ? c.json(renderAdminService(created.value), 201) : refuse(created)
  },
)

adminCatalogRoutes.openapi(
  createRoute({
    ...common,
    method: 'patch',
    path: '/admin/services/{id}',
    operationId: 'changeService',
    summary: 'Change a service; what differs from YClients is kept by the next import',
    request: { params: byId, ...jsonBody(serviceChangeBody) },
    responses: {
      200: json(adminServiceSchema, 'The service as it is now'),
      ...problems({
        400: ['malformed_json'],
        404: ['service_not_found', 'category_not_found'],
        409: ['yclients_id_taken', 'service_not_in_yclients'],
        422: ['validation_failed'],
      }),
    },
  }),
  async (c) => {
    const given = readServiceBody(c.req.valid('json'))
    const changed = await changeService(c.var.ctx, c.req.valid('param').id, given, doneBy(c))
    return changed.ok ? c.json(renderAdminService(changed.value), 200) : refuse(changed)
  },
)

adminCatalogRoutes.openapi(
  createRoute({
    ...common,
    method: 'get',
    path: '/admin/service-categories',
    operationId: 'listCategories',
    summary: 'Categories of services',
    request: { query: pageQuery },
    responses: {
      200: { ...json(z.array(categorySchema), 'One page of categories'), headers: linkHeader },
      ...listRefusals,
    },
  }),
  async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const { categories, nextAfterId } = await listCategories(c.var.ctx, { afterId: readCursor(cursor)?.id ?? 0, limit })
    linkNext(c, nextAfterId === undefined ? undefined : { at: 0, id: nextAfterId })
    return c.json(categories.map(renderCategory), 200)
  },
)

adminCatalogRoutes.openapi(
  createRoute({
    ...common,
    method: 'post',
    path: '/admin/service-categories',
    operationId: 'createCategory',
    summary: 'A new category of services',
    request: jsonBody(categoryBody),
    responses: {
      201: json(categorySchema, 'The new category'),
      ...problems({ 400: ['malformed_json'], 422: ['validation_failed'] }),
    },
  }),
  async (c) => c.json(renderCategory(await createCategory(c.var.ctx, c.req.valid('json'), doneBy(c))), 201),
)

adminCatalogRoutes.openapi(
  createRoute({
    ...common,
    method: 'patch',
    path: '/admin/service-categories/{id}',
    operationId: 'changeCategory',
    summary: 'Change a category of services',
    request: { params: byId, ...jsonBody(categoryChangeBody) },
    responses: {
      200: json(categorySchema, 'The category as it is now'),
      ...problems({ 400: ['malformed_json'], 404: ['category_not_found'], 422: ['validation_failed'] }),
    },
  }),
  async (c) => {
    const changed = await changeCategory(c.var.ctx, c.req.valid('param').id, c.req.valid('json'), doneBy(c))
    return changed.ok ? c.json(renderCategory(changed.value), 200) : refuse(changed)
  },
)
