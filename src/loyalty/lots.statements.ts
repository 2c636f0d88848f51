import { sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'

export interface ExpiringLots {
  readonly userId: number
  /** That expire together. */
  readonly points: number
  readonly expiresAt: number
}

/**
 * What expires in this span of time, client by client and day by day, in the order of (expiresAt, userId). `after` goes on with a
 * list. Where points do not expire by the settings of today (0 months), nothing does.
 */
export const expiringLots = (
  db: Db,
  span: { readonly from: number; readonly until: number; readonly months: number },
  page: { readonly after: { readonly expiresAt: number; readonly userId: number }; readonly limit: number },
) =>
  db.all<ExpiringLots>(sql`
    select user_id as userId, sum(remaining_points) as points, expires_at as expiresAt from bonus_lots
    where remaining_points > 0 and expires_at >= max(${span.from}, ${page.after.expiresAt}) and expires_at < ${span.months === 0 ? 0 : span.until}
      and (expires_at, user_id) > (${page.after.expiresAt}, ${page.after.userId})
    group by expires_at, user_id order by expires_at, user_id limit ${page.limit}`)
