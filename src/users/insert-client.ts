import type { By } from '../auth/actor.ts'
import type { Context } from '../context.ts'
import { writeAudit } from '../ops/audit.statements.ts'
import { isRefusedWith } from '../platform/db.ts'
import type { Result } from '../platform/outcome.ts'
import { type ConsentHow, recordConsent } from './consents.store.ts'
import type { Contact } from './contact.ts'
import { insertContactOfNewUser } from './contacts.store.ts'
import { foldName } from './fold-name.ts'
import { insertUser, newestUserId } from './users.store.ts'

export interface NewClient {
  readonly name: string
  readonly surname: string
  /** Proven by a one-time code. */
  readonly contacts: readonly Contact[]
  readonly consent: { readonly version: string; readonly how: ConsentHow } | undefined
}

/** Client, contacts, consent and audit in one transaction, so that a taken contact leaves no half client. */
export async function insertClient(
  ctx: Context,
  { name, surname, contacts, consent }: NewClient,
  { by, action }: { by: By; action: 'user.create' | 'user.register' },
): Promise<Result<{ userId: number }, 'contact_taken'>> {
  const { db } = ctx
  const now = ctx.now()
  const has = (kind: Contact['kind']) => contacts.some((contact) => contact.kind === kind)
  const after = { phone: has('phone'), email: has('email'), consent: consent?.version ?? null }
  try {
    const [[user]] = await db.batch([
      insertUser(db, { name, surname, searchName: foldName(`${name} ${surname}`.trim()) }, now),
      ...contacts.map((contact) => insertContactOfNewUser(db, contact, now)),
      ...(consent ? [recordConsent(db, { userId: newestUserId, ...consent, requestId: by.requestId }, now)] : []),
      writeAudit(db, { by, action, entity: 'user', entityId: newestUserId, after }, now),
    ])
    if (!user) throw new Error('the insert gave back no user')
    return { ok: true, value: { userId: user.id } }
  } catch (error) {
    if (isRefusedWith(error, 'user_contacts.value')) return { ok: false, refusal: 'contact_taken' }
    throw error
  }
}
