import type { AdminActor } from '../auth/actor.ts'
import type { Context } from '../context.ts'
import type { SessionKind } from './admin.ts'
import { liveSessions } from './admins.store.ts'

export interface AdminSession {
  readonly kind: SessionKind
  readonly createdAt: number
  readonly expiresAt: number
  /** The one that asks. */
  readonly isThis: boolean
}

const MOST = 20

/** Where an administrator is signed in, newest first. Undefined behind Cloudflare Access, which keeps sessions itself. */
export async function listAdminSessions(ctx: Context, admin: AdminActor): Promise<readonly AdminSession[] | undefined> {
  if (admin.sessionId === undefined) return undefined
  const sessions = await liveSessions(ctx.db, { adminId: admin.id, limit: MOST }, ctx.now())
  return sessions.map(({ id, ...session }) => ({ ...session, isThis: id === admin.sessionId }))
}
