import { sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'
import type { EntryKind } from './ledger-entry.ts'
import { kindOfEntry } from './loyalty.store.ts'

/** In the words of the file. */
export interface LedgerLine {
  readonly id: number
  readonly client: number
  readonly booking: number | null
  readonly kind: EntryKind
  readonly points: number
  readonly balance: number
  readonly price_kopecks: number | null
  readonly base_kopecks: number | null
  readonly percent_bp: number | null
  readonly level: string | null
  readonly counterpart: number | null
  /** Of what comes back: the entry that put it aside. */
  readonly resolves: number | null
  readonly expires: number | null
  readonly at: number
}

/** Entries in the order in which they were written. Neither reasons nor who wrote them: a reason may name somebody. */
export const ledgerLines = (db: Db, page: { afterId: number; until: number; limit: number }) =>
  db.all<LedgerLine>(sql`
    select id, user_id as client, booking_id as booking, ${kindOfEntry} as kind, points, balance_after_points as balance, price_kopecks,
      base_kopecks, percent_basis_points as percent_bp, level_code as level, counterpart_user_id as counterpart, resolves_entry_id as resolves,
      expires_at as expires, created_at as at
    from bonus_entries where id > ${page.afterId} and id <= ${page.until} order by id limit ${page.limit}`)

export const newestEntry = (db: Db) => db.all<{ id: number }>(sql`select coalesce(max(id), 0) as id from bonus_entries`)

export const ledgerTotals = (db: Db, until: number) =>
  db.all<{ entries: number; points: number; clients: number }>(sql`
    select count(*) as entries, coalesce(sum(points), 0) as points, count(distinct user_id) as clients
    from bonus_entries where id <= ${until}`)
