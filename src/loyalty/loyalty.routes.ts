import { createRoute, z } from '@hono/zod-openapi'
import {
  clientOf,
  clientSecurity,
  json,
  linkHeader,
  linkNext,
  newRoutes,
  pageQuery,
  problems,
  readCursor,
} from '../http.ts'
import { ProblemError } from '../platform/problem.ts'
import { getLoyalty } from './get-loyalty.ts'
import { listLedgerEntries } from './list-entries.ts'
import { entrySchema, loyaltySchema, renderEntry, renderLoyalty } from './loyalty.view.ts'

export const loyaltyRoutes = newRoutes()
const common = { tags: ['loyalty'], security: clientSecurity }

loyaltyRoutes.openapi(
  createRoute({
    ...common,
    method: 'get',
    path: '/loyalty',
    operationId: 'getLoyalty',
    summary: 'Balance, what of it expires when, level and the way to the next one',
    responses: { 200: json(loyaltySchema, 'Loyalty') },
  }),
  async (c) => {
    const loyalty = await getLoyalty(c.var.ctx, clientOf(c).id)
    if (!loyalty) throw new ProblemError('unauthenticated')
    return c.json(renderLoyalty(loyalty, c.var.ctx.config.branchTimezone, c.var.language), 200)
  },
)

loyaltyRoutes.openapi(
  createRoute({
    ...common,
    method: 'get',
    path: '/loyalty/entries',
    operationId: 'listBonusEntries',
    summary: 'The ledger, newest first; each entry explains itself',
    request: { query: pageQuery },
    responses: {
      200: { ...json(z.array(entrySchema), 'One page of entries'), headers: linkHeader },
      ...problems({ 400: ['invalid_cursor'], 422: ['validation_failed'] }),
    },
  }),
  async (c) => {
    const { ctx, language } = c.var
    const { limit, cursor } = c.req.valid('query')
    const beforeId = readCursor(cursor)?.id ?? Number.MAX_SAFE_INTEGER
    const { entries, nextBeforeId } = await listLedgerEntries(ctx, { userId: clientOf(c).id, beforeId, limit })
    linkNext(c, nextBeforeId === undefined ? undefined : { at: 0, id: nextBeforeId })
    return c.json(
      entries.map((entry) => renderEntry(entry, ctx.config.branchTimezone, language)),
      200,
    )
  },
)
