import { type SQL, sql } from 'drizzle-orm'
import { isLiveSession } from '../auth/live-session.statements.ts'
import type { Db } from '../platform/db.ts'

export interface Device {
  readonly id: number
  readonly platform: 'android' | 'ios' | 'web'
  readonly createdAt: number
  readonly seenAt: number
}

const columns = sql`id, platform, created_at as createdAt, seen_at as seenAt`

export interface NewDevice {
  readonly userId: number
  readonly sessionId: number
  readonly token: string
  readonly platform: Device['platform']
}

/** A phone belongs to whoever signed in on it last. */
export const putDevice = (db: Db, { userId, sessionId, token, platform }: NewDevice, now: number) =>
  db.all<Device>(sql`
    insert into devices (user_id, session_id, token, platform, created_at, seen_at)
    select id, ${sessionId}, ${token}, ${platform}, ${now}, ${now} from users where id = ${userId} and erased_at is null
    on conflict (token) do update set user_id = excluded.user_id, session_id = excluded.session_id,
      platform = excluded.platform, seen_at = excluded.seen_at
    returning ${columns}`)

/** Phones that were seen longest ago give way. */
export const dropOldestDevices = (db: Db, userId: number, keep: number) =>
  db.run(sql`
    delete from devices where user_id = ${userId} and id not in (
      select id from devices where user_id = ${userId} order by seen_at desc, id desc limit ${keep})`)

export const devicesOfUser = (db: Db, userId: number) =>
  db.all<Device>(sql`select ${columns} from devices where user_id = ${userId} order by id`)

export const deleteDevice = (db: Db, userId: number, id: number) =>
  db.run(sql`delete from devices where id = ${id} and user_id = ${userId}`)

/** Of phones on which he is still signed in, the one seen last first. `user` is a query of one id. */
export const tokensOf = (db: Db, user: SQL, now: number) =>
  db.all<{ token: string }>(sql`
    select d.token from devices d where d.user_id = ${user} and ${isLiveSession(sql`d.session_id`, now)}
    order by d.seen_at desc, d.id desc`)

export const deleteToken = (db: Db, token: string) => db.run(sql`delete from devices where token = ${token}`)

/** Of sessions that are over. */
export const deleteSignedOutDevices = (db: Db, now: number, rows: number) =>
  db.run(sql`
    delete from devices where id in (
      select d.id from devices d where not ${isLiveSession(sql`d.session_id`, now)} order by d.id limit ${rows})`)
