import type { Context } from './context.ts'
import { ApiError, isV2, refuse } from './envelope.ts'
import type { Failure } from './knobs.ts'
import { tooMany } from './limits.ts'

/** Thrown instead of an answer; the Node shell turns it into a dropped connection. */
export class ConnectionReset extends TypeError {
  constructor() {
    super('connection reset by the simulator')
  }
}

const PAGE =
  '<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>'

/** Does the work of a request, unless the knobs want it to fail. */
export function createFailures(ctx: Context, wait: (ms: number) => Promise<void>) {
  let requests = 0

  function choose(path: string): Failure | undefined {
    const { knobs, noise } = ctx
    if (!path.includes(knobs.failOnly)) return undefined
    const ordered = knobs.failNext.shift()
    if (ordered) return ordered
    const hit = (percent: number, name: string) => noise.chance(percent, name, requests)
    if (hit(knobs.resetPercent, 'reset')) return 'reset'
    if (hit(knobs.tooManyPercent, '429')) return '429'
    if (hit(knobs.serverErrorPercent, '5xx')) return noise.pick(['500', '502'], '5xx kind', requests)
    if (hit(knobs.htmlPercent, 'html')) return 'html'
    if (hit(knobs.successFalsePercent, 'success false')) return 'successFalse'
    return undefined
  }

  return {
    async around(request: Request, work: () => Promise<Response>): Promise<Response> {
      requests++
      const { knobs, noise } = ctx
      const path = new URL(request.url).pathname
      const failure = choose(path)
      const slow = path.includes(knobs.failOnly) && noise.chance(knobs.slowPercent, 'slow', requests)
      if (slow || failure === 'slow') await wait(knobs.slowMs)
      if (failure === undefined || failure === 'slow') return work()
      if (knobs.failMoment === 'after') await work()
      return fail(failure, request)
    },
    clear() {
      requests = 0
    },
  }

  function fail(failure: Exclude<Failure, 'slow'>, request: Request): Response {
    switch (failure) {
      case 'reset':
        throw new ConnectionReset()
      case '429':
        return refuse(ctx, request, new ApiError(429, tooMany(ctx.noise.between(0, 60, '429 wait', requests))))
      case '500':
      case '502':
        return refuse(ctx, request, new ApiError(Number(failure), 'Внутренняя ошибка сервера'))
      case 'successFalse': {
        const error = new ApiError(200, 'Произошла ошибка')
        return isV2(request) ? refuse(ctx, request, error) : refuse(ctx, request, new ApiError(500, error.message))
      }
      case 'html':
      case 'html200':
        return new Response(PAGE, {
          status: failure === 'html' ? 502 : 200,
          headers: { 'content-type': 'text/html; charset=utf-8' },
        })
      case 'empty':
        return new Response(null, { status: 200 })
    }
  }
}
