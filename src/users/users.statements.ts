import { type SQL, sql } from 'drizzle-orm'
import { type Db, inList } from '../platform/db.ts'
import type { IdentityHit } from './match-client.ts'

/**
 * Owners of verified codes and contacts, for any number of keys. Offered as a statement so that other features can share
 * a round trip; an index serves each branch, so rows read depend on the keys and not on the number of users.
 */
export const identityHits = (db: Db, keys: readonly { kind: string; key: string }[]) => {
  const of = (kind: string) => inList([...new Set(keys.filter((each) => each.kind === kind).map(({ key }) => key))])
  return db.all<IdentityHit>(sql`
    select 'code' as kind, unique_code as key, id as userId from users where unique_code in ${of('code')}
    union all
    select 'code', code, user_id from merged_codes where code in ${of('code')}
    union all
    select 'email', value, user_id from user_contacts where kind = 'email' and value in ${of('email')}
    union all
    select 'phone', phone_last10, user_id from user_contacts where phone_last10 in ${of('phone')}`)
}

/** The balance that a trigger keeps on the user row; of a user who is not erased. */
export const balanceOfUser = (db: Db, userId: number) =>
  db.all<{ balancePoints: number }>(
    sql`select bonus_balance_points as balancePoints from users where id = ${userId} and erased_at is null`,
  )

/** Everything by which a visit may name this user, as a query; also the codes of those who were merged into him. */
export const identities = (userId: number): SQL => sql`
    select 'code' as kind, unique_code as key from users where id = ${userId} and unique_code is not null
    union all
    select 'code', code from merged_codes where user_id = ${userId}
    union all
    select kind, coalesce(phone_last10, value) from user_contacts where user_id = ${userId}`

/** The same as rows. */
export const identitiesOfUser = (db: Db, userId: number) =>
  db.all<{ kind: IdentityHit['kind']; key: string }>(identities(userId))

/** Everything by which visits may name the users whose contacts were verified since then. */
export const identitiesVerifiedSince = (db: Db, since: number) =>
  db.all<{ kind: IdentityHit['kind']; key: string }>(sql`
    select kind, coalesce(phone_last10, value) as key from user_contacts where verified_at >= ${since}`)

/** Those who were merged into a client, as a query of their ids. */
export const mergedInto = (userId: number): SQL => sql`(select id from users where merged_into = ${userId})`

/** Which of these hashes are of somebody who was erased lately. */
export const erasedAmong = (db: Db, hashes: readonly string[]) =>
  db.all<{ contactHash: string; erasedAt: number }>(sql`
    select contact_hash as contactHash, erased_at as erasedAt from erased_contacts where contact_hash in ${inList(hashes)}`)

/** Where a fiscal receipt of this client may go. */
export const receiptContacts = (db: Db, userId: number) =>
  db.all<{ kind: 'phone' | 'email'; value: string }>(
    sql`select kind, value from user_contacts where user_id = ${userId} order by verified_at`,
  )
