import { type VisitToTell, visitToTell } from '../booking/notices.statements.ts'
import type { Context } from '../context.ts'
import { pointsToTell } from '../loyalty/notices.statements.ts'
import { DONE, type Outcome, retryOrPark } from '../platform/outcome.ts'
import { dayInZone, MINUTE_MS } from '../platform/time.ts'
import { type ClientToTell, clientToTell } from '../users/notices.statements.ts'
import { channelsFor } from './choices.ts'
import { composeNotice } from './compose-notice.ts'
import { decideNotice, type Undecided } from './decide-notice.ts'
import { channelIsOn, deliver } from './deliver.ts'
import type { Delivery } from './delivery.ts'
import { deleteToken, tokensOf } from './devices.store.ts'
import { DEAD_TOKEN } from './fcm/translate.ts'
import { type Channel, RULES, type SkipReason } from './notice.ts'
import {
  bookingOfNotice,
  claimNotice,
  countHeldBack,
  EXPIRY_WARNING_MS,
  endNotice,
  type NoticeRow,
  noticeById,
  uncount,
  userOfNotice,
} from './outbox.store.ts'

/** Whoever has been sending for longer than this has died. */
const LEASE_MS = 5 * MINUTE_MS

export interface NoticeFactsRow {
  readonly previous_starts_at?: number
  readonly amount_kopecks?: number
  readonly points?: number
  readonly expires_at?: number
}

/** Everything that a notice is decided on and made of, read at one moment. */
export interface Read {
  readonly notice: NoticeRow
  readonly facts: NoticeFactsRow
  readonly client: ClientToTell | undefined
  readonly visit: VisitToTell | undefined
  readonly balance: number
  /** What the ledger still holds of the points it is about. */
  readonly points: number
  readonly tokens: readonly string[]
}

/**
 * A notice from the queue: decided anew from how things stand, and sent by the first channel that takes it. A doubled message
 * finds the notice taken. If somebody died between provider and database, mail and push are repeated under the same name, by which
 * the provider (of a push: the phone) knows a repetition; an SMS is not, since two of the same look broken and both cost.
 */
export async function sendNotice(ctx: Context, id: number, attempts: number): Promise<Outcome> {
  const read = await readNotice(ctx, id)
  if (!read) return DONE
  const { notice } = read
  if (notice.state === 'sent' || notice.state === 'skipped') return DONE
  // Put off meanwhile, for instance to the morning: another message will come for it.
  if (notice.state === 'waiting' && notice.dueAt > ctx.now() + MINUTE_MS) return DONE
  if (notice.state === 'sending') {
    if (ctx.now() - notice.updatedAt < LEASE_MS) return { kind: 'retry', delaySeconds: 60, reason: 'being sent' }
    if (notice.channel === 'sms') return await end(ctx, notice, 'sent', 'interrupted')
  }
  const verdict = decideNotice(undecided(read), ctx.now(), ctx.config.notices, ctx.config.branchTimezone)
  if (verdict.kind === 'skip') return await end(ctx, notice, 'skipped', verdict.reason)
  if (verdict.kind === 'wait') {
    const { attempts: of } = notice
    await endNotice(ctx.db, { id, attempts: of }, { state: 'waiting', reason: null, dueAt: verdict.until }, ctx.now())
    return DONE
  }
  return await sendByFirst(ctx, read, attempts)
}

async function readNotice({ db, now }: Context, id: number): Promise<Read | undefined> {
  const [[notice], [client], [visit], [points], tokens] = await db.batch([
    noticeById(db, id),
    clientToTell(db, userOfNotice(id)),
    visitToTell(db, bookingOfNotice(id)),
    pointsToTell(db, userOfNotice(id), bookingOfNotice(id), { from: now(), until: now() + EXPIRY_WARNING_MS }),
    tokensOf(db, userOfNotice(id), now()),
  ])
  if (!notice) return undefined
  // Ours, and checked by the table.
  const facts = JSON.parse(notice.facts) as NoticeFactsRow
  const ofVisit = notice.bookingId !== null ? points?.ofVisit : facts.points
  const about = notice.kind === 'bonuses_expiring' ? points?.expiring : ofVisit
  const balance = points?.balance ?? 0
  return { notice, facts, client, visit, balance, points: about ?? 0, tokens: tokens.map(({ token }) => token) }
}

