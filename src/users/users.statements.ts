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
    select 'email', value, user_id from user_contacts where kind = 'email' and value in ${of('email')}
    union all
    select 'phone', phone_last10, user_id from user_contacts where phone_last10 in ${of('phone')}`)
}

/** The balance that a trigger keeps on the user row; of a user who is not erased. */
export const balanceOfUser = (db: Db, userId: number) =>
  db.all<{ balancePoints: number }>(
    sql`select bonus_balance_points as balancePoints from users where id = ${userId} and erased_at is null`,
  )

const identities = (userId: number): SQL => sql`
    select 'code' as kind, unique_code as key from users where id = ${userId} and unique_code is not null
    union all
    select kind, coalesce(phone_last10, value) from user_contacts where user_id = ${userId}`

/** Everything by which a visit may name this user. */
export const identitiesOfUser = (db: Db, userId: number) =>
  db.all<{ kind: IdentityHit['kind']; key: string }>(identities(userId))

/** The same as a CTE `person (kind, key)`, for statements that have to find the user where nobody expects him. */
export const personOf = (userId: number): SQL => sql`person (kind, key) as materialized (${identities(userId)})`

/** Everything by which visits may name the users whose contacts were verified since then. */
export const identitiesVerifiedSince = (db: Db, since: number) =>
  db.all<{ kind: IdentityHit['kind']; key: string }>(sql`
    select kind, coalesce(phone_last10, value) as key from user_contacts where verified_at >= ${since}`)

/** Contacts of clients erased lately, hashed. Few: a salon erases a handful a month. */
export const erasedContactHashes = (db: Db) =>
  db.all<{ contactHash: string; erasedAt: number }>(sql`
    select contact_hash as contactHash, erased_at as erasedAt from erased_contacts`)
