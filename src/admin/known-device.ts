import { readToken, signToken } from '../auth/tokens.ts'
import type { Context } from '../context.ts'
import { randomToken } from '../platform/secrets.ts'
import { DAY_MS } from '../platform/time.ts'

const AUDIENCE = 'spa-booking-device'
export const DEVICE_SECONDS = (180 * DAY_MS) / 1000

/** A browser in which this administrator has signed in before. Proves nothing but that: wrong passwords count apart there. */
export interface KnownDevice {
  readonly adminId: number
  readonly deviceId: string
}

export async function readDevice(ctx: Context, token: string | undefined): Promise<KnownDevice | undefined> {
  const claims = token === undefined ? undefined : await readToken(token, AUDIENCE, ctx.config.secrets, ctx.now())
  return claims?.jti === undefined ? undefined : { adminId: Number(claims.sub), deviceId: claims.jti }
}

/** A token for the browser to keep: the same device for longer, or a new one. */
export const signDevice = (ctx: Context, adminId: number, known: KnownDevice | undefined): Promise<string> =>
  signToken(
    { sub: String(adminId), jti: known?.deviceId ?? randomToken(ctx.randomBytes) },
    AUDIENCE,
    ctx.config.secrets,
    { nowSeconds: Math.floor(ctx.now() / 1000), lifetimeSeconds: DEVICE_SECONDS },
  )
