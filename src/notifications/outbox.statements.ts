import { sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'
import type { NoticeKind } from './notice.ts'

export interface NewNotice {
  readonly userId: number
  readonly bookingId: number | null
  readonly kind: NoticeKind
  /** What it is about, such as "payment:5" or "refund:3". */
  readonly subject: string
  /** Which telling of it. */
  readonly version: number
  /** Numbers that the text needs and that cannot be read from the visit. */
  readonly facts?: {
    readonly amount_kopecks?: number
    readonly points?: number
    readonly expires_at?: number
  }
  readonly dueAt: number
}

/**
 * Notices for the outbox, however many. Other rooms add this to the transaction of what is told (a payment that arrived, a refund
 * that went through), so that neither is without the other; the same telling again is no second notice.
 */
export const putNotices = (db: Db, notices: readonly NewNotice[], now: number) =>
  db.run(sql`
    insert into notices (user_id, booking_id, kind, subject, version, facts, due_at, created_at, updated_at)
    select value ->> '$.userId', value ->> '$.bookingId', value ->> '$.kind', value ->> '$.subject', value ->> '$.version',
      coalesce(value -> '$.facts', '{}'), value ->> '$.dueAt', ${now}, ${now}
    from json_each(${JSON.stringify(notices)}) where true
    on conflict (subject, kind, version) do nothing`)
