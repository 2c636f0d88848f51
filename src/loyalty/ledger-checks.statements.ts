import { sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'

export interface LastLedgerCheck {
  readonly startedAt: number
  readonly finishedAt: number
  readonly users: number
  readonly entries: number
  readonly visits: number
  /** More than none: the ledger does not add up, and a person should look. */
  readonly differences: number
}

/** The newest proof of the ledger that came to its end; no row if there never was one. */
export const lastLedgerCheck = (db: Db) =>
  db.all<LastLedgerCheck>(sql`
    select started_at as startedAt, finished_at as finishedAt, users, entries, visits, differences
    from ledger_checks where finished_at is not null order by id desc limit 1`)
