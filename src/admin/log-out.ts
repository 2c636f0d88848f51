import type { AdminActor, By } from '../auth/actor.ts'
import type { Context } from '../context.ts'
import { somethingChanged, writeAudit } from '../ops/audit.statements.ts'
import { endSession, endSessions } from './admins.store.ts'

/** Ends the session of this request. Behind Cloudflare Access there is none of ours: Access ends its own. */
export async function logOut(ctx: Context, admin: AdminActor, by: By): Promise<void> {
  if (admin.sessionId === undefined) return
  const now = ctx.now()
  const audit = { by, action: 'admin.logout', entity: 'admin', entityId: String(admin.id), when: somethingChanged }
  await ctx.db.batch([endSession(ctx.db, admin.sessionId, now), writeAudit(ctx.db, audit, now)])
}

/** Ends his sessions everywhere else, for instance one that was stolen. */
export async function logOutElsewhere(ctx: Context, admin: AdminActor, by: By): Promise<void> {
  const now = ctx.now()
  const audit = { by, action: 'admin.logout_all', entity: 'admin', entityId: String(admin.id), when: somethingChanged }
  await ctx.db.batch([
    endSessions(ctx.db, { adminId: admin.id, except: admin.sessionId }, now),
    writeAudit(ctx.db, audit, now),
  ])
}
