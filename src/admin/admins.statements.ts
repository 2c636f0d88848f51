import { sql } from 'drizzle-orm'
import type { Role } from '../auth/actor.ts'
import type { Db } from '../platform/db.ts'

/** The active administrator whose live session this is. */
export const adminBySession = (db: Db, session: { tokenHash: string; kind: 'cookie' | 'bearer' }, now: number) =>
  db.all<{ id: number; role: Role; sessionId: number }>(sql`
    select a.id, a.role, s.id as sessionId from admin_sessions s join admins a on a.id = s.admin_id
    where s.token_hash = ${session.tokenHash} and s.kind = ${session.kind} and s.ended_at is null
      and s.expires_at > ${now} and a.active = 1`)
