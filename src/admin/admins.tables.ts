import { sql } from 'drizzle-orm'
import { check, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** People who work at the desk or own the salon. Never deleted: the audit log names them by id. */
export const admins = sqliteTable(
  'admins',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    /** Lower case. */
    email: text('email').notNull().unique(),
    name: text('name').notNull(),
    role: text('role', { enum: ['desk', 'manager', 'owner'] }).notNull(),
    /** `$scrypt$…`; NULL: signs in through Cloudflare Access only. */
    passwordHash: text('password_hash'),
    active: integer('active', { mode: 'boolean' }).notNull().default(true),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (t) => [check('admin_role', sql`${t.role} in ('desk', 'manager', 'owner')`)],
)

/** A signed-in browser (cookie) or command line (bearer). */
export const adminSessions = sqliteTable(
  'admin_sessions',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    adminId: integer('admin_id')
      .notNull()
      .references(() => admins.id),
    tokenHash: text('token_hash').notNull().unique(),
    kind: text('kind', { enum: ['cookie', 'bearer'] }).notNull(),
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
    endedAt: integer('ended_at'),
  },
  (t) => [
    check('admin_session_kind', sql`${t.kind} in ('cookie', 'bearer')`),
    index('admin_sessions_of_admin').on(t.adminId),
    index('admin_sessions_by_expiry').on(t.expiresAt),
  ],
)

/** Each bootstrap secret makes one owner; a lost password is mended with a new secret. */
export const usedBootstrapSecrets = sqliteTable('used_bootstrap_secrets', {
  secretHash: text('secret_hash').primaryKey(),
  usedAt: integer('used_at').notNull(),
})

/** What an administrator with a daily limit has written off on one day of the branch; the database refuses more. */
export const deskSpending = sqliteTable(
  'desk_spending',
  {
    adminId: integer('admin_id')
      .notNull()
      .references(() => admins.id),
    day: text('day').notNull(),
    spentPoints: integer('spent_points').notNull(),
    limitPoints: integer('limit_points').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.adminId, t.day] }),
    check('within_daily_limit', sql`${t.spentPoints} <= ${t.limitPoints}`),
  ],
)
