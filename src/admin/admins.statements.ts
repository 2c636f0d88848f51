import { sql } from 'drizzle-orm'
import type { Role } from '../auth/actor.ts'
import type { Db } from '../platform/db.ts'

/** The active administrator whose live session this is. */
export const adminBySession = (db: Db, session: { tokenHash: string; kind: 'cookie' | 'bearer' }, now: number) =>
  db.all<{ id: number; role: Role; name: string; sessionId: number }>(sql`
    select a.id, a.role, a.name, s.id as sessionId from admin_sessions s join admins a on a.id = s.admin_id
    where s.token_hash = ${session.tokenHash} and s.kind = ${session.kind} and s.ended_at is null
      and s.expires_at > ${now} and a.active = 1`)

/** The active administrator with this e-mail (lower case); who vouches for the e-mail is the caller's business. */
export const activeAdminByEmail = (db: Db, email: string) =>
  db.all<{ id: number; role: Role; name: string }>(
    sql`select id, role, name from admins where email = ${email} and active = 1`,
  )

/** What an administrator has left for one day of the branch. */
export interface DailyLimit {
  readonly adminId: number
  readonly day: string
  readonly points: number
}

/** Counts a write-off against the day's limit; the table refuses it, and the batch it stands in, when that is too much. */
export const countDeskSpending = (db: Db, { adminId, day, points }: DailyLimit, spentPoints: number) =>
  db.run(sql`
    insert into desk_spending (admin_id, day, spent_points, limit_points) values (${adminId}, ${day}, ${spentPoints}, ${points})
    on conflict (admin_id, day) do update set spent_points = spent_points + excluded.spent_points,
      limit_points = excluded.limit_points`)

/** The name by which the database refuses the above. */
export const DAILY_LIMIT_CONSTRAINT = 'within_daily_limit'
