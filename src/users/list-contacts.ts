import type { Context } from '../context.ts'
import { contactsOfUser, type StoredContact } from './contacts.store.ts'

/** Oldest first. */
export async function listContacts(ctx: Context, userId: number): Promise<readonly StoredContact[]> {
  return await contactsOfUser(ctx.db, userId)
}
