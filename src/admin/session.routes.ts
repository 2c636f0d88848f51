import { createRoute, z } from '@hono/zod-openapi'
import type { Context as HonoContext } from 'hono'
import { isFromOwnPage } from '../auth/browser.ts'
import {
  addressOf,
  adminOf,
  adminSecurity,
  doneBy,
  type HttpEnv,
  json,
  jsonBody,
  newRoutes,
  problems,
  refuse,
} from '../http.ts'
import { ProblemError } from '../platform/problem.ts'
import { formatInZone } from '../platform/time.ts'
import { adminSchema, emailField, nameField, newPasswordField, passwordField, renderAdmin } from './admins.view.ts'
import { bootstrapOwner } from './bootstrap-owner.ts'
import { changePassword } from './change-password.ts'
import { findAdmin } from './list-admins.ts'
import { logIn } from './log-in.ts'
import { logOut, logOutElsewhere } from './log-out.ts'
import { deviceOf, forgetSession, keepSession } from './session-cookies.view.ts'

export const adminSessionRoutes = newRoutes()
const tags = ['administrators']

const loggedInSchema = z
  .object({
    admin: adminSchema,
    expires_at: z.string().openapi({ format: 'date-time' }),
    token: z.string().nullable().openapi({ description: 'null for a cookie session: scripts must not see it' }),
    device_token: z.string().nullable().openapi({
      description:
        'To be sent with the next sign-in here: wrong passwords of others do not count then. null for a cookie session, which has it in a cookie',
    }),
  })
  .openapi('AdminLogin')

adminSessionRoutes.openapi(
  createRoute({
    method: 'post',
    path: '/admin/login',
    operationId: 'logInAdmin',
    tags,
    summary: 'Sign an administrator in: a cookie for the panel (12 hours), a token for the command line (30 days)',
    security: [],
    request: jsonBody(
      z.strictObject({
        email: emailField,
        password: passwordField,
        session: z.enum(['cookie', 'bearer']),
        device_token: z.string().max(4096).optional().openapi({ description: 'Of an earlier sign-in; half a year' }),
      }),
    ),
    responses: {
      200: {
        ...json(loggedInSchema, 'Signed in'),
        headers: { 'Set-Cookie': { description: 'Of a cookie session', schema: { type: 'string' } } },
      },
      ...problems({
        400: ['malformed_json'],
        401: ['wrong_credentials'],
        403: ['cross_site_request'],
        422: ['validation_failed'],
        429: ['too_many_requests'],
      }),
    },
  }),
  async (c) => {
    const { ctx, requestId } = c.var
    const { email, password, session: kind, device_token } = c.req.valid('json')
    if (kind === 'cookie' && comesFromAPage(c) && !isFromOwnPage(c.req.raw)) {
      throw new ProblemError('cross_site_request')
    }
    const deviceToken = device_token ?? deviceOf(c)
    const result = await logIn(ctx, { email, password, kind, deviceToken, address: addressOf(c), requestId })
    if (!result.ok) return refuse(result)
    const { admin, token, expiresAt } = result.value
    if (kind === 'cookie') keepSession(c, result.value)
    c.header('cache-control', 'no-store')
    const body = {
      admin: renderAdmin(admin, ctx.config.branchTimezone),
      expires_at: formatInZone(expiresAt, ctx.config.branchTimezone),
      token: kind === 'bearer' ? token : null,
      device_token: kind === 'bearer' ? result.value.deviceToken : null,
    }
    return c.json(body, 200)
  },
)

/** Otherwise another site could sign its visitor in as somebody else, who then works under a foreign name. */
const comesFromAPage = (c: HonoContext<HttpEnv>) =>
  c.req.header('origin') !== undefined || c.req.header('sec-fetch-site') !== undefined

adminSessionRoutes.openapi(
  createRoute({
    method: 'post',
    path: '/admin/logout',
    operationId: 'logOutAdmin',
    tags,
    summary: 'End this session. Behind Cloudflare Access its own log-out has to follow: /cdn-cgi/access/logout',
    security: adminSecurity,
    responses: { 204: { description: 'Signed out' } },
  }),
  async (c) => {
    await logOut(c.var.ctx, adminOf(c), doneBy(c))
    forgetSession(c)
    return c.body(null, 204)
  },
)

adminSessionRoutes.openapi(
  createRoute({
    method: 'post',
    path: '/admin/logout-all',
    operationId: 'logOutAdminElsewhere',
    tags,
    summary: 'End all other sessions of mine. Those of Cloudflare Access are ended there',
    security: adminSecurity,
    responses: { 204: { description: 'Signed out everywhere else' } },
  }),
  async (c) => {
    await logOutElsewhere(c.var.ctx, adminOf(c), doneBy(c))
    return c.body(null, 204)
  },
)

adminSessionRoutes.openapi(
  createRoute({
    method: 'get',
    path: '/admin/session',
    operationId: 'getAdminSession',
    tags,
    summary: 'Who am I',
    security: adminSecurity,
    responses: {
      200: json(adminSchema, 'The administrator who asks'),
    },
  }),
  async (c) => {
    const { ctx } = c.var
    const admin = await findAdmin(ctx, adminOf(c).id)
    if (!admin) throw new ProblemError('unauthenticated')
    c.header('cache-control', 'no-store')
    return c.json(renderAdmin(admin, ctx.config.branchTimezone), 200)
  },
)

adminSessionRoutes.openapi(
  createRoute({
    method: 'post',
    path: '/admin/password',
    operationId: 'changeAdminPassword',
    tags,
    summary: 'Change the own password; all other sessions end',
    security: adminSecurity,
    request: jsonBody(z.strictObject({ current_password: passwordField, new_password: newPasswordField })),
    responses: {
      204: { description: 'Changed' },
      ...problems({
        400: ['malformed_json'],
        401: ['unauthenticated', 'wrong_credentials'],
        422: ['validation_failed', 'weak_password'],
        429: ['too_many_requests'],
      }),
    },
  }),
  async (c) => {
    const { current_password, new_password } = c.req.valid('json')
    const passwords = { current: current_password, next: new_password }
    const result = await changePassword(c.var.ctx, adminOf(c), passwords, doneBy(c))
    if (!result.ok) return refuse(result)
    return c.body(null, 204)
  },
)

adminSessionRoutes.openapi(
  createRoute({
    method: 'post',
    path: '/admin/bootstrap',
    operationId: 'bootstrapOwner',
    tags,
    summary: 'Make the first owner, or give a lost owner a new password, by the secret ADMIN_BOOTSTRAP_SECRET, once',
    security: [],
    request: jsonBody(
      z.strictObject({ secret: passwordField, email: emailField, name: nameField, password: newPasswordField }),
    ),
    responses: {
      201: json(adminSchema, 'The owner; signed out everywhere, if he existed'),
      ...problems({
        400: ['malformed_json'],
        403: ['bootstrap_refused'],
        422: ['validation_failed', 'weak_password'],
        429: ['too_many_requests'],
      }),
    },
  }),
  async (c) => {
    const { ctx } = c.var
    const result = await bootstrapOwner(ctx, { ...c.req.valid('json'), address: addressOf(c) }, doneBy(c))
    if (!result.ok) return refuse(result)
    return c.json(renderAdmin(result.value, ctx.config.branchTimezone), 201)
  },
)
