import { type VisitToRemind, visitsToRemind } from '../booking/notices.statements.ts'
import type { Context } from '../context.ts'
import { batchAfter } from '../platform/db.ts'
import { HOUR_MS, MINUTE_MS } from '../platform/time.ts'
import { HOLD_WARNING_MS } from './decide-notice.ts'
import { type NewNotice, putNotices } from './outbox.statements.ts'
import {
  dueNotices,
  markQueued,
  moveEventCursor,
  moveGiftCursor,
  noticesOfEvents,
  noticesOfExpiry,
  noticesOfGifts,
  noticesOfMoney,
} from './outbox.store.ts'
import { LEAD_MS, LEAST_LEAD_MS, type ReminderKind, reminderTime } from './quiet-hours.ts'

/** Looked at in one round trip. */
const AT_A_TIME = 500
/** In one turn; the next one goes on. */
const TURNS = 20
/** The cron comes every half hour; what is due until it comes again goes to the queue now, to wait there. */
const AHEAD_MS = 35 * MINUTE_MS
/** A message of the queue that has not come by then will not come. */
const LEFT_MS = HOUR_MS
const MESSAGES_A_BATCH = 100
/** A reminder may be moved to the evening before, by so much at most. */
const QUIET_MS = 24 * HOUR_MS
/** Who heard of the visit so shortly before its reminder needs none. */
const JUST_TOLD_MS = HOUR_MS

/** Takes what happened since the last time into the outbox, and hands what is due to the queue. Safe to repeat and to interrupt. */
export async function fillOutbox(ctx: Context): Promise<void> {
  if (!ctx.config.notices.enabled) return
  await readEvents(ctx)
  await queueDue(ctx)
}

/** The same with reminders, for the cron. */
export async function fillOutboxByCron(ctx: Context): Promise<void> {
  if (!ctx.config.notices.enabled) return
  await readEvents(ctx)
  await planReminders(ctx)
  await noticesOfExpiry(ctx.db, ctx.now())
  await queueDue(ctx)
}

/** Each turn is one transaction of notices and cursor: after a crash it happened or it did not. */
async function readEvents({ db, config, now }: Context): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) {
    const events = {
      limit: AT_A_TIME,
      ofOthers: config.notices.ofYclientsVisits,
      warningMs: HOLD_WARNING_MS,
      now: now(),
    }
    const [, moved, , given] = await batchAfter(db, noticesOfMoney(db, now()), [
      noticesOfEvents(db, events),
      moveEventCursor(db, AT_A_TIME),
      noticesOfGifts(db, AT_A_TIME, now()),
      moveGiftCursor(db, AT_A_TIME),
    ])
    if (moved.changes + given.changes === 0) return
  }
}

async function planReminders(ctx: Context): Promise<void> {
  const { db } = ctx
  const now = ctx.now()
  const span = { from: now, until: now + LEAD_MS.reminder_24h + QUIET_MS + AHEAD_MS }
  let after = { startsAt: now, id: 0 }
  for (;;) {
    const visits = await visitsToRemind(db, span, after, AT_A_TIME)
    const reminders = visits.flatMap((visit) => remindersOf(ctx, visit, now))
    if (reminders.length > 0) await putNotices(db, reminders, now)
    const last = visits.at(-1)
    if (!last || visits.length < AT_A_TIME) return
    after = last
  }
}

const REMINDERS: readonly ReminderKind[] = ['reminder_24h', 'reminder_2h']

/** Its reminders that are due soon. The version is the time they are about: of a visit that moves, there will be others. */
function remindersOf({ config }: Context, visit: VisitToRemind, now: number): NewNotice[] {
  const { quietHours, ofYclientsVisits } = config.notices
  const { startsAt } = visit
  return REMINDERS.flatMap((kind) => {
    const dueAt = reminderTime(kind, startsAt, quietHours, config.branchTimezone)
    const isDue = dueAt <= now + AHEAD_MS && now <= startsAt - LEAST_LEAD_MS[kind]
    const isNews = visit.knownSince <= dueAt - JUST_TOLD_MS
    if (!isDue || !isNews || (!visit.isOurs && !ofYclientsVisits.includes(kind))) return []
    const subject = `booking:${visit.id}`
    return [{ userId: visit.userId, bookingId: visit.id, kind, subject, version: startsAt, dueAt }]
  })
}

/** Sent first and marked then: a notice that comes twice is told once, one that was marked and not sent would wait an hour. */
async function queueDue(ctx: Context): Promise<void> {
  const { db } = ctx
  const now = ctx.now()
  for (let turn = 0; turn < TURNS; turn++) {
    const due = await dueNotices(db, { dueBefore: now + AHEAD_MS, leftBefore: now - LEFT_MS }, MESSAGES_A_BATCH)
    if (due.length === 0) return
    await ctx.messages.sendBatch(
      due.map(({ id, dueAt }) => ({
        body: { kind: 'send-notice', noticeId: id },
        delaySeconds: Math.max(0, Math.ceil((dueAt - now) / 1000)),
      })),
    )
    await markQueued(db, due, now)
    if (due.length < MESSAGES_A_BATCH) return
  }
}
