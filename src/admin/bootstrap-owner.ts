import type { By } from '../auth/actor.ts'
import { callerPart } from '../auth/caller-part.ts'
import { type TooMany, takeAllowance } from '../auth/take-allowance.ts'
import type { Context } from '../context.ts'
import { writeAudit } from '../ops/audit.statements.ts'
import { isRefusedWith } from '../platform/db.ts'
import { keyedHash, sha256Hex } from '../platform/hash.ts'
import { sameSecret } from '../platform/secrets.ts'
import { normalizeEmail } from '../platform/text.ts'
import { MINUTE_MS } from '../platform/time.ts'
import { type Admin, toAdmin } from './admin.ts'
import { adminByEmail, endSessions, idOfEmail, putOwner, useBootstrapSecret } from './admins.store.ts'
import { hashPassword } from './password.ts'
import { isWeakPassword } from './weak-password.ts'

const ATTEMPTS = 10
const WINDOW_MS = 15 * MINUTE_MS

export type BootstrapResult =
  | { readonly ok: true; readonly value: Admin }
  | { readonly ok: false; readonly refusal: 'bootstrap_refused' | 'validation_failed' | 'weak_password' }
  | TooMany

/**
 * Makes the first owner, by a secret that stands in the settings and works once. It is also the way back in when the owner's
 * password is lost: with a new secret and the e-mail of an administrator who exists, that one becomes an active owner
 * with the new password, and is signed out everywhere. (Whoever can set the secret has the database anyway.)
 */
export async function bootstrapOwner(
  ctx: Context,
  request: { secret: string; email: string; name: string; password: string; address: string },
  by: By,
): Promise<BootstrapResult> {
  const { config, db } = ctx
  const network = await keyedHash(config.secrets[0], 'admin-bootstrap', callerPart(request.address))
  const allowance = await takeAllowance(ctx, [
    { key: `admin-bootstrap:${network}`, limit: ATTEMPTS, windowMs: WINDOW_MS },
  ])
  if (!allowance.ok) return allowance
  const expected = config.adminBootstrapSecret
  if (expected === undefined || !(await sameSecret(request.secret, expected))) {
    return { ok: false, refusal: 'bootstrap_refused' }
  }
  const { name, password } = request
  const email = normalizeEmail(request.email)
  if (!email) return { ok: false, refusal: 'validation_failed' }
  if (isWeakPassword(password, email)) return { ok: false, refusal: 'weak_password' }

  const passwordHash = await hashPassword(password, ctx)
  const [before] = await adminByEmail(db, email)
  const now = ctx.now()
  const audit = {
    by,
    action: 'admin.bootstrap',
    entity: 'admin',
    entityId: idOfEmail(email),
    ...(before && { before: { role: before.role, active: before.active === 1 } }),
    after: { role: 'owner', active: true, password_changed: true },
  }
  try {
    const [, made] = await db.batch([
      // Not keyed: it has to be known again after JWT_SECRET has changed.
      useBootstrapSecret(db, await sha256Hex(expected), now),
      putOwner(db, { email, name, passwordHash }, now),
      endSessions(db, { adminId: idOfEmail(email) }, now),
      writeAudit(db, audit, now),
    ])
    const row = made[0]
    if (!row) throw new Error('the upsert gave back no administrator')
    return { ok: true, value: toAdmin(row) }
  } catch (error) {
    if (isRefusedWith(error, 'used_bootstrap_secrets.secret_hash')) return { ok: false, refusal: 'bootstrap_refused' }
    throw error
  }
}
