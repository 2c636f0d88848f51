import { sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'
import type { Channel, NoticeKind, NoticeState } from './notice.ts'

/** Forgets what a client was told, what he chose and his phones; what was still to be told is not told any more. */
export const eraseNotices = (db: Db, userId: number) => [
  db.run(sql`delete from notices where user_id = ${userId}`),
  db.run(sql`delete from notification_choices where user_id = ${userId}`),
  db.run(sql`delete from devices where user_id = ${userId}`),
]

/** Gives what is still to be told to the client who is left. The phones of the other are signed out, and what he chose is gone. */
export const moveNotices = (db: Db, { from, into }: { from: number; into: number }, now: number) => [
  db.run(sql`update notices set user_id = ${into}, updated_at = ${now} where user_id = ${from}`),
  db.run(sql`delete from notification_choices where user_id = ${from}`),
  db.run(sql`delete from devices where user_id = ${from}`),
]

export interface ExportedNotice {
  readonly id: number
  readonly kind: NoticeKind
  readonly bookingId: number | null
  readonly state: NoticeState
  readonly channel: Channel | null
  readonly reason: string | null
  readonly dueAt: number
  readonly updatedAt: number
}

/** What a client was told or is to be told, oldest first. */
export const allNoticesOf = (db: Db, userId: number) =>
  db.all<ExportedNotice>(sql`
    select id, kind, booking_id as bookingId, state, channel, reason, due_at as dueAt, updated_at as updatedAt
    from notices where user_id = ${userId} order by id`)

export const allDevicesOf = (db: Db, userId: number) =>
  db.all<{ id: number; platform: string; token: string; createdAt: number; seenAt: number }>(sql`
    select id, platform, token, created_at as createdAt, seen_at as seenAt from devices where user_id = ${userId} order by id`)

/** What he chose; no row: nothing. */
export const allChoicesOf = (db: Db, userId: number) =>
  db.all<{ language: 'ru' | 'en'; off: string }>(sql`
    select language, off from notification_choices where user_id = ${userId}`)
