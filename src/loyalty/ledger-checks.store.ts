import { sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'
import type { Difference } from './ledger-difference.ts'

export interface LedgerCheck {
  readonly id: number
  readonly trigger: 'cron' | 'manual'
  readonly startedAt: number
  readonly heartbeatAt: number
  readonly finishedAt: number | null
  readonly afterUserId: number
  readonly afterBookingId: number
  readonly users: number
  readonly entries: number
  readonly visits: number
  readonly waiting: number
  readonly differences: number
  /** JSON of `Difference[]`. */
  readonly details: string
}

const columns = sql`id, "trigger", started_at as startedAt, heartbeat_at as heartbeatAt, finished_at as finishedAt,
  after_user_id as afterUserId, after_booking_id as afterBookingId, users, entries, visits, waiting, differences, details`

/** Nothing happens if one is under way. */
export const insertCheck = (db: Db, trigger: LedgerCheck['trigger'], now: number) =>
  db.run(sql`
    insert into ledger_checks ("trigger", started_at, heartbeat_at) values (${trigger}, ${now}, ${now}) on conflict do nothing`)

export const openCheck = (db: Db) =>
  db.all<LedgerCheck>(sql`select ${columns} from ledger_checks where finished_at is null`)

export const checkById = (db: Db, id: number) =>
  db.all<LedgerCheck>(sql`select ${columns} from ledger_checks where id = ${id}`)

/** Newest first. */
export const listChecks = (db: Db, page: { beforeId: number; limit: number }) =>
  db.all<LedgerCheck>(sql`
    select ${columns} from ledger_checks where id < ${page.beforeId} order by id desc limit ${page.limit}`)

export interface Progress {
  readonly afterUserId: number
  readonly afterBookingId: number
  readonly users: number
  readonly entries: number
  readonly visits: number
  readonly waiting: number
  readonly differences: number
  readonly details: readonly Difference[]
  readonly finished: boolean
}

/** Counts a page in, if nobody has since this check was read: of two who looked at the same page, one gets a row. */
export const saveProgress = (db: Db, { id, afterUserId, afterBookingId }: LedgerCheck, page: Progress, now: number) =>
  db.all<LedgerCheck>(sql`
    update ledger_checks set after_user_id = ${page.afterUserId}, after_booking_id = ${page.afterBookingId},
      users = users + ${page.users}, entries = entries + ${page.entries}, visits = visits + ${page.visits},
      waiting = waiting + ${page.waiting}, differences = differences + ${page.differences},
      details = ${JSON.stringify(page.details)}, heartbeat_at = ${now}, finished_at = ${page.finished ? now : null}
    where id = ${id} and after_user_id = ${afterUserId} and after_booking_id = ${afterBookingId} and finished_at is null
    returning ${columns}`)
