import type { MiddlewareHandler } from 'hono'
import type { Context } from './context.ts'
import { ApiError, notFound } from './envelope.ts'

const UNAUTHORIZED = 'Необходима авторизация'

/** `Bearer <partner>, User <user>` in one header; the word `User` may be missing. */
export function readTokens(header: string | undefined): { partner: string | undefined; user: string | undefined } {
  const match = /^Bearer\s+([^\s,]+)(?:\s*,\s*(?:User\s+)?(\S+))?\s*$/i.exec(header ?? '')
  return { partner: match?.[1], user: match?.[2] }
}

/** What a route demands before it looks at anything else. */
export function guards(ctx: Context): { partner: MiddlewareHandler; user: MiddlewareHandler } {
  const guard =
    (needsUser: boolean): MiddlewareHandler =>
    async (c, next) => {
      const { partner, user } = readTokens(c.req.header('authorization'))
      const known = partner === ctx.tokens.partner && (user === undefined || user === ctx.tokens.user)
      if (!known || (needsUser && user === undefined)) throw new ApiError(401, UNAUTHORIZED, { early: true })
      const branch = c.req.param('cid')
      if (branch !== undefined && branch !== String(ctx.salon.companyId)) throw notFound('Филиал не найден.')
      if (branch !== undefined && ctx.knobs.licenceExpired) {
        throw new ApiError(403, `Необходимо продлить лицензию в филиале с id: ${branch}`)
      }
      if (ctx.knobs.forbidden.some((part) => c.req.path.includes(part))) throw new ApiError(403, 'Недостаточно прав')
      await next()
    }
  return { partner: guard(false), user: guard(true) }
}
