import { type SQL, sql } from 'drizzle-orm'
import { eventsToTell, lastEventToTell } from '../booking/notices.statements.ts'
import { expiringToTell, giftsToTell, lastGiftToTell } from '../loyalty/notices.statements.ts'
import { paymentsToTell, refundsToTell } from '../payments/notices.statements.ts'
import { type Db, inList } from '../platform/db.ts'
import { DAY_MS, HOUR_MS } from '../platform/time.ts'
import type { NoticeKind, NoticeState } from './notice.ts'

type Source = 'booking_events' | 'bonus_entries'

const positionOf = (source: Source): SQL => sql`(select position from notice_cursors where source = ${source})`

/** News of yesterday would only puzzle: this happens when the Worker has not run, or at a first import. */
const STALE_EVENT_MS = 6 * HOUR_MS
const STALE_GIFT_MS = DAY_MS

const columns = sql`(user_id, booking_id, kind, subject, version, facts, due_at, created_at, updated_at)`

/** Notices of what happened to visits since the cursor. To be run in one transaction with `moveEventCursor`. */
export const noticesOfEvents = (
  db: Db,
  { limit, ofOthers, warningMs, now }: { limit: number; ofOthers: readonly string[]; warningMs: number; now: number },
) =>
  db.run(sql`
    with event as (${eventsToTell(positionOf('booking_events'), limit)}),
    told as (select *, case kind when 'created' then 'booking_made' when 'reopened' then 'booking_made'
      when 'moved' then 'booking_moved' when 'cancelled' then 'booking_cancelled' when 'held' then 'hold_expiring' end as notice
      from event)
    insert into notices ${columns}
    select user_id, booking_id, notice, 'booking:' || booking_id, revision,
      case when previous_starts_at is null then '{}' else json_object('previous_starts_at', previous_starts_at) end,
      case notice when 'hold_expiring' then max(hold_expires_at - ${warningMs}, ${now}) else ${now} end, ${now}, ${now}
    from told
    where notice is not null and max(starts_at, coalesce(previous_starts_at, 0)) > ${now} and at > ${now - STALE_EVENT_MS}
      and (is_ours or notice in ${inList(ofOthers)}) and (notice <> 'hold_expiring' or hold_expires_at > ${now})
    order by event_id
    on conflict (subject, kind, version) do nothing`)

/** Notices of points that clients got since the cursor. To be run in one transaction with `moveGiftCursor`. */
export const noticesOfGifts = (db: Db, limit: number, now: number) =>
  db.run(sql`
    with gift as (${giftsToTell(positionOf('bonus_entries'), limit)})
    insert into notices ${columns}
    select user_id, booking_id, 'bonuses_accrued', 'entry:' || entry_id, 0, json_object('points', points), ${now}, ${now}, ${now}
    from gift where created_at > ${now - STALE_GIFT_MS} order by entry_id
    on conflict (subject, kind, version) do nothing`)

/** Notices of payments and refunds of late; how few they are, makes a cursor unnecessary. */
export const noticesOfMoney = (db: Db, now: number) => [
  db.run(sql`
    insert into notices ${columns}
    select user_id, booking_id, 'payment_confirmed', 'payment:' || payment_id, 0,
      json_object('amount_kopecks', amount_kopecks), ${now}, ${now}, ${now}
    from (${paymentsToTell(now - STALE_EVENT_MS)}) where true
    on conflict (subject, kind, version) do nothing`),
  db.run(sql`
    insert into notices ${columns}
    select user_id, booking_id, 'refund_made', 'refund:' || refund_id, 0,
      json_object('amount_kopecks', amount_kopecks), ${now}, ${now}, ${now}
    from (${refundsToTell(now - STALE_GIFT_MS)}) where true
    on conflict (subject, kind, version) do nothing`),
]

/** How long before points expire they are worth a word; one word for all of them, and not another one soon. */
export const EXPIRY_WARNING_MS = 14 * DAY_MS

export const noticesOfExpiry = (db: Db, now: number) =>
  db.run(sql`
    insert into notices ${columns}
    select user_id, null, 'bonuses_expiring', 'points:' || user_id, expires_at, json_object('expires_at', expires_at), ${now},
      ${now}, ${now}
    from (${expiringToTell({ from: now, until: now + EXPIRY_WARNING_MS })}) soon
    where not exists (select 1 from notices told where told.user_id = soon.user_id and told.kind = 'bonuses_expiring'
      and told.created_at > ${now - EXPIRY_WARNING_MS})
    on conflict (subject, kind, version) do nothing`)

const moveCursor = (db: Db, source: Source, last: SQL) =>
  db.run(sql`
    update notice_cursors set position = coalesce(${last}, position)
    where source = ${source} and ${last} is not null`)

/** No change: there was nothing more. */
export const moveEventCursor = (db: Db, limit: number) =>
  moveCursor(db, 'booking_events', lastEventToTell(positionOf('booking_events'), limit))
export const moveGiftCursor = (db: Db, limit: number) =>
  moveCursor(db, 'bonus_entries', lastGiftToTell(positionOf('bonus_entries'), limit))

export interface DueNotice {
  readonly id: number
  readonly dueAt: number
}

