import type { AdminActor, By } from '../auth/actor.ts'
import { giveBack, type TooMany, takeAllowance } from '../auth/take-allowance.ts'
import type { Context } from '../context.ts'
import { somethingChanged, writeAudit } from '../ops/audit.statements.ts'
import { MINUTE_MS } from '../platform/time.ts'
import { adminById, endSessions, hasPasswordHash, replacePassword } from './admins.store.ts'
import { checkPassword, hashPassword } from './password.ts'
import { isWeakPassword } from './weak-password.ts'

const ATTEMPTS = 5
const WINDOW_MS = 15 * MINUTE_MS

export type ChangePasswordResult =
  | { readonly ok: true }
  | { readonly ok: false; readonly refusal: 'wrong_credentials' | 'weak_password' }
  | TooMany

/**
 * An administrator's own new password, in exchange for the current one; his other sessions end. Attempts are limited, so that
 * a browser left open is not a place to guess at; for each session, so that a stolen one does not use up those of its owner.
 */
export async function changePassword(
  ctx: Context,
  admin: AdminActor,
  passwords: { readonly current: string; readonly next: string },
  by: By,
): Promise<ChangePasswordResult> {
  const { db } = ctx
  const key = `admin-password:${admin.id}:${admin.sessionId ?? 'cloudflare-access'}`
  const allowance = await takeAllowance(ctx, [{ key, limit: ATTEMPTS, windowMs: WINDOW_MS }])
  if (!allowance.ok) return allowance
  const [found] = await adminById(db, admin.id)
  const from = found?.passwordHash ?? null
  if ((await checkPassword(passwords.current, from, ctx.passwordCost)) === 'wrong' || !found || from === null) {
    return { ok: false, refusal: 'wrong_credentials' }
  }
  if (isWeakPassword(passwords.next, found.email)) return { ok: false, refusal: 'weak_password' }
  const to = await hashPassword(passwords.next, ctx)
  const now = ctx.now()
  const audit = {
    by,
    action: 'admin.password',
    entity: 'admin',
    entityId: String(admin.id),
    after: { password_changed: true },
    when: somethingChanged,
  }
  const others = { adminId: admin.id, except: admin.sessionId, when: hasPasswordHash(admin.id, to) }
  const [replaced] = await db.batch([
    replacePassword(db, { id: admin.id, from, to }, now),
    writeAudit(db, audit, now),
    endSessions(db, others, now),
  ])
  if (replaced.changes === 0) return { ok: false, refusal: 'wrong_credentials' }
  await giveBack(ctx, [key])
  return { ok: true }
}
