import { createRoute, z } from '@hono/zod-openapi'
import { json, newRoutes } from '../http.ts'
import { ProblemError } from '../platform/problem.ts'
import { VERSION } from '../platform/version.ts'

export const opsRoutes = newRoutes()

const healthSchema = z.object({ status: z.literal('ok'), version: z.string() }).openapi('Health')

opsRoutes.openapi(
  createRoute({
    method: 'get',
    path: '/health',
    operationId: 'getHealth',
    tags: ['public'],
    summary: 'Up; how everything stands is told to administrators',
    security: [],
    responses: { 200: json(healthSchema, 'Health') },
  }),
  // Anybody may ask as often as he likes, so it asks no database, and says nothing of the salon.
  (c) => {
    c.header('cache-control', 'no-store')
    return c.json({ status: 'ok' as const, version: VERSION }, 200)
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
