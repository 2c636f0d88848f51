import type { Context as HonoContext, MiddlewareHandler } from 'hono'
import { readCookie } from '../auth/browser.ts'
import type { HttpEnv } from '../http.ts'

export const LANGUAGE_COOKIE = '__Host-spa-language'

/** Pages hold no style and no script of their own, so what slips into one as text stays text. */
const CONTENT_POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ')

/** Headers and language of every answer of the panel, refusals included; runs outside of the general ones. */
export const panelHeaders: MiddlewareHandler<HttpEnv> = async (c, next) => {
  c.set('language', readCookie(c.req.raw.headers, LANGUAGE_COOKIE) === 'en' ? 'en' : 'ru')
  await next()
  setPanelHeaders(c)
}

function setPanelHeaders(c: HonoContext<HttpEnv>): void {
  const { headers } = c.res
  headers.set('content-security-policy', CONTENT_POLICY)
  headers.set('x-frame-options', 'DENY')
  // Without a referrer browsers send `Origin: null` with forms, and old ones could not be told from other sites.
  headers.set('referrer-policy', 'same-origin')
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store')
}
