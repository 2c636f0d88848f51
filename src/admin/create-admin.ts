import type { By, Role } from '../auth/actor.ts'
import type { Context } from '../context.ts'
import { writeAudit } from '../ops/audit.statements.ts'
import { isRefusedWith } from '../platform/db.ts'
import type { Result } from '../platform/outcome.ts'
import { normalizeEmail } from '../platform/text.ts'
import { type Admin, toAdmin } from './admin.ts'
import { idOfEmail, insertAdmin } from './admins.store.ts'
import { hashPassword } from './password.ts'
import { isWeakPassword } from './weak-password.ts'

/** Lets somebody in. Without a password he can come through Cloudflare Access only. */
export async function createAdmin(
  ctx: Context,
  request: { email: string; name: string; role: Role; password: string | undefined },
  by: By,
): Promise<Result<Admin, 'validation_failed' | 'weak_password' | 'admin_exists'>> {
  const { db } = ctx
  const { name, role, password } = request
  const email = normalizeEmail(request.email)
  if (!email) return { ok: false, refusal: 'validation_failed' }
  if (password !== undefined && isWeakPassword(password, email)) return { ok: false, refusal: 'weak_password' }
  const passwordHash = password === undefined ? null : await hashPassword(password, ctx)
  const now = ctx.now()
  const audit = {
    by,
    action: 'admin.create',
    entity: 'admin',
    entityId: idOfEmail(email),
    after: { role, active: true, password_changed: password !== undefined },
  }
  try {
    const [made] = await db.batch([
      insertAdmin(db, { email, name, role, passwordHash }, now),
      writeAudit(db, audit, now),
    ])
    const row = made[0]
    if (!row) throw new Error('the insert gave back no administrator')
    return { ok: true, value: toAdmin(row) }
  } catch (error) {
    if (isRefusedWith(error, 'admins.email')) return { ok: false, refusal: 'admin_exists' }
    throw error
  }
}
