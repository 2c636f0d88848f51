import { sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'

export interface ParkedWork {
  readonly id: number
  readonly key: string
  readonly queue: 'events' | 'sync'
  readonly message: string
  readonly reason: string
  readonly timesParked: number
  readonly parkedAt: number
}

export const insertParked = (db: Db, work: Omit<ParkedWork, 'id' | 'timesParked' | 'parkedAt'>, now: number) =>
  db.run(sql`
    insert into parked_work (key, queue, message, reason, parked_at)
    values (${work.key}, ${work.queue}, ${work.message}, ${work.reason}, ${now})
    on conflict (key) do update set reason = excluded.reason, message = excluded.message, parked_at = excluded.parked_at,
      times_parked = parked_work.times_parked + 1, replayed_at = null`)

const columns = sql`id, key, queue, message, reason, times_parked as timesParked, parked_at as parkedAt`

export const listOpenParked = (db: Db, page: { afterId: number; limit: number }) =>
  db.all<ParkedWork>(sql`
    select ${columns} from parked_work where replayed_at is null and id > ${page.afterId} order by id limit ${page.limit}`)

/** Claims open work for replaying: of two administrators only one gets the row. */
export const claimForReplay = (db: Db, id: number, now: number) =>
  db.all<ParkedWork>(sql`
    update parked_work set replayed_at = ${now} where id = ${id} and replayed_at is null returning ${columns}`)

export const reopenParked = (db: Db, id: number) =>
  db.run(sql`update parked_work set replayed_at = null where id = ${id}`)

export const parkedExists = (db: Db, id: number) =>
  db.all<{ id: number }>(sql`select id from parked_work where id = ${id}`)

export const countOpenParked = (db: Db) =>
  db.all<{ open: number }>(sql`select count(*) as open from parked_work where replayed_at is null`)
