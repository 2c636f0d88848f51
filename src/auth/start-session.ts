import type { Context } from '../context.ts'
import { isRefusedWith } from '../platform/db.ts'
import { sha256Hex } from '../platform/hash.ts'
import { randomToken } from '../platform/secrets.ts'
import { DAY_MS } from '../platform/time.ts'
import { endAllButNewest, insertSession } from './sessions.store.ts'
import { ACCESS_TOKEN_SECONDS, mintAccessToken } from './tokens.ts'

export const REFRESH_TOKEN_MS = 60 * DAY_MS
/** More phones than anybody has; without a limit a script that signs in again and again fills the table. */
const MAX_SESSIONS = 20

export interface SessionTokens {
  readonly accessToken: string
  readonly accessExpiresInSeconds: number
  /** `<family>.<token>`: the family tells which session a token was of, even when it was used up long ago. */
  readonly refreshToken: string
  readonly refreshExpiresAt: number
}

/** Signs a client in on one more device. Undefined if he was erased meanwhile. */
export async function startSession(
  ctx: Context,
  client: { userId: number; device: string },
): Promise<SessionTokens | undefined> {
  const { db } = ctx
  const now = ctx.now()
  const family = randomToken(ctx.randomBytes)
  const token = randomToken(ctx.randomBytes)
  const expiresAt = now + REFRESH_TOKEN_MS
  const session = { ...client, familyHash: await sha256Hex(family), tokenHash: await sha256Hex(token), expiresAt }
  try {
    const [[inserted]] = await db.batch([
      insertSession(db, session, now),
      endAllButNewest(db, client.userId, MAX_SESSIONS, now),
    ])
    if (!inserted) throw new Error('the insert gave back no session')
    return await tokensOf(ctx, { id: inserted.id, userId: client.userId }, `${family}.${token}`, expiresAt)
  } catch (error) {
    if (isRefusedWith(error, 'USER_ERASED')) return undefined
    throw error
  }
}

export async function tokensOf(
  ctx: Context,
  session: { id: number; userId: number },
  refreshToken: string,
  refreshExpiresAt: number,
): Promise<SessionTokens> {
  const accessToken = await mintAccessToken(
    { userId: session.userId, sessionId: session.id },
    ctx.config.secrets,
    ctx.now(),
  )
  return { accessToken, accessExpiresInSeconds: ACCESS_TOKEN_SECONDS, refreshToken, refreshExpiresAt }
}
