import { createRoute, z } from '@hono/zod-openapi'
import {
  adminSecurity,
  doneBy,
  json,
  linkCursor,
  linkHeader,
  linkNext,
  newRoutes,
  pageQuery,
  problems,
  readCursor,
  refuse,
} from '../http.ts'
import { exportLedger } from '../loyalty/export-ledger.ts'
import { ledgerCheckSchema, renderLedgerCheck } from '../loyalty/ledger-check.view.ts'
import { listLedgerChecks } from '../loyalty/list-ledger-checks.ts'
import { verifyLedger } from '../loyalty/verify-ledger.ts'

export const adminLedgerRoutes = newRoutes()
const common = { tags: ['admin: ledger'], security: adminSecurity }

/** Each may list a hundred differences. */
const MAX_CHECKS = 5

adminLedgerRoutes.openapi(
  createRoute({
    ...common,
    method: 'post',
    path: '/admin/ledger/verify',
    operationId: 'verifyLedger',
    summary:
      'Prove the ledger: balances are sums of entries, each completed visit has one net accrual, no other has any',
    description: 'A large ledger takes several steps: look at the list of checks until this one has a `finished_at`.',
    responses: { 200: json(ledgerCheckSchema, 'The check as far as it has come') },
  }),
  async (c) => {
    const { ctx } = c.var
    return c.json(renderLedgerCheck(await verifyLedger(ctx, doneBy(c)), ctx.config.branchTimezone), 200)
  },
)

adminLedgerRoutes.openapi(
  createRoute({
    ...common,
    method: 'get',
    path: '/admin/ledger/checks',
    operationId: 'listLedgerChecks',
    summary: 'Proofs of the ledger, newest first; one is made every night',
    request: {
      query: pageQuery.extend({ limit: z.coerce.number().int().min(1).max(MAX_CHECKS).default(MAX_CHECKS) }),
    },
    responses: {
      200: { ...json(z.array(ledgerCheckSchema), 'One page of checks'), headers: linkHeader },
      ...problems({ 400: ['invalid_cursor'], 422: ['validation_failed'] }),
    },
  }),
  async (c) => {
    const { ctx } = c.var
    const { limit, cursor } = c.req.valid('query')
    const beforeId = readCursor(cursor)?.id ?? Number.MAX_SAFE_INTEGER
    const { checks, nextBeforeId } = await listLedgerChecks(ctx, { beforeId, limit })
    linkNext(c, nextBeforeId === undefined ? undefined : { at: 0, id: nextBeforeId })
    return c.json(
      checks.map((check) => renderLedgerCheck(check, ctx.config.branchTimezone)),
      200,
    )
  },
)

/** By default an answer stays as small as all others; the command line asks for larger pages. */
const EXPORT_PAGE = { default: 150, most: 2000 }

adminLedgerRoutes.openapi(
  createRoute({
    ...common,
    method: 'get',
    path: '/admin/ledger/export',
    operationId: 'exportLedger',
    summary: 'The ledger as a chain of lines that anybody can check offline (scripts/check-ledger.mjs)',
    description:
      'One JSON object per line; append the pages, in the order of their `Link` headers, to one file. Client numbers only, no personal data.',
    request: {
      query: z.object({
        limit: z.coerce.number().int().min(1).max(EXPORT_PAGE.most).default(EXPORT_PAGE.default),
        cursor: z.string().max(200).optional().openapi({ description: 'From the Link header of the page before' }),
      }),
    },
    responses: {
      200: {
        description: 'Some lines of the file',
        content: { 'text/plain': { schema: z.string() } },
        headers: linkHeader,
      },
      ...problems({ 400: ['invalid_cursor'], 422: ['validation_failed'] }),
    },
  }),
  async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const exported = await exportLedger(c.var.ctx, { limit, cursor }, doneBy(c))
    if (!exported.ok) return refuse(exported)
    const { text, nextCursor } = exported.value
    linkCursor(c, nextCursor)
    return c.text(text, 200, { 'cache-control': 'no-store' })
  },
)
