import type { By, Role } from '../auth/actor.ts'
import type { Context } from '../context.ts'
import { somethingChanged, writeAudit } from '../ops/audit.statements.ts'
import type { Result } from '../platform/outcome.ts'
import { type Admin, toAdmin } from './admin.ts'
import { type AdminFields, adminById, endSessions, updateAdmin } from './admins.store.ts'
import { hashPassword } from './password.ts'
import { isWeakPassword } from './weak-password.ts'

/** Absent fields stay as they are. */
export interface AdminChange {
  readonly name?: string | undefined
  readonly role?: Role | undefined
  /** False dismisses. */
  readonly active?: boolean | undefined
  readonly password?: string | undefined
}

/**
 * What an owner changes about an administrator, himself included. Who is dismissed or given a new password is signed out in
 * the same transaction; a new role counts from the next request on. The last active owner who can sign in stays
 * one. What was decided on a page that is no longer true (its `updatedAt`) is refused; undefined: it does not matter.
 */
export async function changeAdmin(
  ctx: Context,
  id: number,
  change: AdminChange,
  by: By,
  seen?: number,
): Promise<Result<Admin, 'admin_not_found' | 'last_owner' | 'weak_password' | 'changed_meanwhile'>> {
  const { db } = ctx
  const [before] = await adminById(db, id)
  if (!before) return { ok: false, refusal: 'admin_not_found' }
  if (seen !== undefined && before.updatedAt !== seen) return { ok: false, refusal: 'changed_meanwhile' }
  if (change.password !== undefined && isWeakPassword(change.password, before.email)) {
    return { ok: false, refusal: 'weak_password' }
  }
  const newHash = change.password === undefined ? undefined : await hashPassword(change.password, ctx)
  const fields: AdminFields = {
    name: change.name ?? before.name,
    role: change.role ?? before.role,
    active: change.active ?? before.active === 1,
    passwordHash: newHash ?? before.passwordHash,
  }
  const now = ctx.now()
  const audit = {
    by,
    action: 'admin.change',
    entity: 'admin',
    entityId: String(id),
    before: { role: before.role, active: before.active === 1 },
    after: {
      role: fields.role,
      active: fields.active,
      name_changed: fields.name !== before.name,
      password_changed: newHash !== undefined,
    },
    when: somethingChanged,
  }
  const signOut = newHash !== undefined || !fields.active
  const [changed] = await db.batch([
    updateAdmin(db, before, fields, { now, passwordNeeded: !ctx.config.cloudflareAccess }),
    writeAudit(db, audit, now),
    // The audit entry stands for the change: without it nobody is signed out either.
    ...(signOut ? [endSessions(db, { adminId: id, when: somethingChanged }, now)] : []),
  ])
  const row = changed[0]
  if (row) return { ok: true, value: toAdmin(row) }
  const [after] = await adminById(db, id)
  // Changed by somebody else meanwhile: look again.
  if (after?.updatedAt === before.updatedAt) return { ok: false, refusal: 'last_owner' }
  return await changeAdmin(ctx, id, change, by, seen)
}
