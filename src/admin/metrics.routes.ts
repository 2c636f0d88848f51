import { createRoute, z } from '@hono/zod-openapi'
import { adminSecurity, newRoutes } from '../http.ts'
import { readMetrics } from '../ops/read-metrics.ts'

export const adminMetricsRoutes = newRoutes()

const TEXT_FORMAT = 'text/plain; version=0.0.4; charset=utf-8'

adminMetricsRoutes.openapi(
  createRoute({
    tags: ['admin'],
    security: [...adminSecurity, { metricsToken: [] }],
    method: 'get',
    path: '/admin/metrics',
    operationId: 'getMetrics',
    summary:
      'Counters and gauges in the text format of Prometheus; for managers, and for METRICS_TOKEN as a bearer token',
    responses: {
      200: { description: 'The metrics', content: { 'text/plain': { schema: z.string() } } },
    },
  }),
  async (c) => {
    const text = await readMetrics(c.var.ctx)
    return c.text(text, 200, { 'content-type': TEXT_FORMAT, 'cache-control': 'no-store' })
  },
)
