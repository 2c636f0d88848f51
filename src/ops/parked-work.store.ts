import { sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'

export interface ParkedWork {
  readonly id: number
  readonly key: string
  readonly message: string
  readonly reason: string
  readonly timesParked: number
  readonly parkedAt: number
}

export const insertParked = (db: Db, work: { key: string; message: string; reason: string }, now: number) =>
  db.run(sql`
    insert into parked_work (key, message, reason, parked_at)
    values (${work.key}, ${work.message}, ${work.reason}, ${now})
    on conflict (key) do update set reason = excluded.reason, message = excluded.message, parked_at = excluded.parked_at,
      times_parked = parked_work.times_parked + 1, closed_at = null`)

const columns = sql`id, key, message, reason, times_parked as timesParked, parked_at as parkedAt`

export const listOpenParked = (db: Db, page: { afterId: number; limit: number }) =>
  db.all<ParkedWork>(sql`
    select ${columns} from parked_work where closed_at is null and id > ${page.afterId} order by id limit ${page.limit}`)

/** Closes open work: of two administrators only one gets the row. */
export const closeParked = (db: Db, id: number, now: number) =>
  db.all<ParkedWork>(sql`
    update parked_work set closed_at = ${now} where id = ${id} and closed_at is null returning ${columns}`)

export const reopenParked = (db: Db, id: number) =>
  db.run(sql`update parked_work set closed_at = null where id = ${id}`)

export const parkedById = (db: Db, id: number) =>
  db.all<{ message: string }>(sql`select message from parked_work where id = ${id}`)

/** A message to a person holds personal data. */
export const deleteParkedClosedBefore = (db: Db, before: number, limit: number) =>
  db.run(sql`
    delete from parked_work where id in (
      select id from parked_work where closed_at < ${before} order by id limit ${limit})`)
