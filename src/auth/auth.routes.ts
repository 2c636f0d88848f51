import { createRoute, z } from '@hono/zod-openapi'
import {
  addressOf,
  clientOf,
  clientSecurity,
  doneBy,
  idSchema,
  json,
  jsonBody,
  newRoutes,
  problems,
  refuse,
} from '../http.ts'
import { ProblemError } from '../platform/problem.ts'
import { cleanText } from '../platform/text.ts'
import { formatInZone } from '../platform/time.ts'
import { codeFields, contactFields, readTypedContact } from '../users/contact.view.ts'
import { logOut, logOutEverywhere } from './end-sessions.ts'
import { listSessions } from './list-sessions.ts'
import { logIn } from './log-in.ts'
import { refreshSession } from './refresh-session.ts'
import { codeResponses, sendCode } from './send-code.view.ts'
import type { SessionTokens } from './start-session.ts'

export const authRoutes = newRoutes()
const common = { tags: ['auth'], security: [] }

const consentSchema = z
  .object({
    document: z.literal('personal_data'),
    version: z.string(),
    url: z.string().nullable().openapi({ description: 'Where the text is; null until the salon has published it' }),
  })
  .openapi('ConsentDocument')

authRoutes.openapi(
  createRoute({
    ...common,
    method: 'get',
    path: '/auth/consent',
    operationId: 'getConsentDocument',
    summary: 'The document on personal data that a client agrees to when signing in',
    responses: { 200: json(consentSchema, 'The current version') },
  }),
  (c) => {
    const { version, url } = c.var.ctx.config.consent
    return c.json({ document: 'personal_data' as const, version, url: url ?? null }, 200)
  },
)

authRoutes.openapi(
  createRoute({
    ...common,
    method: 'post',
    path: '/auth/code',
    operationId: 'requestCode',
    summary: 'Send a one-time code to a phone or an e-mail; the answer is the same whether anybody has it or not',
    request: jsonBody(z.strictObject(contactFields)),
    responses: codeResponses,
  }),
  (c) => sendCode(c, readTypedContact(c.req.valid('json')), 'login'),
)

const tokensSchema = z
  .object({
    access_token: z.string(),
    token_type: z.literal('Bearer'),
    expires_in: z.int().openapi({ description: 'Seconds' }),
    refresh_token: z.string().openapi({ description: 'Good for one refresh; keep the one that comes back' }),
    refresh_expires_at: z.iso.datetime({ offset: true }),
  })
  .openapi('Tokens')

const renderTokens = (tokens: SessionTokens, zone: string) => ({
  access_token: tokens.accessToken,
  token_type: 'Bearer' as const,
  expires_in: tokens.accessExpiresInSeconds,
  refresh_token: tokens.refreshToken,
  refresh_expires_at: formatInZone(tokens.refreshExpiresAt, zone),
})

const name = z.string().trim().max(100).default('')

authRoutes.openapi(
  createRoute({
    ...common,
    method: 'post',
    path: '/auth/login',
    operationId: 'logIn',
    summary: 'Sign in with the code; registers the client on first use, and his earlier visits become his',
    request: jsonBody(
      z.strictObject({
        ...contactFields,
        ...codeFields,
        name,
        surname: name,
        consent: z.string().max(40).optional().openapi({
          description: 'The version from `GET /auth/consent` that the client agreed to; needed once for each version',
        }),
        device: z
          .string()
          .max(200)
          .default('')
          .openapi({ example: 'iPhone 17', description: 'Shown in the list of sessions' }),
      }),
    ),
    responses: {
      200: json(tokensSchema.extend({ user_id: z.int(), created: z.boolean() }).openapi('LoggedIn'), 'Signed in'),
      ...problems({
        400: ['malformed_json'],
        422: ['validation_failed', 'code_wrong', 'code_expired', 'consent_required'],
        429: ['too_many_requests'],
      }),
    },
  }),
  async (c) => {
    const { ctx } = c.var
    const { code, challenge, name, surname, consent, device, ...typed } = c.req.valid('json')
    const request = {
      contact: readTypedContact(typed),
      code,
      challenge,
      name: cleanText(name, 100) ?? '',
      surname: cleanText(surname, 100) ?? '',
      consent,
      device: cleanText(device, 60) ?? '',
      address: addressOf(c),
    }
    const loggedIn = await logIn(ctx, request, doneBy(c))
    if (!loggedIn.ok) {
      if (loggedIn.refusal !== 'consent_required') return refuse(loggedIn)
      const { version, url } = ctx.config.consent
      throw new ProblemError('consent_required', {
        extensions: { consent: { document: 'personal_data', version, url: url ?? null } },
      })
    }
    const { userId, created, tokens } = loggedIn.value
    return c.json({ ...renderTokens(tokens, ctx.config.branchTimezone), user_id: userId, created }, 200)
  },
)

