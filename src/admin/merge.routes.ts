import { createRoute, z } from '@hono/zod-openapi'
import { adminSecurity, doneBy, json, newRoutes } from '../http.ts'
import { giveClientCodes } from '../users/give-client-codes.ts'

export const adminMergeRoutes = newRoutes()
const common = { tags: ['admin'], security: adminSecurity }

adminMergeRoutes.openapi(
  createRoute({
    ...common,
    method: 'post',
    path: '/admin/users/codes',
    operationId: 'giveClientCodes',
    summary: 'Make codes for clients who have none, some hundred at a time; repeat it until nobody remains',
    responses: {
      200: json(
        z.object({ given: z.int(), remaining: z.int() }).openapi('GivenCodes'),
        'How many got a code now, and how many still have none',
      ),
    },
  }),
  async (c) => c.json(await giveClientCodes(c.var.ctx, doneBy(c)), 200),
)
