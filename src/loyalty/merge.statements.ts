import { sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'

/**
 * Moves a client's balance, also a debt, to another: an entry in each ledger that names the other one. Each adds to the balance
 * as it is when it is written. A client is merged once, which the keys say again. His points expire when they would have, and
 * what he put aside is spent on or given back to the other one.
 */
export const moveBalance = (db: Db, { from, into }: { from: number; into: number }, actor: string, now: number) => {
  const half = (side: 'in' | 'out') => sql`
    insert into bonus_entries (user_id, kind, points, balance_after_points, idempotency_key, actor, created_at, counterpart_user_id)
    select ${side === 'in' ? sql`kept.id` : sql`merged.id`}, 'adjustment',
      ${side === 'in' ? sql`merged.bonus_balance_points` : sql`-merged.bonus_balance_points`},
      ${side === 'in' ? sql`kept.bonus_balance_points + merged.bonus_balance_points` : 0},
      ${`merge:${from}:${side}`}, ${actor}, ${now}, ${side === 'in' ? sql`merged.id` : sql`kept.id`}
    from users merged, users kept
    where merged.id = ${from} and kept.id = ${into} and merged.bonus_balance_points <> 0`
  return [
    // Before the entries, whose trigger compares what is left of the lots with the balances.
    db.run(sql`update bonus_lots set user_id = ${into} where user_id = ${from}`),
    db.run(sql`update bonus_reservations set user_id = ${into} where user_id = ${from}`),
    db.run(half('in')),
    db.run(half('out')),
  ]
}

/**
 * Visits that were still to be settled for the one are to be settled for the other; so are visits of his own for which the one
 * was given something once.
 */
export const moveMarks = (db: Db, { from, into }: { from: number; into: number }) => [
  db.run(sql`
    insert into settlements_due (user_id, booking_id)
    select ${into}, booking_id from settlements_due where user_id = ${from}
    union select ${into}, booking_id from bonus_entries where user_id = ${from} and booking_id is not null
    on conflict (user_id, booking_id) do update set generation = generation + 1`),
  db.run(sql`delete from settlements_due where user_id = ${from}`),
]
