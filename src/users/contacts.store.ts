import { sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'
import type { Contact } from './contact.ts'
import { newestUserId } from './users.store.ts'

export interface StoredContact {
  readonly id: number
  readonly kind: Contact['kind']
  readonly value: string
  readonly verifiedAt: number
}

export const contactsOfUser = (db: Db, userId: number) =>
  db.all<StoredContact>(sql`
    select id, kind, value, verified_at as verifiedAt from user_contacts where user_id = ${userId} order by id`)

/** A contact of the user inserted just before in the same batch. */
export const insertContactOfNewUser = (db: Db, contact: Contact, now: number) =>
  db.run(sql`
    insert into user_contacts (user_id, kind, value, phone_last10, verified_at)
    values (${newestUserId}, ${contact.kind}, ${contact.value}, ${contact.phoneLast10}, ${now})`)

/** Gives nothing back if the client has this many already. */
export const insertContact = (db: Db, userId: number, contact: Contact, most: number, now: number) =>
  db.all<{ id: number }>(sql`
    insert into user_contacts (user_id, kind, value, phone_last10, verified_at)
    select ${userId}, ${contact.kind}, ${contact.value}, ${contact.phoneLast10}, ${now}
    where (select count(*) from user_contacts where user_id = ${userId}) < ${most}
    returning id`)

/** Whose verified contact it is, and whether he agreed to this version of the consent. */
export const contactOwner = (db: Db, contact: { kind: string; value: string }, consentVersion: string) =>
  db.all<{ userId: number; hasAgreed: number }>(sql`
    select c.user_id as userId, exists (select 1 from consents
      where user_id = c.user_id and document = 'personal_data' and version = ${consentVersion}) as hasAgreed
    from user_contacts c where c.kind = ${contact.kind} and c.value = ${contact.value}`)

/** Never the last one: without a contact nobody can sign in. One statement, so that two at once leave one. */
export const deleteContactUnlessLast = (db: Db, userId: number, contactId: number) =>
  db.all<{ kind: Contact['kind'] }>(sql`
    delete from user_contacts where id = ${contactId} and user_id = ${userId}
      and exists (select 1 from user_contacts where user_id = ${userId} and id <> ${contactId})
    returning kind`)
