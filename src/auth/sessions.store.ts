import { sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'

export interface NewSession {
  readonly userId: number
  readonly familyHash: string
  readonly tokenHash: string
  readonly device: string
  readonly expiresAt: number
}

export const insertSession = (db: Db, session: NewSession, now: number) =>
  db.all<{ id: number }>(sql`
    insert into sessions (user_id, family_hash, token_hash, rotated_at, device, created_at, expires_at)
    values (${session.userId}, ${session.familyHash}, ${session.tokenHash}, ${now}, ${session.device}, ${now},
      ${session.expiresAt}) returning id`)

/** Signs the client's oldest phones out, so that he has at most this many. */
export const endAllButNewest = (db: Db, userId: number, keep: number, now: number) =>
  db.run(sql`
    update sessions set ended_at = ${now}, end_reason = 'too_many'
    where user_id = ${userId} and ended_at is null and id not in (
      select id from sessions where user_id = ${userId} and ended_at is null order by rotated_at desc, id desc limit ${keep})`)

export interface Rotation {
  readonly familyHash: string
  readonly givenHash: string
  readonly nextHash: string
  readonly expiresAt: number
}

/** Puts the next token in the place of the given one, if that is current: of several requests with it only one gets the row. */
export const rotateToken = (db: Db, rotation: Rotation, now: number) =>
  db.all<{ id: number; userId: number }>(sql`
    update sessions set token_hash = ${rotation.nextHash}, previous_token_hash = ${rotation.givenHash},
      rotated_at = ${now}, expires_at = ${rotation.expiresAt}
    where family_hash = ${rotation.familyHash} and token_hash = ${rotation.givenHash} and ended_at is null
      and expires_at > ${now}
    returning id, user_id as userId`)

export interface LiveSession {
  readonly id: number
  readonly userId: number
  readonly tokenHash: string
  readonly previousTokenHash: string | null
  readonly rotatedAt: number
}

export const liveSessionOfFamily = (db: Db, familyHash: string, now: number) =>
  db.all<LiveSession>(sql`
    select id, user_id as userId, token_hash as tokenHash, previous_token_hash as previousTokenHash, rotated_at as rotatedAt
    from sessions where family_hash = ${familyHash} and ended_at is null and expires_at > ${now}`)

export const endSession = (db: Db, session: { id: number; userId: number; reason: 'logout' | 'reuse' }, now: number) =>
  db.all<{ id: number }>(sql`
    update sessions set ended_at = ${now}, end_reason = ${session.reason}
    where id = ${session.id} and user_id = ${session.userId} and ended_at is null returning id`)

export const endAllSessions = (db: Db, userId: number, now: number) =>
  db.run(sql`
    update sessions set ended_at = ${now}, end_reason = 'logout' where user_id = ${userId} and ended_at is null`)

export interface SessionRow {
  readonly id: number
  readonly device: string
  readonly createdAt: number
  /** When it last fetched an access token. */
  readonly lastUsedAt: number
}

export const liveSession = (db: Db, session: { id: number; userId: number }, now: number) =>
  db.all<{ id: number }>(sql`
    select id from sessions
    where id = ${session.id} and user_id = ${session.userId} and ended_at is null and expires_at > ${now}`)

/** Most recently used first. */
export const liveSessions = (db: Db, userId: number, now: number) =>
  db.all<SessionRow>(sql`
    select id, device, created_at as createdAt, rotated_at as lastUsedAt from sessions where user_id = ${userId} and ended_at is null and expires_at > ${now}
    order by rotated_at desc, id desc`)
