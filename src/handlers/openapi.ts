import { ACCESS } from '../auth/access.ts'
import { ADMIN_COOKIE } from '../auth/authenticate.ts'
import type { newRoutes } from '../http.ts'
import type { ProblemCode } from '../platform/problem.ts'

type App = ReturnType<typeof newRoutes>

/** Describes the API: what the routes say of themselves, and of each the refusals that follow from the access table. */
export function describeApi(app: App) {
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description: "A client's access token (`POST /auth/login`) or an administrator's token (`POST /admin/login`)",
  })
  app.openAPIRegistry.registerComponent('securitySchemes', 'metricsToken', {
    type: 'http',
    scheme: 'bearer',
    description: 'The setting METRICS_TOKEN, for a monitoring program',
  })
  app.openAPIRegistry.registerComponent('securitySchemes', 'adminCookie', {
    type: 'apiKey',
    in: 'cookie',
    name: ADMIN_COOKIE,
    description: 'Session of the panel',
  })
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Spa booking',
      version: '1',
      description: 'Booking and bonus backend of a spa salon. Errors are RFC 9457 problems with a stable `code`.',
    },
    servers: [{ url: '/' }],
  })
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    for (const method of ['get', 'post', 'patch', 'put', 'delete'] as const) {
      const operation = item[method]
      if (operation) operation.responses = { ...operation.responses, ...refusalsOf(method, path, operation.responses) }
    }
  }
  return document
}

/** 401 and 403 of a route that not everybody may call, beside what it says of these itself. */
function refusalsOf(method: string, path: string, own: object | undefined) {
  const access = ACCESS[`${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`]
  if (access === undefined || access === 'public' || access === 'webhook') return {}
  const changesByCookie = access !== 'client' && method !== 'get'
  const forbidden: ProblemCode[] = changesByCookie ? ['forbidden', 'cross_site_request'] : ['forbidden']
  // Where a route has a 401 or 403 of its own, both are meant.
  const said = (status: number) => codesIn(own, status)
  return {
    401: refusal(['unauthenticated', ...said(401)]),
    403: refusal([...forbidden, ...said(403)]),
  }
}

const refusal = (codes: readonly ProblemCode[]) => ({
  description: codes.join(', '),
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
})

function codesIn(responses: object | undefined, status: number): ProblemCode[] {
  const response: unknown = Object.entries(responses ?? {}).find(([key]) => key === String(status))?.[1]
  if (typeof response !== 'object' || response === null || !('description' in response)) return []
  // `problems` wrote the codes there, separated like this.
  return String(response.description).split(', ') as ProblemCode[]
}
