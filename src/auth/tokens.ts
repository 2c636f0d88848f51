import { errors, jwtVerify, SignJWT } from 'jose'
import type { Actor } from './actor.ts'

const ISSUER = 'spa-booking'
const AUDIENCE = 'spa-booking-api'
const ALGORITHM = 'HS256'

const keyOf = (secret: string) => new TextEncoder().encode(secret)

/** An access token for a client or an administrator, valid for this many seconds from `nowSeconds`. */
export function mintToken(
  actor: Actor,
  secret: string,
  time: { nowSeconds: number; lifetimeSeconds: number },
): Promise<string> {
  return new SignJWT({ kind: actor.kind })
    .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setSubject(String(actor.id))
    .setIssuedAt(time.nowSeconds)
    .setExpirationTime(time.nowSeconds + time.lifetimeSeconds)
    .sign(keyOf(secret))
}

/** Who holds this token; undefined for anything that is not a valid, unexpired token of ours. */
export async function verifyToken(token: string, secret: string, now: number): Promise<Actor | undefined> {
  try {
    const { payload } = await jwtVerify(token, keyOf(secret), {
      // Named explicitly: a token must not choose how it is checked (`alg: none`).
      algorithms: [ALGORITHM],
      issuer: ISSUER,
      audience: AUDIENCE,
      requiredClaims: ['exp', 'sub'],
      currentDate: new Date(now),
    })
    const id = Number(payload.sub)
    const kind = payload.kind
    if (!Number.isSafeInteger(id) || id <= 0 || (kind !== 'client' && kind !== 'admin')) return undefined
    return { kind, id }
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined
    throw error
  }
}
