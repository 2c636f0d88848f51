import { createRoute, z } from '@hono/zod-openapi'
import { json, newRoutes } from '../http.ts'
import { ProblemError } from '../platform/problem.ts'
import { VERSION } from '../platform/version.ts'
import { checkHealth } from './check-health.ts'

export const opsRoutes = newRoutes()

const healthSchema = z
  .object({
    status: z.enum(['ok', 'attention']),
    version: z.string(),
    parked_work: z.int(),
    last_sync: z.enum(['running', 'failing', 'finished', 'failed']).nullable(),
  })
  .openapi('Health')

opsRoutes.openapi(
  createRoute({
    method: 'get',
    path: '/health',
    operationId: 'getHealth',
    tags: ['public'],
    summary: 'Up, and whether parked work waits for a person',
    security: [],
    responses: { 200: json(healthSchema, 'Health') },
  }),
  async (c) => {
    const { status, parkedWork, lastSync } = await checkHealth(c.var.ctx)
    c.header('cache-control', 'no-store')
    return c.json({ status, version: VERSION, parked_work: parkedWork, last_sync: lastSync }, 200)
  },
)

/** The only files of the reader's package that are passed on. */
const READER_FILES = new Map([
  ['swagger-ui.css', 'text/css'],
  ['swagger-ui-bundle.js', 'text/javascript'],
  ['start.js', 'text/javascript'],
])

const PAGE = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Spa booking API</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="docs/swagger-ui.css"></head>
<body><div id="reader"></div><script src="docs/swagger-ui-bundle.js"></script><script src="docs/start.js"></script></body></html>`

const START = `SwaggerUIBundle({ url: '/api/v1/openapi.json', dom_id: '#reader', deepLinking: true })`

// Swagger UI draws its icons from data: addresses and sets styles on elements.
const CONTENT_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'"

opsRoutes.get('/docs', (c) => c.html(PAGE, 200, { 'content-security-policy': CONTENT_POLICY }))

opsRoutes.get('/docs/:file', async (c) => {
  const file = c.req.param('file')
  const type = READER_FILES.get(file)
  if (type === undefined) throw new ProblemError('not_found')
  const headers = { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'public, max-age=86400' }
  if (file === 'start.js') return c.body(START, 200, headers)
  const asset = await c.env.DOCS_ASSETS.fetch(new URL(`/${file}`, c.req.url))
  return new Response(asset.body, { headers })
})
