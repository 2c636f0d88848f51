import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { activeAdminByEmail } from '../admin/admins.statements.ts'
import type { Context } from '../context.ts'
import { errorFields } from '../platform/log.ts'
import { normalizeEmail } from '../platform/text.ts'
import type { AdminActor } from './actor.ts'

/** What Cloudflare Access adds to every request that it lets through. */
export const ACCESS_HEADER = 'Cf-Access-Jwt-Assertion'

/** Access signs with no other algorithm, and a token must not choose how it is checked. */
const ALGORITHM = 'RS256'

/**
 * The administrator whom Cloudflare Access vouches for: signed by the salon's team for this application, unexpired, with
 * the e-mail of somebody active in our own table. Access says who it is; what he may do stands in the table.
 */
export async function adminOfAssertion(ctx: Context, assertion: string): Promise<AdminActor | undefined> {
  const email = await emailOf(ctx, assertion)
  if (email === undefined) return undefined
  const [admin] = await activeAdminByEmail(ctx.db, email)
  return admin && { kind: 'admin', ...admin, sessionId: undefined }
}

async function emailOf(ctx: Context, assertion: string): Promise<string | undefined> {
  const access = ctx.config.cloudflareAccess
  if (!access) return undefined
  try {
    const { payload } = await jwtVerify(assertion, keysOf(ctx, access), {
      algorithms: [ALGORITHM],
      issuer: access.teamDomain,
      audience: access.audience,
      requiredClaims: ['exp'],
      currentDate: new Date(ctx.now()),
    })
    return typeof payload.email === 'string' ? normalizeEmail(payload.email) : undefined
  } catch (error) {
    // Of our own setup or of the network, and not of the assertion: somebody has to hear of it.
    if (!isOfTheAssertion(error)) ctx.log.warn('access.keys_unavailable', errorFields(error))
    return undefined
  }
}

const isOfTheAssertion = (error: unknown) =>
  error instanceof errors.JOSEError && error.code !== 'ERR_JWKS_TIMEOUT' && error.code !== 'ERR_JOSE_GENERIC'

type AccessConfig = NonNullable<Context['config']['cloudflareAccess']>

/** By the settings, which live as long as the isolate; contexts are copied for each request. */
const keySets = new WeakMap<AccessConfig, JWTVerifyGetKey>()

/** The team's public keys, fetched when first needed and again when a key is new or ten minutes have passed. */
function keysOf(ctx: Context, access: AccessConfig): JWTVerifyGetKey {
  let keys = keySets.get(access)
  if (!keys) {
    keys = createRemoteJWKSet(new URL(`${access.teamDomain}/cdn-cgi/access/certs`), {
      [customFetch]: (url, options) => ctx.fetch(url, options),
    })
    keySets.set(access, keys)
  }
  return keys
}
