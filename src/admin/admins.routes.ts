import { createRoute, z } from '@hono/zod-openapi'
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
import { adminSchema, emailField, nameField, newPasswordField, renderAdmin, roleSchema } from './admins.view.ts'
import { changeAdmin } from './change-admin.ts'
import { createAdmin } from './create-admin.ts'
import { listAdmins } from './list-admins.ts'

export const administratorRoutes = newRoutes()
const common = { tags: ['administrators'], security: adminSecurity }

administratorRoutes.openapi(
  createRoute({
    ...common,
    method: 'get',
    path: '/admin/admins',
    operationId: 'listAdmins',
    summary: 'Administrators, also dismissed ones',
    request: { query: pageQuery },
    responses: {
      200: { ...json(z.array(adminSchema), 'One page of administrators'), headers: linkHeader },
      ...problems({
        400: ['invalid_cursor'],
        422: ['validation_failed'],
      }),
    },
  }),
  async (c) => {
    const { ctx } = c.var
    const { limit, cursor } = c.req.valid('query')
    const { admins, nextAfterId } = await listAdmins(ctx, { afterId: readCursor(cursor)?.id ?? 0, limit })
    linkNext(c, nextAfterId === undefined ? undefined : { at: 0, id: nextAfterId })
    return c.json(
      admins.map((admin) => renderAdmin(admin, ctx.config.branchTimezone)),
      200,
    )
  },
)

administratorRoutes.openapi(
  createRoute({
    ...common,
    method: 'post',
    path: '/admin/admins',
    operationId: 'createAdmin',
    summary: 'Let somebody in; without a password through Cloudflare Access only',
    request: jsonBody(
      z.strictObject({ email: emailField, name: nameField, role: roleSchema, password: newPasswordField.optional() }),
    ),
    responses: {
      201: json(adminSchema, 'The new administrator'),
      ...problems({
        400: ['malformed_json'],
        409: ['admin_exists'],
        422: ['validation_failed', 'weak_password'],
      }),
    },
  }),
  async (c) => {
    const { ctx } = c.var
    const { email, name, role, password } = c.req.valid('json')
    const created = await createAdmin(ctx, { email, name, role, password }, doneBy(c))
    if (!created.ok) return refuse(created)
    return c.json(renderAdmin(created.value, ctx.config.branchTimezone), 201)
  },
)

administratorRoutes.openapi(
  createRoute({
    ...common,
    method: 'patch',
    path: '/admin/admins/{id}',
    operationId: 'changeAdmin',
    summary: 'Change name, role or password, dismiss or take back; dismissal and a new password end all sessions',
    request: {
      params: z.object({ id: idSchema }),
      ...jsonBody(
        z
          .strictObject({
            name: nameField.optional(),
            role: roleSchema.optional(),
            active: z.boolean().optional().openapi({ description: 'false dismisses' }),
            password: newPasswordField.optional(),
          })
          .refine((change) => Object.keys(change).length > 0, 'nothing to change'),
      ),
    },
    responses: {
      200: json(adminSchema, 'The administrator as he is now'),
      ...problems({
        400: ['malformed_json'],
        404: ['admin_not_found'],
        409: ['last_owner'],
        422: ['validation_failed', 'weak_password'],
      }),
    },
  }),
  async (c) => {
    const { ctx } = c.var
    const changed = await changeAdmin(ctx, c.req.valid('param').id, c.req.valid('json'), doneBy(c))
    if (!changed.ok) return refuse(changed)
    return c.json(renderAdmin(changed.value, ctx.config.branchTimezone), 200)
  },
)
