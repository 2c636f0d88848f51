import { sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'
import { ALARM } from './parked-work.statements.ts'

export interface OpsSigns {
  /** Work that was given up on and can be sent again. */
  readonly parked: number
  /** Things that a person should look at, and that nothing can repeat. */
  readonly alarms: number
  readonly cronAt: number | null
  /** How far YClients' clock is ahead of ours, in milliseconds. */
  readonly clockAheadMs: number | null
}

/** What runs by itself and what was given up on, one row. */
export const opsSigns = (db: Db) =>
  db.all<OpsSigns>(sql`
    select count(*) filter (where key not glob ${`${ALARM}*`}) as parked,
      count(*) filter (where key glob ${`${ALARM}*`}) as alarms,
      (select at from heartbeats where name = 'cron') as cronAt,
      (select value from heartbeats where name = 'yclients_clock') as clockAheadMs
    from parked_work where closed_at is null`)
