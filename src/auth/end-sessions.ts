import type { Context } from '../context.ts'
import { endAllSessions, endSession } from './sessions.store.ts'

/** Signs one of the client's devices out. False if it is not one of his, or was out already. */
export async function logOut(ctx: Context, session: { id: number; userId: number }): Promise<boolean> {
  return (await endSession(ctx.db, { ...session, reason: 'logout' }, ctx.now())).length > 0
}

/** Signs all of the client's devices out; access tokens that are out live on for their quarter of an hour. */
export async function logOutEverywhere(ctx: Context, userId: number): Promise<void> {
  await endAllSessions(ctx.db, userId, ctx.now())
}