const undecided = ({ notice, facts, client, visit, points }: Read): Undecided => ({
  kind: notice.kind,
  version: notice.version,
  dueAt: notice.dueAt,
  clientIsGone: !client || client.erasedAt !== null,
  visit,
  previousStartsAt: facts.previous_starts_at ?? null,
  saidByPayment: notice.saidByPayment === 1,
  points,
})

// Ours, and checked by the table.
const listOf = (json: string) => JSON.parse(json) as string[]

async function sendByFirst(ctx: Context, read: Read, queueAttempts: number): Promise<Outcome> {
  const { db, config } = ctx
  const { id, kind, off } = read.notice
  const day = dayInZone(ctx.now(), config.branchTimezone)
  let attempts = read.notice.attempts
  const refusedBy = listOf(read.notice.refusedBy)
  let refusal: string | undefined
  let isLimited = false
  const { channels, wouldBe } = channelsFor(kind, {
    has: { push: read.tokens.length > 0, email: Boolean(read.client?.email), sms: Boolean(read.client?.phone) },
    mayUse: (channel) =>
      channelIsOn(config, channel) && (channel !== 'email' || !RULES[kind].optional || config.publicUrl !== undefined),
    off: listOf(off),
    refusedBy,
  })
  for (const channel of channels) {
    const turn = { id, attempts, channel, day, limit: config.notices.dailyLimits[channel] }
    const [[claimed], , [now]] = await db.batch(claimNotice(db, turn, ctx.now()))
    if (!claimed) {
      // Somebody else has it; else there is no room left today.
      if (now?.attempts !== attempts) return DONE
      isLimited = true
      await countHeldBack(db, turn)
      continue
    }
    attempts++
    const delivery = await deliverBy(ctx, read, channel)
    const mine = { id, attempts }
    if (delivery.kind === 'accepted') {
      await endNotice(db, mine, { state: 'sent', reason: null }, ctx.now())
      return DONE
    }
    if (delivery.kind === 'unavailable' || delivery.kind === 'account_trouble') {
      const reason = `${delivery.code}: ${delivery.words}`
      const outcome = retryOrPark(reason, queueAttempts, ctx.random(), delivery.kind === 'account_trouble' ? 60 : 0)
      const state = outcome.kind === 'park' ? 'failed' : 'queued'
      await db.batch([endNotice(db, mine, { state, reason: delivery.code }, ctx.now()), uncount(db, turn)])
      return outcome
    }
    refusal = delivery.kind === 'recipient_refused' ? delivery.code : delivery.kind
    refusedBy.push(channel)
    const left = { state: 'queued' as const, reason: refusal, refusedBy }
    await db.batch([endNotice(db, mine, left, ctx.now()), uncount(db, turn)])
  }
  const last = { ...read.notice, attempts }
  if (refusal !== undefined) return await end(ctx, last, 'failed', refusal)
  const why: SkipReason = isLimited ? 'daily_limit' : wouldBe ? 'switched_off_by_client' : 'no_channel'
  return await end(ctx, last, 'skipped', why)
}

/** By push to each of his phones: one that has it is enough. Dead ones are forgotten. */
async function deliverBy(ctx: Context, read: Read, channel: Channel): Promise<Delivery> {
  if (channel !== 'push') return await deliver(ctx, await composeNotice(ctx, read, channel, ''))
  let best: Delivery | undefined
  for (const token of read.tokens) {
    const delivery = await deliver(ctx, await composeNotice(ctx, read, channel, token))
    if (delivery.kind === 'recipient_refused' && delivery.code === DEAD_TOKEN) await deleteToken(ctx.db, token)
    if (!best || delivery.kind === 'accepted') best = delivery
    else if (best.kind === 'recipient_refused' && delivery.kind !== 'recipient_refused') best = delivery
  }
  return best ?? { kind: 'switched_off' }
}

async function end(
  ctx: Context,
  { id, attempts, kind }: NoticeRow,
  state: 'sent' | 'skipped' | 'failed',
  reason: string,
) {
  await endNotice(ctx.db, { id, attempts }, { state, reason }, ctx.now())
  ctx.log.info(`notice.${state}`, { notice_id: id, kind, reason })
  return DONE
}
