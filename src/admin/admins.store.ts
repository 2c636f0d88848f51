import { type SQL, sql } from 'drizzle-orm'
import type { Role } from '../auth/actor.ts'
import type { Db } from '../platform/db.ts'
import type { Admin, SessionKind } from './admin.ts'

/** An administrator as the database has him. */
export interface AdminRow extends Omit<Admin, 'active' | 'hasPassword'> {
  readonly active: 0 | 1
  readonly passwordHash: string | null
}

const columns = sql`id, email, name, role, active, password_hash as passwordHash, created_at as createdAt,
  updated_at as updatedAt`

export const adminByEmail = (db: Db, email: string) =>
  db.all<AdminRow>(sql`select ${columns} from admins where email = ${email}`)

export const adminById = (db: Db, id: number) => db.all<AdminRow>(sql`select ${columns} from admins where id = ${id}`)

export const listAdminRows = (db: Db, page: { afterId: number; limit: number }) =>
  db.all<AdminRow>(sql`select ${columns} from admins where id > ${page.afterId} order by id limit ${page.limit}`)

export interface NewAdmin {
  readonly email: string
  readonly name: string
  readonly role: Role
  readonly passwordHash: string | null
}

/** The unique e-mail decides between two who do it at once. */
export const insertAdmin = (db: Db, { email, name, role, passwordHash }: NewAdmin, now: number) =>
  db.all<AdminRow>(sql`
    insert into admins (email, name, role, password_hash, created_at, updated_at)
    values (${email}, ${name}, ${role}, ${passwordHash}, ${now}, ${now}) returning ${columns}`)

/** Makes an owner, or of an administrator who exists an active owner with this password. */
export const putOwner = (db: Db, { email, name, passwordHash }: Omit<NewAdmin, 'role'>, now: number) =>
  db.all<AdminRow>(sql`
    insert into admins (email, name, role, password_hash, created_at, updated_at)
    values (${email}, ${name}, 'owner', ${passwordHash}, ${now}, ${now})
    on conflict (email) do update set name = excluded.name, role = 'owner', active = 1,
      password_hash = excluded.password_hash, updated_at = max(excluded.updated_at, admins.updated_at + 1)
    returning ${columns}`)

/** For statements that come after it in the batch. */
export const idOfEmail = (email: string): SQL => sql`(select id from admins where email = ${email})`

export interface AdminFields {
  readonly name: string
  readonly role: Role
  readonly active: boolean
  readonly passwordHash: string | null
}

/**
 * Changes an administrator who is still as `before` says, unless no active owner would be left who can sign in: with a
 * password, or behind Cloudflare Access without. One statement: of two owners who demote each other at the same moment the
 * second finds that he is the last.
 */
export const updateAdmin = (
  db: Db,
  before: AdminRow,
  { name, role, active, passwordHash }: AdminFields,
  { now, passwordNeeded }: { now: number; passwordNeeded: boolean },
) =>
  db.all<AdminRow>(sql`
    update admins set name = ${name}, role = ${role}, active = ${Number(active)}, password_hash = ${passwordHash},
      updated_at = max(${now}, updated_at + 1)
    where id = ${before.id} and updated_at = ${before.updatedAt}
      and (${role === 'owner' && active ? 1 : 0} or role <> 'owner' or active = 0
        or exists (select 1 from admins other where other.id <> admins.id and other.role = 'owner' and other.active = 1
          and (${passwordNeeded ? 0 : 1} or other.password_hash is not null)))
    returning ${columns}`)

/** Only if the password is still the one that was shown. */
export const replacePassword = (db: Db, change: { id: number; from: string; to: string }, now: number) =>
  db.run(sql`
    update admins set password_hash = ${change.to}, updated_at = max(${now}, updated_at + 1)
    where id = ${change.id} and active = 1 and password_hash = ${change.from}`)

export interface NewAdminSession {
  readonly tokenHash: string
  readonly kind: SessionKind
  readonly expiresAt: number
}

/** Only if he is still active and has the password that was checked: both may have changed meanwhile. */
export const insertSession = (
  db: Db,
  session: NewAdminSession & { readonly adminId: number; readonly passwordHash: string },
  now: number,
) =>
  db.all<{ id: number }>(sql`
    insert into admin_sessions (admin_id, token_hash, kind, created_at, expires_at)
    select id, ${session.tokenHash}, ${session.kind}, ${now}, ${session.expiresAt} from admins
    where id = ${session.adminId} and active = 1 and password_hash = ${session.passwordHash}
    returning id`)

export const endSession = (db: Db, id: number, now: number) =>
  db.run(sql`update admin_sessions set ended_at = ${now} where id = ${id} and ended_at is null`)

export const liveSessions = (db: Db, of: { adminId: number; limit: number }, now: number) =>
  db.all<{ id: number; kind: SessionKind; createdAt: number; expiresAt: number }>(sql`
    select id, kind, created_at as createdAt, expires_at as expiresAt from admin_sessions
    where admin_id = ${of.adminId} and ended_at is null and expires_at > ${now} order by id desc limit ${of.limit}`)

/** All his sessions but the one named, if the condition holds. */
export const endSessions = (
  db: Db,
  of: { adminId: number | SQL; except?: number | undefined; when?: SQL },
  now: number,
) =>
  db.run(sql`
    update admin_sessions set ended_at = ${now}
    where admin_id = ${of.adminId} and id <> ${of.except ?? 0} and ended_at is null and ${of.when ?? sql`true`}`)

/** For `when`: he has this very hash, whose salt nobody else has. */
export const hasPasswordHash = (adminId: number, passwordHash: string): SQL =>
  sql`exists (select 1 from admins where id = ${adminId} and password_hash = ${passwordHash})`

/** A second use of the secret is refused by the primary key, and with it the whole batch. */
export const useBootstrapSecret = (db: Db, secretHash: string, now: number) =>
  db.run(sql`insert into used_bootstrap_secrets (secret_hash, used_at) values (${secretHash}, ${now})`)
