import type { Context as HonoContext } from 'hono'
import { deleteCookie, setCookie } from 'hono/cookie'
import { ADMIN_COOKIE } from '../auth/authenticate.ts'
import { readCookie } from '../auth/browser.ts'
import type { HttpEnv } from '../http.ts'
import { DEVICE_SECONDS } from './known-device.ts'
import { type LoggedIn, SESSION_MS } from './log-in.ts'

/** Tells a browser in which administrators have signed in before; no proof of anything else. */
const DEVICE_COOKIE = '__Host-spa-device'
const COOKIE = { path: '/', secure: true, httpOnly: true, sameSite: 'Strict' } as const

/** What the browser keeps from an earlier sign-in. */
export const deviceOf = (c: HonoContext<HttpEnv>): string | undefined => readCookie(c.req.raw.headers, DEVICE_COOKIE)

/** Gives the browser the session that has just begun. */
export function keepSession(c: HonoContext<HttpEnv>, { token, deviceToken }: LoggedIn): void {
  setCookie(c, ADMIN_COOKIE, token, { ...COOKIE, maxAge: SESSION_MS.cookie / 1000 })
  setCookie(c, DEVICE_COOKIE, deviceToken, { ...COOKIE, maxAge: DEVICE_SECONDS })
}

export const forgetSession = (c: HonoContext<HttpEnv>): void => {
  deleteCookie(c, ADMIN_COOKIE, COOKIE)
}
