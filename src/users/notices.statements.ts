import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'

export interface ClientToTell {
  readonly erasedAt: number | null
  readonly phone: string | null
  readonly email: string | null
}

/** A client and where he is reached; of several contacts of a kind the last one that he proved. `user` is a query of one id. */
export const clientToTell = (db: Db, user: SQL) => {
  const last = (kind: 'phone' | 'email') => sql`
    (select value from user_contacts where user_id = u.id and kind = ${kind} order by verified_at desc, id desc limit 1)`
  return db.all<ClientToTell>(sql`
    select u.erased_at as erasedAt, ${last('phone')} as phone, ${last('email')} as email from users u where u.id = ${user}`)
}
