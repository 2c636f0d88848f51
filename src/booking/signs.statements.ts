import { sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'
import { undecided } from './undecided.statements.ts'

export interface VisitSigns {
  /** Visits of people who are not in the app, and of those of whom nobody can say. */
  readonly unmatched: number
  /** The ones among them of which a person has to say whose they are. */
  readonly undecided: number
  /** Visits of which YClients should have been told long ago. */
  readonly untold: number
  /** Visits that were promised while YClients was down, and do not stand there yet. */
  readonly provisional: number
}

/** Nobody needs to know how many more. */
const ENOUGH = 1000

/** What of the visits needs a person, one row; each from an index of just these visits. */
export const visitSigns = (db: Db, since: { unmatchedFrom: number; untoldBefore: number }) =>
  db.all<VisitSigns>(sql`
    select
      (select count(*) from (select 1 from bookings indexed by unmatched_bookings
        where user_id is null and client_match <> 'technical' and erased_at is null
          and status <> 'cancelled' and starts_at >= ${since.unmatchedFrom} limit ${ENOUGH})) as unmatched,
      (select count(*) from (select 1 from bookings indexed by undecided_bookings
        where ${undecided} and erased_at is null
          and status <> 'cancelled' and starts_at >= ${since.unmatchedFrom} limit ${ENOUGH})) as undecided,
      (select count(*) from (select 1 from bookings indexed by bookings_to_write
        where sync_state is not null and (hold_expires_at is null or status = 'cancelled')
          and updated_at < ${since.untoldBefore} limit ${ENOUGH})) as untold,
      (select count(*) from (select 1 from bookings indexed by bookings_to_write
        where sync_state = 'provisional' and hold_expires_at is null limit ${ENOUGH})) as provisional`)
