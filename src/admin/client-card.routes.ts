import { createRoute, z } from '@hono/zod-openapi'
import {
  adminSecurity,
  idSchema,
  json,
  linkHeader,
  linkNext,
  newRoutes,
  pageQuery,
  problems,
  readCursor,
} from '../http.ts'
import { listLedgerEntries } from '../loyalty/list-entries.ts'
import { entrySchema, renderEntry } from '../loyalty/loyalty.view.ts'
import { ProblemError } from '../platform/problem.ts'
import { clientCardSchema, renderClientCard } from '../users/client-card.view.ts'
import { findWhoIsLeft, getClientCard } from '../users/get-client-card.ts'

export const adminClientCardRoutes = newRoutes()
const common = { tags: ['admin'], security: adminSecurity, method: 'get' as const }
const params = z.object({ id: idSchema })

adminClientCardRoutes.openapi(
  createRoute({
    ...common,
    path: '/admin/users/{id}',
    operationId: 'getClientCard',
    summary: 'A client at a glance: contacts, consents, visits, balance, level and the way to the next one',
    description: 'The number of a client who was merged into another shows that other one.',
    request: { params },
    responses: {
      200: json(clientCardSchema, 'The client'),
      ...problems({ 404: ['user_not_found'], 422: ['validation_failed'] }),
    },
  }),
  async (c) => {
    const { ctx, language } = c.var
    const card = await getClientCard(ctx, c.req.valid('param').id)
    if (!card) throw new ProblemError('user_not_found')
    return c.json(renderClientCard(card, ctx.config.branchTimezone, language), 200)
  },
)

adminClientCardRoutes.openapi(
  createRoute({
    ...common,
    path: '/admin/users/{id}/entries',
    operationId: 'listBonusEntriesOfClient',
    summary: "A client's ledger, newest first; each entry explains itself",
    request: { params, query: pageQuery },
    responses: {
      200: { ...json(z.array(entrySchema), 'One page of entries'), headers: linkHeader },
      ...problems({ 400: ['invalid_cursor'], 404: ['user_not_found'], 422: ['validation_failed'] }),
    },
  }),
  async (c) => {
    const { ctx, language } = c.var
    const { limit, cursor } = c.req.valid('query')
    const beforeId = readCursor(cursor)?.id ?? Number.MAX_SAFE_INTEGER
    const userId = await findWhoIsLeft(ctx, c.req.valid('param').id)
    if (userId === undefined) throw new ProblemError('user_not_found')
    const { entries, nextBeforeId } = await listLedgerEntries(ctx, { userId, beforeId, limit })
    linkNext(c, nextBeforeId === undefined ? undefined : { at: 0, id: nextBeforeId })
    return c.json(
      entries.map((entry) => renderEntry(entry, ctx.config.branchTimezone, language)),
      200,
    )
  },
)