authRoutes.openapi(
  createRoute({
    ...common,
    method: 'post',
    path: '/auth/refresh',
    operationId: 'refreshSession',
    summary:
      'New tokens for the refresh token, which is used up; repeated within 30 seconds it gives the same next one',
    request: jsonBody(z.strictObject({ refresh_token: z.string().max(200) })),
    responses: {
      200: json(tokensSchema, 'New tokens'),
      ...problems({ 400: ['malformed_json'], 401: ['invalid_refresh_token'], 422: ['validation_failed'] }),
    },
  }),
  async (c) => {
    const { ctx } = c.var
    const refreshed = await refreshSession(ctx, c.req.valid('json').refresh_token)
    if (!refreshed.ok) return refuse(refreshed)
    return c.json(renderTokens(refreshed.value, ctx.config.branchTimezone), 200)
  },
)

const signedIn = { tags: ['auth'], security: clientSecurity }
const nothing = { 204: { description: 'Signed out' } }

authRoutes.openapi(
  createRoute({
    ...signedIn,
    method: 'post',
    path: '/auth/logout',
    operationId: 'logOut',
    summary: 'Sign this device out',
    responses: nothing,
  }),
  async (c) => {
    const { id, sessionId } = clientOf(c)
    await logOut(c.var.ctx, { id: sessionId, userId: id })
    return c.body(null, 204)
  },
)

authRoutes.openapi(
  createRoute({
    ...signedIn,
    method: 'post',
    path: '/auth/logout-all',
    operationId: 'logOutEverywhere',
    summary: 'Sign all devices out',
    responses: nothing,
  }),
  async (c) => {
    await logOutEverywhere(c.var.ctx, clientOf(c).id)
    return c.body(null, 204)
  },
)

const sessionSchema = z
  .object({
    id: z.int(),
    device: z.string(),
    created_at: z.iso.datetime({ offset: true }),
    last_used_at: z.iso.datetime({ offset: true }),
    current: z.boolean(),
  })
  .openapi('Session')

authRoutes.openapi(
  createRoute({
    ...signedIn,
    method: 'get',
    path: '/me/sessions',
    operationId: 'listSessions',
    summary: 'Where the client is signed in (at most 20 devices)',
    responses: {
      200: json(z.array(sessionSchema), 'Most recently used first'),
    },
  }),
  async (c) => {
    const { ctx } = c.var
    const { id, sessionId } = clientOf(c)
    const zone = ctx.config.branchTimezone
    const sessions = (await listSessions(ctx, id)).map((session) => ({
      id: session.id,
      device: session.device,
      created_at: formatInZone(session.createdAt, zone),
      last_used_at: formatInZone(session.lastUsedAt, zone),
      current: session.id === sessionId,
    }))
    return c.json(sessions, 200)
  },
)

authRoutes.openapi(
  createRoute({
    ...signedIn,
    method: 'delete',
    path: '/me/sessions/{id}',
    operationId: 'endSession',
    summary: 'Sign one device out',
    request: { params: z.object({ id: idSchema }) },
    responses: { ...nothing, ...problems({ 404: ['session_not_found'], 422: ['validation_failed'] }) },
  }),
  async (c) => {
    const ended = await logOut(c.var.ctx, { id: c.req.valid('param').id, userId: clientOf(c).id })
    if (!ended) throw new ProblemError('session_not_found')
    return c.body(null, 204)
  },
)
