import { createRoute, z } from '@hono/zod-openapi'
import { clientOf, clientSecurity, doneBy, json, jsonBody, newRoutes, problems, refuse } from '../http.ts'
import { eraseOwn } from './erase-user.ts'
import { erasedSchema, renderErased } from './erasure.view.ts'
import { consentSchema, downloadHeaders, exportSchema, renderConsents, renderExport } from './export.view.ts'
import { exportOwn } from './export-user.ts'
import { giveConsent } from './give-consent.ts'
import { listConsents } from './list-consents.ts'

export const privacyRoutes = newRoutes()
const common = { tags: ['profile'], security: clientSecurity }
const tooOften = problems({ 429: ['too_many_requests'] })

privacyRoutes.openapi(
  createRoute({
    ...common,
    method: 'get',
    path: '/me/consents',
    operationId: 'listConsents',
    summary: 'What the client agreed to: document, version, when and how',
    responses: { 200: json(z.array(consentSchema), 'Consents, newest first') },
  }),
  async (c) => {
    const { ctx } = c.var
    return c.json(renderConsents(await listConsents(ctx, clientOf(c).id), ctx.config.branchTimezone), 200)
  },
)

privacyRoutes.openapi(
  createRoute({
    ...common,
    method: 'post',
    path: '/me/consents',
    operationId: 'giveConsent',
    summary: 'Agree to the current version while signed in; repeating it changes nothing',
    request: jsonBody(z.strictObject({ version: z.string().max(40) })),
    responses: {
      200: json(z.array(consentSchema), 'Consents, newest first'),
      ...problems({ 400: ['malformed_json'], 422: ['validation_failed', 'consent_required'] }),
    },
  }),
  async (c) => {
    const { ctx } = c.var
    const consents = await giveConsent(ctx, clientOf(c).id, c.req.valid('json').version, doneBy(c))
    if (!consents.ok) return refuse(consents)
    return c.json(renderConsents(consents.value, ctx.config.branchTimezone), 200)
  },
)

privacyRoutes.openapi(
  createRoute({
    ...common,
    method: 'get',
    path: '/me/export',
    operationId: 'exportProfile',
    summary: 'Everything we hold about the client, as one download',
    responses: { 200: json(exportSchema, 'Everything about the client'), ...tooOften },
  }),
  async (c) => {
    const { ctx, language } = c.var
    const { id } = clientOf(c)
    const exported = await exportOwn(ctx, id)
    if (!exported.ok) return refuse(exported)
    return c.json(renderExport(exported.value, ctx.config.branchTimezone, language), 200, downloadHeaders(id))
  },
)

privacyRoutes.openapi(
  createRoute({
    ...common,
    method: 'delete',
    path: '/me',
    operationId: 'eraseProfile',
    summary: 'Forget the client for ever and sign him out; visits and ledger stay without him',
    responses: { 200: json(erasedSchema, 'Erased, and what was touched'), ...tooOften },
  }),
  async (c) => {
    const { ctx } = c.var
    const erased = await eraseOwn(ctx, clientOf(c).id, doneBy(c))
    if (!erased.ok) return refuse(erased.refusal === 'user_not_found' ? { refusal: 'unauthenticated' } : erased)
    return c.json(renderErased(erased.value, ctx.config.branchTimezone), 200)
  },
)
