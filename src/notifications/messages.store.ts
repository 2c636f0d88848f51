import { sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'
import type { Channel, NoticeKind, NoticeState } from './notice.ts'

export interface NoticeFilter {
  readonly userId: number | undefined
  readonly bookingId: number | undefined
}

export interface ListedNotice {
  readonly id: number
  readonly userId: number
  readonly bookingId: number | null
  readonly kind: NoticeKind
  readonly state: NoticeState
  readonly channel: Channel | null
  readonly attempts: number
  readonly reason: string | null
  readonly dueAt: number
  readonly createdAt: number
  readonly updatedAt: number
}

export const listNoticeRows = (
  db: Db,
  { userId, bookingId }: NoticeFilter,
  page: { beforeId: number; limit: number },
) =>
  db.all<ListedNotice>(sql`
    select id, user_id as userId, booking_id as bookingId, kind, state, channel, attempts, reason, due_at as dueAt,
      created_at as createdAt, updated_at as updatedAt
    from notices where id < ${page.beforeId}
      ${userId === undefined ? sql`` : sql`and user_id = ${userId}`}
      ${bookingId === undefined ? sql`` : sql`and booking_id = ${bookingId}`}
    order by id desc limit ${page.limit}`)
