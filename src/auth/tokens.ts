import { errors, type JWTPayload, jwtVerify, SignJWT } from 'jose'
import { keyedHash } from '../platform/hash.ts'
import type { ClientActor } from './actor.ts'

const ISSUER = 'spa-booking'
const AUDIENCE = 'spa-booking-api'
const ALGORITHM = 'HS256'

export const ACCESS_TOKEN_SECONDS = 15 * 60

/** The secrets that tokens are signed with: the first signs, all verify, so that a secret can be changed without a stop. */
export type SigningSecrets = readonly [string, ...string[]]

const keyOf = (secret: string) => new TextEncoder().encode(secret)

/** Names a secret without giving it away. */
const kidOf = async (secret: string) => (await keyedHash(secret, 'kid')).slice(0, 16)

/** Signs claims with the current secret; `kid` says which it was. */
export async function signToken(
  claims: JWTPayload & { sub: string },
  audience: string,
  secrets: SigningSecrets,
  time: { nowSeconds: number; lifetimeSeconds: number },
): Promise<string> {
  return await new SignJWT(claims)
    .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT', kid: await kidOf(secrets[0]) })
    .setIssuer(ISSUER)
    .setAudience(audience)
    .setIssuedAt(time.nowSeconds)
    .setExpirationTime(time.nowSeconds + time.lifetimeSeconds)
    .sign(keyOf(secrets[0]))
}

/** The claims of a token that we signed for this audience and that has not expired; undefined for anything else. */
export async function readToken(
  token: string,
  audience: string,
  secrets: SigningSecrets,
  now: number,
): Promise<JWTPayload | undefined> {
  try {
    const { payload } = await jwtVerify(
      token,
      async ({ kid }) => {
        for (const secret of secrets) if (kid === (await kidOf(secret))) return keyOf(secret)
        throw new errors.JWKSNoMatchingKey()
      },
      {
        // Named explicitly: a token must not choose how it is checked (`alg: none`).
        algorithms: [ALGORITHM],
        issuer: ISSUER,
        audience,
        requiredClaims: ['exp', 'sub'],
        currentDate: new Date(now),
      },
    )
    return payload
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined
    throw error
  }
}

/** A client's access token. */
export const mintAccessToken = (
  client: { userId: number; sessionId: number },
  secrets: SigningSecrets,
  now: number,
  lifetimeSeconds = ACCESS_TOKEN_SECONDS,
): Promise<string> =>
  signToken({ sub: String(client.userId), sid: client.sessionId }, AUDIENCE, secrets, {
    nowSeconds: Math.floor(now / 1000),
    lifetimeSeconds,
  })

/** Who holds this access token; undefined for anything that is not a valid, unexpired one of ours. */
export async function readAccessToken(
  token: string,
  secrets: SigningSecrets,
  now: number,
): Promise<ClientActor | undefined> {
  const claims = await readToken(token, AUDIENCE, secrets, now)
  const id = Number(claims?.sub)
  const sessionId = claims?.sid
  if (!isId(id) || typeof sessionId !== 'number' || !isId(sessionId)) return undefined
  return { kind: 'client', id, sessionId }
}

const isId = (value: number) => Number.isSafeInteger(value) && value > 0
