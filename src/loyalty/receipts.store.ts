import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'
import type { EntryKind } from './ledger-entry.ts'

/** An entry made by hand, as it stands on a receipt. */
export interface Receipt {
  readonly id: number
  readonly userId: number
  readonly bookingId: number | null
  readonly kind: EntryKind
  readonly points: number
  readonly balanceAfterPoints: number
  readonly reason: string | null
  /** "admin:3". */
  readonly actor: string
  readonly createdAt: number
}

const handMade = (db: Db, condition: SQL) =>
  db.all<Receipt>(sql`
    select id, user_id as userId, booking_id as bookingId, kind, points, balance_after_points as balanceAfterPoints, reason,
      actor, created_at as createdAt
    from bonus_entries where ${condition} and kind in ('spend', 'adjustment') and finer_kind is null`)

export const receiptById = (db: Db, id: number) => handMade(db, sql`id = ${id}`)

export const receiptByKey = (db: Db, idempotencyKey: string) => handMade(db, sql`idempotency_key = ${idempotencyKey}`)
