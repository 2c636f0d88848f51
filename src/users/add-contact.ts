import type { By } from '../auth/actor.ts'
import { type RightCode, useCode } from '../auth/check-code.ts'
import type { Context } from '../context.ts'
import { somethingChanged, writeAudit } from '../ops/audit.statements.ts'
import { isRefusedWith } from '../platform/db.ts'
import type { Result } from '../platform/outcome.ts'
import type { Contact } from './contact.ts'
import { contactOwner, contactsOfUser, insertContact, type StoredContact } from './contacts.store.ts'
import { linkVisits } from './link-visits.ts'

const MAX_CONTACTS = 10

/**
 * Adds a contact that a code has just proven. Earlier visits that name it become the client's. A contact that he has
 * already changes nothing; one of another account is refused: two accounts of one person are merged at the desk.
 */
export async function addContact(
  ctx: Context,
  { userId, contact, code }: { userId: number; contact: Contact; code: RightCode },
  by: By,
): Promise<
  Result<readonly StoredContact[], 'code_expired' | 'contact_taken' | 'too_many_contacts' | 'user_not_found'>
> {
  const { db } = ctx
  const now = ctx.now()
  if (!(await useCode(ctx, code))) return { ok: false, refusal: 'code_expired' }
  const [owner] = await contactOwner(db, contact, ctx.config.consent.version)
  if (owner && owner.userId !== userId) return { ok: false, refusal: 'contact_taken' }
  if (!owner) {
    const after = { kind: contact.kind }
    const audit = {
      by,
      action: 'user.add_contact',
      entity: 'user',
      entityId: String(userId),
      after,
      when: somethingChanged,
    }
    try {
      const [inserted] = await db.batch([
        insertContact(db, userId, contact, MAX_CONTACTS, now),
        writeAudit(db, audit, now),
      ])
      if (inserted.length === 0) return { ok: false, refusal: 'too_many_contacts' }
    } catch (error) {
      if (isRefusedWith(error, 'user_contacts.value')) return { ok: false, refusal: 'contact_taken' }
      // His account was erased while the access token lived on.
      if (isRefusedWith(error, 'USER_ERASED')) return { ok: false, refusal: 'user_not_found' }
      throw error
    }
    await linkVisits(ctx, userId)
  }
  return { ok: true, value: await contactsOfUser(db, userId) }
}
