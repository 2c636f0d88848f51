import { adminBySession } from '../admin/admins.statements.ts'
import type { Context } from '../context.ts'
import { sha256Hex } from '../platform/hash.ts'
import type { Actor, ClientActor } from './actor.ts'
import { readCookie } from './browser.ts'
import { ACCESS_HEADER, adminOfAssertion } from './cloudflare-access.ts'
import { liveSession } from './sessions.store.ts'
import { readAccessToken } from './tokens.ts'

/** `__Host-`: over HTTPS only, from this host only, for all paths; no other site or subdomain can set it. */
export const ADMIN_COOKIE = '__Host-spa-admin'
/** Tells administrators' tokens from clients' without asking the database. */
export const ADMIN_TOKEN_PREFIX = 'spa_admin_'

export interface Caller {
  readonly actor: Actor | undefined
  /** True if the browser sent the proof by itself, so that another site may have caused the request. */
  readonly ambient: boolean
}

const NOBODY: Caller = { actor: undefined, ambient: false }

/**
 * Who calls. An Authorization header alone counts where there is one, valid or not: a request that shows two proofs must
 * not be taken for the person that the other one names. Likewise what Cloudflare Access says, before our own cookie.
 */
export async function authenticate(ctx: Context, headers: Headers): Promise<Caller> {
  const authorization = headers.get('authorization')
  if (authorization !== null) {
    const token = /^Bearer ([\w.-]{1,4096})$/i.exec(authorization)?.[1]
    if (token === undefined) return NOBODY
    const actor = token.startsWith(ADMIN_TOKEN_PREFIX)
      ? await adminOfSession(ctx, token, 'bearer')
      : await readAccessToken(token, ctx.config.secrets, ctx.now())
    return { actor, ambient: false }
  }
  const assertion = ctx.config.cloudflareAccess ? headers.get(ACCESS_HEADER) : null
  // Ambient: it stands for a cookie of Access, which a browser sends with requests of other sites, too.
  if (assertion !== null) return { actor: await adminOfAssertion(ctx, assertion), ambient: true }
  const cookie = readCookie(headers, ADMIN_COOKIE)
  return cookie === undefined ? NOBODY : { actor: await adminOfSession(ctx, cookie, 'cookie'), ambient: true }
}

/**
 * Is the client's session still there? Access tokens outlive it by a quarter of an hour, which is good enough for reading, and
 * spares it a query; who signed out everywhere because his phone was stolen must not lose his account to the thief.
 */
export async function isStillSignedIn(ctx: Context, { id, sessionId }: ClientActor): Promise<boolean> {
  return (await liveSession(ctx.db, { id: sessionId, userId: id }, ctx.now())).length > 0
}

async function adminOfSession(ctx: Context, token: string, kind: 'cookie' | 'bearer'): Promise<Actor | undefined> {
  const [admin] = await adminBySession(ctx.db, { tokenHash: await sha256Hex(token), kind }, ctx.now())
  return admin && { kind: 'admin', ...admin }
}
