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
import { ProblemError } from '../platform/problem.ts'
import { getSyncRun, listSyncRuns } from '../yclients/list-sync-runs.ts'
import { renderSyncRun, syncRunSchema } from '../yclients/sync.view.ts'

export const adminSyncRoutes = newRoutes()
const common = { tags: ['admin'], security: adminSecurity, method: 'get' as const }

adminSyncRoutes.openapi(
  createRoute({
    ...common,
    path: '/admin/sync-runs',
    operationId: 'listSyncRuns',
    summary: 'Sync runs, newest first',
    request: { query: pageQuery },
    responses: {
      200: { ...json(z.array(syncRunSchema), 'One page of runs'), headers: linkHeader },
      ...problems({
        400: ['invalid_cursor'],
        422: ['validation_failed'],
      }),
    },
  }),
  async (c) => {
    const { ctx } = c.var
    const { limit, cursor } = c.req.valid('query')
    const { runs, nextBeforeId } = await listSyncRuns(ctx, {
      beforeId: readCursor(cursor)?.id ?? Number.MAX_SAFE_INTEGER,
      limit,
    })
    linkNext(c, nextBeforeId === undefined ? undefined : { at: 0, id: nextBeforeId })
    return c.json(
      runs.map((run) => renderSyncRun(run, ctx.config.branchTimezone)),
      200,
    )
  },
)

adminSyncRoutes.openapi(
  createRoute({
    ...common,
    path: '/admin/sync-runs/{id}',
    operationId: 'getSyncRun',
    summary: 'One sync run, also while it goes on',
    request: { params: z.object({ id: idSchema }) },
    responses: {
      200: json(syncRunSchema, 'The run'),
      ...problems({ 404: ['not_found'], 422: ['validation_failed'] }),
    },
  }),
  async (c) => {
    const run = await getSyncRun(c.var.ctx, c.req.valid('param').id)
    if (!run) throw new ProblemError('not_found')
    return c.json(renderSyncRun(run, c.var.ctx.config.branchTimezone), 200)
  },
)
