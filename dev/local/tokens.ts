import { mintAccessToken } from '../../src/auth/tokens.ts'

/** The session that `seed` makes for the local owner. */
export const LOCAL_ADMIN_TOKEN = 'spa_admin_local-development'

/** An access token as the Worker would give it out, signed here with its secret. */
export const localToken = (
  actor: { kind: 'client' | 'admin'; id: number },
  secret: string,
  minutes: number,
): Promise<string> =>
  actor.kind === 'admin'
    ? Promise.resolve(LOCAL_ADMIN_TOKEN)
    : mintAccessToken({ userId: actor.id, sessionId: 1 }, [secret], Date.now(), minutes * 60)
