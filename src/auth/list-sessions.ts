import type { Context } from '../context.ts'
import { liveSessions, type SessionRow } from './sessions.store.ts'

/** Where the client is signed in, most recently used first. */
export async function listSessions(ctx: Context, userId: number): Promise<readonly SessionRow[]> {
  return await liveSessions(ctx.db, userId, ctx.now())
}