/** What has to go to the queue: due before this, or left behind there or by somebody who died sending. */
export const dueNotices = (db: Db, before: { dueBefore: number; leftBefore: number }, limit: number) =>
  db.all<DueNotice>(sql`
    select id, due_at as dueAt from notices indexed by open_notices
    where state in ('waiting', 'queued', 'sending') and due_at <= ${before.dueBefore}
      and (state = 'waiting' or (due_at < ${before.leftBefore} and updated_at < ${before.leftBefore}))
    order by due_at limit ${limit}`)

/** What was put off meanwhile waits for another turn. */
export const markQueued = (db: Db, notices: readonly DueNotice[], now: number) =>
  db.run(sql`
    update notices set state = case state when 'waiting' then 'queued' else state end, updated_at = ${now}
    where (id, due_at) in (select value ->> '$.id', value ->> '$.dueAt' from json_each(${JSON.stringify(notices)}))
      and state in ('waiting', 'queued', 'sending')`)

export interface NoticeRow {
  readonly id: number
  readonly userId: number
  readonly bookingId: number | null
  readonly kind: NoticeKind
  readonly subject: string
  readonly version: number
  /** JSON. */
  readonly facts: string
  readonly dueAt: number
  readonly state: NoticeState
  readonly channel: 'push' | 'email' | 'sms' | null
  /** JSON list. */
  readonly refusedBy: string
  readonly attempts: number
  readonly updatedAt: number
  readonly language: 'ru' | 'en'
  /** JSON list. */
  readonly off: string
  readonly saidByPayment: number
}

export const userOfNotice = (id: number): SQL => sql`(select user_id from notices where id = ${id})`
export const bookingOfNotice = (id: number): SQL => sql`(select booking_id from notices where id = ${id})`

/** A notice with what its client has chosen. */
export const noticeById = (db: Db, id: number) =>
  db.all<NoticeRow>(sql`
    select n.id, n.user_id as userId, n.booking_id as bookingId, n.kind, n.subject, n.version, n.facts, n.due_at as dueAt, n.state,
      n.channel, n.refused_by as refusedBy, n.attempts, n.updated_at as updatedAt, coalesce(c.language, 'ru') as language,
      coalesce(c.off, '[]') as off,
      exists (select 1 from notices p where p.booking_id = n.booking_id and p.kind = 'payment_confirmed') as saidByPayment
    from notices n left join notification_choices c on c.user_id = n.user_id where n.id = ${id}`)

interface Turn {
  readonly id: number
  /** As it was read: whoever comes second has read another number. */
  readonly attempts: number
  readonly channel: 'push' | 'email' | 'sms'
  readonly day: string
  readonly limit: number
}

const sentOn = ({ day, channel }: Pick<Turn, 'day' | 'channel'>): SQL => sql`
  coalesce((select sent from notice_counts where day = ${day} and channel = ${channel}), 0)`

/** Takes a notice for one attempt, and counts it, if the day's limit leaves room. One row for him who has it. */
export const claimNotice = (db: Db, turn: Turn, now: number) =>
  [
    db.all<{ id: number }>(sql`
      update notices set state = 'sending', channel = ${turn.channel}, attempts = attempts + 1, reason = null, updated_at = ${now}
      where id = ${turn.id} and attempts = ${turn.attempts} and state not in ('sent', 'skipped') and ${sentOn(turn)} < ${turn.limit}
      returning id`),
    db.run(sql`
      insert into notice_counts (day, channel, sent) select ${turn.day}, ${turn.channel}, 1 where changes() > 0
      on conflict (day, channel) do update set sent = sent + 1`),
    db.all<{ attempts: number }>(sql`select attempts from notices where id = ${turn.id}`),
  ] as const

/** The limit kept something back: said in the health check. */
export const countHeldBack = (db: Db, { day, channel }: Pick<Turn, 'day' | 'channel'>) =>
  db.run(sql`
    insert into notice_counts (day, channel, held_back) values (${day}, ${channel}, 1)
    on conflict (day, channel) do update set held_back = held_back + 1`)

/** It did not leave, so that it cost nothing. */
export const uncount = (db: Db, { day, channel }: Pick<Turn, 'day' | 'channel'>) =>
  db.run(sql`update notice_counts set sent = max(sent - 1, 0) where day = ${day} and channel = ${channel}`)

/** How an attempt, or the whole notice, has ended. Only he who read this attempt may say so. */
export const endNotice = (
  db: Db,
  { id, attempts }: Pick<Turn, 'id' | 'attempts'>,
  end: {
    readonly state: NoticeState
    readonly reason: string | null
    readonly dueAt?: number
    readonly refusedBy?: readonly string[]
  },
  now: number,
) =>
  db.run(sql`
    update notices set state = ${end.state}, reason = ${end.reason}, updated_at = ${now},
      due_at = coalesce(${end.dueAt ?? null}, due_at),
      refused_by = coalesce(${end.refusedBy ? JSON.stringify(end.refusedBy) : null}, refused_by)
    where id = ${id} and attempts = ${attempts} and state not in ('sent', 'skipped')`)

/** Of what is over; also the counts of those days. */
export const deleteNoticesBefore = (db: Db, before: number, dayBefore: string, rows: number) =>
  db.batch([
    db.run(sql`
      delete from notices where id in (select id from notices indexed by notices_by_change
        where updated_at < ${before} and state in ('sent', 'skipped', 'failed') order by updated_at limit ${rows})`),
    db.run(sql`delete from notice_counts where day < ${dayBefore}`),
  ])
