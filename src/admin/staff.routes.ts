import { createRoute, z } from '@hono/zod-openapi'
import {
  adminStaffSchema,
  readStaffBody,
  renderStaff,
  renderStaffService,
  staffBody,
  staffChangeBody,
  staffServiceSchema,
  termsBody,
} from '../catalog/admin-catalog.view.ts'
import { changeStaff } from '../catalog/change-staff.ts'
import { createStaff } from '../catalog/create-staff.ts'
import { listStaff } from '../catalog/list-staff.ts'
import { listStaffServices, removeStaffService, setStaffService } from '../catalog/staff-services.ts'
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

export const adminStaffRoutes = newRoutes()
const common = { tags: ['admin: catalog'], security: adminSecurity }
const listRefusals = problems({ 400: ['invalid_cursor'], 422: ['validation_failed'] })
const byId = z.object({ id: idSchema })

adminStaffRoutes.openapi(
  createRoute({
    ...common,
    method: 'get',
    path: '/admin/staff',
    operationId: 'listAllStaff',
    summary: 'Everybody who works here or did',
    request: { query: pageQuery },
    responses: {
      200: { ...json(z.array(adminStaffSchema), 'One page of staff'), headers: linkHeader },
      ...listRefusals,
    },
  }),
  async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const query = { activeOnly: false, serviceId: undefined, afterId: readCursor(cursor)?.id ?? 0, limit }
    const { staff, nextAfterId } = await listStaff(c.var.ctx, query)
    linkNext(c, nextAfterId === undefined ? undefined : { at: 0, id: nextAfterId })
    return c.json(staff.map(renderStaff), 200)
  },
)

adminStaffRoutes.openapi(
  createRoute({
    ...common,
    method: 'post',
    path: '/admin/staff',
    operationId: 'createStaff',
    summary: 'Somebody new who works here',
    request: jsonBody(staffBody),
    responses: {
      201: json(adminStaffSchema, 'The new person'),
      ...problems({ 400: ['malformed_json'], 409: ['yclients_id_taken'], 422: ['validation_failed'] }),
    },
  }),
  async (c) => {
    const body = c.req.valid('json')
    const created = await createStaff(c.var.ctx, { ...readStaffBody(body), name: body.name }, doneBy(c))
    return created.ok ? c.json(renderStaff(created.value), 201) : refuse(created)
  },
)

adminStaffRoutes.openapi(
  createRoute({
    ...common,
    method: 'patch',
    path: '/admin/staff/{id}',
    operationId: 'changeStaff',
    summary: 'Change somebody who works here, or say that he no longer does',
    request: { params: byId, ...jsonBody(staffChangeBody) },
    responses: {
      200: json(adminStaffSchema, 'The person as he is now'),
      ...problems({
        400: ['malformed_json'],
        404: ['staff_not_found'],
        409: ['yclients_id_taken'],
        422: ['validation_failed'],
      }),
    },
  }),
  async (c) => {
    const given = readStaffBody(c.req.valid('json'))
    const changed = await changeStaff(c.var.ctx, c.req.valid('param').id, given, doneBy(c))
    return changed.ok ? c.json(renderStaff(changed.value), 200) : refuse(changed)
  },
)

adminStaffRoutes.openapi(
  createRoute({
    ...common,
    method: 'get',
    path: '/admin/staff/{id}/services',
    operationId: 'listStaffServices',
    summary: 'What a master does',
    request: { params: byId, query: pageQuery },
    responses: {
      200: { ...json(z.array(staffServiceSchema), 'One page of services'), headers: linkHeader },
      ...problems({ 400: ['invalid_cursor'], 404: ['staff_not_found'], 422: ['validation_failed'] }),
    },
  }),
  async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const query = { afterId: readCursor(cursor)?.id ?? 0, limit }
    const listed = await listStaffServices(c.var.ctx, c.req.valid('param').id, query)
    if (!listed.ok) return refuse(listed)
    const { services, nextAfterId } = listed.value
    linkNext(c, nextAfterId === undefined ? undefined : { at: 0, id: nextAfterId })
    return c.json(services.map(renderStaffService), 200)
  },
)

const link = byId.extend({ service_id: idSchema })

adminStaffRoutes.openapi(
  createRoute({
    ...common,
    method: 'put',
    path: '/admin/staff/{id}/services/{service_id}',
    operationId: 'setStaffService',
    summary: 'A master does a service; price and duration where they are his own',
    request: { params: link, ...jsonBody(termsBody) },
    responses: {
      200: json(staffServiceSchema, 'As it is now'),
      ...problems({
        400: ['malformed_json'],
        404: ['staff_not_found', 'service_not_found'],
        422: ['validation_failed'],
      }),
    },
  }),
  async (c) => {
    const { id: staffId, service_id: serviceId } = c.req.valid('param')
    const { price: priceKopecks, duration: durationMinutes } = c.req.valid('json')
    const terms = { staffId, serviceId, priceKopecks, durationMinutes }
    const put = await setStaffService(c.var.ctx, terms, doneBy(c))
    return put.ok ? c.json(renderStaffService(put.value), 200) : refuse(put)
  },
)

adminStaffRoutes.openapi(
  createRoute({
    ...common,
    method: 'delete',
    path: '/admin/staff/{id}/services/{service_id}',
    operationId: 'removeStaffService',
    summary: 'A master no longer does a service',
    request: { params: link },
    responses: {
      204: { description: 'He no longer does it' },
      ...problems({ 404: ['not_found'], 409: ['managed_in_yclients'], 422: ['validation_failed'] }),
    },
  }),
  async (c) => {
    const { id: staffId, service_id: serviceId } = c.req.valid('param')
    const removed = await removeStaffService(c.var.ctx, staffId, serviceId, doneBy(c))
    return removed.ok ? c.body(null, 204) : refuse(removed)
  },
)
