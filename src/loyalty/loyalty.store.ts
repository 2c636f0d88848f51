import { sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'
import type { EntryKind } from './ledger-entry.ts'
import type { LoyaltyLevel } from './levels.ts'
import type { DueVisit, SettlementEntry } from './settlement.ts'

export const readLevels = (db: Db) =>
  db.all<LoyaltyLevel>(sql`
    select code, name_ru as nameRu, name_en as nameEn, min_spend_kopecks as minSpendKopecks,
      percent_basis_points as percentBasisPoints
    from loyalty_levels order by min_spend_kopecks`)

/** A client and those who were merged into him: what they were given is his. */
export const familyOf = (userId: number) =>
  sql`(select ${userId} union all select id from users where merged_into = ${userId})`

/** The visits marked for this user, each with what the ledgers hold for it, his and those of clients who were merged into him. */
export const readDueVisits = (db: Db, userId: number) =>
  db.all<
    Omit<DueVisit, 'spendBeforeKopecks'> & { startsAt: number; generation: number; mergedInto: number | null }
  >(sql`
    select d.booking_id as bookingId, d.generation, b.starts_at as startsAt, b.user_id as ownerUserId, b.status,
      b.price_kopecks as priceKopecks, b.spent_bonuses_points as spentBonusesPoints,
      coalesce(e.net, 0) as netPoints, coalesce(e.entries, 0) as entryCount,
      e.percent as fixedPercentBasisPoints, e.level as fixedLevelCode,
      (select merged_into from users where id = ${userId}) as mergedInto
    from settlements_due d
    join bookings b on b.id = d.booking_id
    left join (
      -- Of a bare column beside max(), SQLite takes the value from the row that has the maximum. One client's accruals and
      -- corrections of a visit share their percent; of a merged one's it is the percent of what is in force.
      select booking_id, sum(points) as net, count(*) as entries, max(case when kind <> 'reversal' then id end),
        percent_basis_points as percent, level_code as level
      from bonus_entries
      where user_id in ${familyOf(userId)} and kind in ('accrual', 'correction', 'reversal')
        and booking_id in (select booking_id from settlements_due where user_id = ${userId})
      group by booking_id
    ) e on e.booking_id = d.booking_id
    where d.user_id = ${userId}
    order by b.starts_at, b.id`)

/** Appends entries with running balances. The balance trigger refuses the batch if the balance moved meanwhile. */
export const appendSettlement = (
  db: Db,
  userId: number,
  entries: readonly SettlementEntry[],
  expiresAt: number | null,
  now: number,
) =>
  db.run(sql`
    insert into bonus_entries (user_id, booking_id, kind, points, balance_after_points, idempotency_key, price_kopecks,
      base_kopecks, level_code, percent_basis_points, actor, created_at, expires_at)
    select ${userId}, value ->> 'bookingId', value ->> 'kind', value ->> 'points',
      (select bonus_balance_points from users where id = ${userId}) + sum(value ->> 'points') over (order by key),
      value ->> 'idempotencyKey', value ->> 'priceKopecks', value ->> 'baseKopecks', value ->> 'levelCode',
      value ->> 'percentBasisPoints', 'system', ${now}, case when value ->> 'points' > 0 then ${expiresAt} end
    from json_each(${JSON.stringify(entries)}) order by key`)

/** Takes the marks off, except where the booking changed again since it was read. */
export const clearDueVisits = (db: Db, userId: number, visits: readonly { bookingId: number; generation: number }[]) =>
  db.run(sql`
    delete from settlements_due where user_id = ${userId} and (booking_id, generation) in (
      select value ->> 'bookingId', value ->> 'generation' from json_each(${JSON.stringify(visits)}))`)

export const usersWithDueVisits = (db: Db, limit: number) =>
  db.all<{ userId: number }>(
    sql`select distinct user_id as userId from settlements_due order by user_id limit ${limit}`,
  )

export interface EntryRow {
  readonly id: number
  readonly userId: number
  readonly bookingId: number | null
  readonly kind: EntryKind
  readonly points: number
  readonly balanceAfterPoints: number
  readonly fingerprint: string | null
  readonly priceKopecks: number | null
  readonly baseKopecks: number | null
  readonly levelCode: string | null
  readonly percentBasisPoints: number | null
  readonly reason: string | null
  readonly createdAt: number
  /** Of points that moved because two clients were merged. */
  readonly counterpartUserId: number | null
  /** Of points that were given: when what is left of them expires. */
  readonly expiresAt: number | null
}

/** Kinds that came later stand in a column of their own. */
export const kindOfEntry = sql`coalesce(finer_kind, kind)`

export const entryColumns = sql`id, user_id as userId, booking_id as bookingId, ${kindOfEntry} as kind, points,
  balance_after_points as balanceAfterPoints, fingerprint, price_kopecks as priceKopecks, base_kopecks as baseKopecks,
  level_code as levelCode, percent_basis_points as percentBasisPoints, reason, created_at as createdAt,
  counterpart_user_id as counterpartUserId, expires_at as expiresAt`

export const entryByKey = (db: Db, idempotencyKey: string) =>
  db.all<EntryRow>(sql`select ${entryColumns} from bonus_entries where idempotency_key = ${idempotencyKey}`)

export interface HandMadeEntry {
  readonly userId: number
  readonly bookingId: number | null
  readonly kind: 'spend' | 'adjustment'
  readonly points: number
  readonly idempotencyKey: string
  readonly fingerprint: string
  readonly reason: string
  readonly actor: string
  /** Of points that are given; NULL: never. */
  readonly expiresAt: number | null
}

export const appendHandMade = (db: Db, entry: HandMadeEntry, now: number) =>
  db.all<EntryRow>(sql`
    insert into bonus_entries (user_id, booking_id, kind, points, balance_after_points, idempotency_key, fingerprint,
      reason, actor, created_at, expires_at)
    select id, ${entry.bookingId}, ${entry.kind}, ${entry.points}, bonus_balance_points + ${entry.points},
      ${entry.idempotencyKey}, ${entry.fingerprint}, ${entry.reason}, ${entry.actor}, ${now},
      ${entry.points > 0 ? entry.expiresAt : null}
    from users where id = ${entry.userId}
    returning ${entryColumns}`)

export const listEntries = (db: Db, userId: number, page: { beforeId: number; limit: number }) =>
  db.all<EntryRow>(sql`
    select ${entryColumns} from bonus_entries where user_id = ${userId} and id < ${page.beforeId}
    order by id desc limit ${page.limit}`)
