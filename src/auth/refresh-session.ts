import type { Context } from '../context.ts'
import { keyedHash, sha256Hex } from '../platform/hash.ts'
import type { Result } from '../platform/outcome.ts'
import { endSession, liveSessionOfFamily, rotateToken } from './sessions.store.ts'
import { REFRESH_TOKEN_MS, type SessionTokens, tokensOf } from './start-session.ts'

/** How long the token before is still taken: a phone whose answer was lost asks again with it. */
const FORGIVEN_MS = 30_000

/**
 * New tokens for a refresh token, which is used up by it. The next token is derived from the one given, so that all who
 * ask with the same one (a phone's parallel requests, or a repetition after a lost answer) get the same next one, and
 * whichever answer the phone keeps is good. A token used up longer ago means that two hold it: the session ends for both.
 */
export async function refreshSession(
  ctx: Context,
  refreshToken: string,
): Promise<Result<SessionTokens, 'invalid_refresh_token'>> {
  const { db, config } = ctx
  const now = ctx.now()
  const [, family, given] = /^([\w-]{43})\.([\w-]{43,64})$/.exec(refreshToken) ?? []
  if (family === undefined || given === undefined) return REFUSED
  const next = await successor(config.secrets[0], family, given)
  const [familyHash, givenHash, nextHash] = await Promise.all([sha256Hex(family), sha256Hex(given), sha256Hex(next)])
  const expiresAt = now + REFRESH_TOKEN_MS
  const [[rotated], [live]] = await db.batch([
    rotateToken(db, { familyHash, givenHash, nextHash, expiresAt }, now),
    liveSessionOfFamily(db, familyHash, now),
  ])
  if (rotated) return { ok: true, value: await tokensOf(ctx, rotated, `${family}.${next}`, expiresAt) }
  if (!live) return REFUSED

  if (live.previousTokenHash === givenHash && now - live.rotatedAt <= FORGIVEN_MS) {
    // The secret may have been changed within the half minute.
    for (const secret of config.secrets) {
      const again = await successor(secret, family, given)
      if ((await sha256Hex(again)) !== live.tokenHash) continue
      return { ok: true, value: await tokensOf(ctx, live, `${family}.${again}`, live.rotatedAt + REFRESH_TOKEN_MS) }
    }
  }
  await endSession(db, { id: live.id, userId: live.userId, reason: 'reuse' }, now)
  ctx.log.warn('auth.refresh_token_reused', { user_id: live.userId, session_id: live.id })
  return REFUSED
}

const REFUSED = { ok: false, refusal: 'invalid_refresh_token' } as const

const successor = (secret: string, family: string, token: string) => keyedHash(secret, 'refresh', family, token)
