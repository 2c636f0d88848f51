import { sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'

export interface VisitCounts {
  /** Holds aside. */
  readonly upcoming: number
  readonly completed: number
  /** Completed since the moment asked about. */
  readonly recent: number
  readonly noShow: number
  readonly cancelled: number
  readonly lastVisitAt: number | null
}

/** How often a client came, did not come, and is going to. */
export const visitCounts = (db: Db, userId: number, { now, since }: { now: number; since: number }) =>
  db.all<VisitCounts>(sql`
    select count(*) filter (where status in ('pending', 'confirmed') and starts_at >= ${now} and hold_expires_at is null) as upcoming,
      count(*) filter (where status = 'completed') as completed,
      count(*) filter (where status = 'completed' and starts_at >= ${since}) as recent,
      count(*) filter (where status = 'no_show') as noShow,
      -- A hold that ran out was never a visit.
      count(*) filter (where status = 'cancelled' and hold_expires_at is null) as cancelled,
      max(starts_at) filter (where status = 'completed') as lastVisitAt
    from bookings where user_id = ${userId}`)
