import { readToken, signToken } from '../auth/tokens.ts'
import type { Context } from '../context.ts'
import { randomToken } from '../platform/secrets.ts'
import { DAY_MS } from '../platform/time.ts'

const AUDIENCE = 'spa-booking-device'
export const DEVICE_SECONDS = (180 * DAY_MS) / 1000
/** Whoever has not signed in there for that many others is a stranger again: the token has to fit into a cookie. */
const MAX_ADMINS = 20

/**
 * A browser or command line in which these administrators have signed in before, last who did so last. Proves nothing but
 * that: wrong passwords count apart there.
 */
export interface KnownDevice {
  readonly deviceId: string
  readonly adminIds: readonly number[]
}

export async function readDevice(ctx: Context, token: string | undefined): Promise<KnownDevice | undefined> {
  const claims = token === undefined ? undefined : await readToken(token, AUDIENCE, ctx.config.secrets, ctx.now())
  const admins: unknown = claims?.admins
  if (claims?.sub === undefined || !Array.isArray(admins)) return undefined
  return { deviceId: claims.sub, adminIds: admins.filter(Number.isSafeInteger) }
}

/**
 * A token for the device to keep: the same device for longer, or a new one. Colleagues who share a browser stay known there,
 * and share one number: else each of them could make new devices for the others.
 */
export function signDevice(ctx: Context, adminId: number, known: KnownDevice | undefined): Promise<string> {
  const others = (known?.adminIds ?? []).filter((id) => id !== adminId)
  return signToken(
    { sub: known?.deviceId ?? randomToken(ctx.randomBytes), admins: [...others, adminId].slice(-MAX_ADMINS) },
    AUDIENCE,
    ctx.config.secrets,
    { nowSeconds: Math.floor(ctx.now() / 1000), lifetimeSeconds: DEVICE_SECONDS },
  )
}
