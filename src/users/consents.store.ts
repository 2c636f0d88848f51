import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'

export type ConsentHow = 'phone_code' | 'email_code' | 'signed_in' | 'desk'

export interface Consent {
  readonly document: 'personal_data'
  readonly version: string
  readonly givenAt: number
  readonly how: ConsentHow
}

/** Agreeing twice to the same version is agreeing once, and the first time counts; an erased client agrees to nothing. */
export const recordConsent = (
  db: Db,
  consent: { userId: number | SQL; version: string; how: ConsentHow; requestId: string | null },
  now: number,
) =>
  db.run(sql`
    insert into consents (user_id, document, version, given_at, how, request_id)
    select id, 'personal_data', ${consent.version}, ${now}, ${consent.how}, ${consent.requestId}
    from users where id = ${consent.userId} and erased_at is null
    on conflict (user_id, document, version) do nothing`)

/** Newest first. */
export const consentsOfUser = (db: Db, userId: number) =>
  db.all<Consent>(sql`
    select document, version, given_at as givenAt, how from consents where user_id = ${userId} order by id desc`)
