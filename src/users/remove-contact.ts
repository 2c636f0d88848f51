import type { By } from '../auth/actor.ts'
import type { Context } from '../context.ts'
import { somethingChanged, writeAudit } from '../ops/audit.statements.ts'
import type { Result } from '../platform/outcome.ts'
import { contactsOfUser, deleteContactUnlessLast, type StoredContact } from './contacts.store.ts'

/** Visits that were recognised by the contact stay the client's. */
export async function removeContact(
  ctx: Context,
  { userId, contactId }: { userId: number; contactId: number },
  by: By,
): Promise<Result<readonly StoredContact[], 'contact_not_found' | 'last_contact'>> {
  const { db } = ctx
  const before = { contact_id: contactId }
  const audit = {
    by,
    action: 'user.remove_contact',
    entity: 'user',
    entityId: String(userId),
    before,
    when: somethingChanged,
  }
  const [[deleted], , left] = await db.batch([
    deleteContactUnlessLast(db, userId, contactId),
    writeAudit(db, audit, ctx.now()),
    contactsOfUser(db, userId),
  ])
  if (deleted) return { ok: true, value: left }
  return { ok: false, refusal: left.some(({ id }) => id === contactId) ? 'last_contact' : 'contact_not_found' }
}
