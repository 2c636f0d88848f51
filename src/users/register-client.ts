import type { By } from '../auth/actor.ts'
import type { Context } from '../context.ts'
import { type ConsentHow, recordConsent } from './consents.store.ts'
import type { Contact } from './contact.ts'
import { contactOwner } from './contacts.store.ts'
import { foldName } from './fold-name.ts'
import { insertClient } from './insert-client.ts'
import { linkVisits } from './link-visits.ts'
import { nameIfNone } from './users.store.ts'

export interface ContactOwner {
  readonly userId: number
  /** Has agreed to the version of the consent that was asked about. */
  readonly hasAgreed: boolean
}

/** Whose contact it is. Nothing of the answer may show before the contact is proven. */
export async function findContactOwner(ctx: Context, contact: Contact): Promise<ContactOwner | undefined> {
  const [owner] = await contactOwner(ctx.db, contact, ctx.config.consent.version)
  return owner && { userId: owner.userId, hasAgreed: owner.hasAgreed === 1 }
}

export interface ProvenClient {
  readonly contact: Contact
  readonly name: string
  readonly surname: string
  /** Given with this very request; undefined if the client agreed earlier. */
  readonly agreed: { readonly version: string; readonly how: ConsentHow } | undefined
}

/**
 * The client who has proven this contact, made if there is none. Of an existing one the consent is noted, and the name
 * only where there is none: somebody's name at the salon is not changed by signing in.
 */
export async function registerClient(
  ctx: Context,
  { contact, name, surname, agreed }: ProvenClient,
  by: By,
): Promise<{ userId: number; created: boolean }> {
  const owner = await findContactOwner(ctx, contact)
  if (!owner) {
    const registration = { name, surname, contacts: [contact], consent: agreed }
    const inserted = await insertClient(ctx, registration, { by, action: 'user.register' })
    // The desk registered him at the same moment.
    if (!inserted.ok) return await registerClient(ctx, { contact, name, surname, agreed }, by)
    await linkVisits(ctx, inserted.value.userId)
    return { userId: inserted.value.userId, created: true }
  }
  const { db } = ctx
  const now = ctx.now()
  const { userId } = owner
  const searchName = foldName(`${name} ${surname}`.trim())
  const changes = [
    ...(agreed ? [recordConsent(db, { userId, ...agreed, requestId: by.requestId }, now)] : []),
    ...(name === '' ? [] : [nameIfNone(db, userId, { name, surname, searchName }, now)]),
  ]
  // D1 refuses a batch of nothing.
  if (changes.length > 0) await db.batch(changes)
  return { userId, created: false }
}
