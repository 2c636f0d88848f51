import type { AdminActor, By } from '../auth/actor.ts'
import type { Context } from '../context.ts'
import { somethingChanged, writeAudit } from '../ops/audit.statements.ts'
import { endSession } from './admins.store.ts'

/** Ends the session of this request. Behind Cloudflare Access there is none of ours: Access ends its own. */
export async function logOut(ctx: Context, admin: AdminActor, by: By): Promise<void> {
  if (admin.sessionId === undefined) return
  const now = ctx.now()
  const audit = { by, action: 'admin.logout', entity: 'admin', entityId: String(admin.id), when: somethingChanged }
  await ctx.db.batch([endSession(ctx.db, admin.sessionId, now), writeAudit(ctx.db, audit, now)])
}
