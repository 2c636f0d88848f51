import type { Context } from './context.ts'
import { ApiError, ConnectionReset } from './errors.ts'
import type { Failure } from './knobs.ts'

const PAGE = '<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>'

/** Does the work of a request, unless the knobs want it to fail. */
export function createFailures(ctx: Context) {
  let requests = 0
  let burst = 0
  const seen = new Set<string>()

  function choose(path: string, key: string | undefined): Failure | undefined {
    const { knobs, noise } = ctx
    if (!path.includes(knobs.failOnly)) return undefined
    const ordered = knobs.failNext.shift()
    if (ordered) return ordered
    if (burst === 0 && noise.chance(knobs.tooManyPercent, '429', requests)) burst = knobs.tooManyBurst
    if (burst > 0) {
      burst--
      return '429'
    }
    const isNew = key !== undefined && !seen.has(key)
    if (key !== undefined) seen.add(key)
    if (!isNew || !noise.chance(knobs.serverErrorPercent, '500', requests)) return undefined
    return noise.chance(50, 'done before 500', requests) ? '500after' : '500'
  }

  return {
    async around(path: string, key: string | undefined, work: () => Promise<Response>): Promise<Response> {
      requests++
      const failure = choose(path, key)
      if (failure === '500after' || failure === 'resetAfter') await work()
      switch (failure) {
        case undefined:
          return await work()
        case '429':
          throw new ApiError(429, 'too_many_requests', 'Too many requests')
        case '500':
        case '500after':
          throw new ApiError(500, 'internal_server_error', 'Technical error')
        case 'html':
          return new Response(PAGE, { status: 502, headers: { 'content-type': 'text/html; charset=utf-8' } })
        case 'reset':
        case 'resetAfter':
          throw new ConnectionReset()
      }
    },
    clear() {
      requests = 0
      burst = 0
      seen.clear()
    },
  }
}

export type Failures = ReturnType<typeof createFailures>
