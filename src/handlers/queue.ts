import * as z from 'zod'
import type { Context } from '../context.ts'
import { settleBookings } from '../loyalty/settle-bookings.ts'
import { continueLedgerCheck } from '../loyalty/verify-ledger.ts'
import {
  type EventMessage,
  eventMessage,
  type PeopleMessage,
  parkableMessage,
  peopleMessage,
  syncMessage,
} from '../messages.ts'
import { fillOutbox } from '../notifications/fill-outbox.ts'
import { nudgeOutbox } from '../notifications/nudge-outbox.ts'
import { handleMessage } from '../notifications/send-message.ts'
import { sendNotice } from '../notifications/send-notice.ts'
import { flushMetrics } from '../ops/flush-metrics.ts'
import { parkUnreadable, parkWork } from '../ops/park-work.ts'
import { advancePayment } from '../payments/advance-payment.ts'
import { handlePaymentNotice } from '../payments/handle-notice.ts'
import { errorFields } from '../platform/log.ts'
import { backoffSeconds, DONE, type Outcome, retryOrPark } from '../platform/outcome.ts'
import { forEachLimited } from '../platform/pool.ts'
import { joinTraces, traced } from '../platform/trace.ts'
import { applyReadRecord } from '../yclients/apply-read-record.ts'
import { finishSync } from '../yclients/finish-sync.ts'
import { handleCatalogSync } from '../yclients/handle-catalog-sync.ts'
import { handleWebhooks } from '../yclients/handle-webhooks.ts'
import { removeTestRecord } from '../yclients/remove-test-record.ts'
import { syncPage } from '../yclients/sync-page.ts'
import { syncVerify } from '../yclients/sync-verify.ts'
import { writeBooking } from '../yclients/write-booking.ts'

export const QUEUES = { events: 'spa-events', sync: 'spa-sync', messages: 'spa-messages', dead: 'spa-dead' } as const

/** Every message ends done, to be retried after N seconds, or parked with a reason; acknowledged one by one. */
export async function handleQueue(ctx: Context, batch: MessageBatch<unknown>): Promise<void> {
  try {
    await handleBatch(ctx, batch)
  } finally {
    await flushMetrics(ctx)
  }
}

async function handleBatch(ctx: Context, batch: MessageBatch<unknown>): Promise<void> {
  switch (batch.queue) {
    case QUEUES.events:
      await handleEvents(ctx, batch.messages)
      return await nudgeOutbox(ctx)
    case QUEUES.sync:
      for (const message of batch.messages) await handleSync(ctx, message)
      return await nudgeOutbox(ctx)
    case QUEUES.messages:
      return await handlePeople(ctx, batch.messages)
    case QUEUES.dead:
      for (const message of batch.messages) await handleDead(ctx, message)
      return
    default:
      throw new Error(`no consumer for queue ${batch.queue}`)
  }
}

/** Each may wait for a provider; a Worker may have six calls waiting. */
const MESSAGES_AT_ONCE = 5

interface Incoming<M> {
  readonly message: Message<unknown>
  readonly body: M
}
type OfKind<K extends EventMessage['kind']> = Extract<EventMessage, { kind: K }>

async function handleEvents(ctx: Context, messages: readonly Message<unknown>[]): Promise<void> {
  const webhooks: Incoming<OfKind<'webhook'>>[] = []
  const settlements: Incoming<OfKind<'settle'>>[] = []
  const catalogSyncs: Incoming<OfKind<'sync-catalog'>>[] = []
  for (const message of messages) {
    const { success, data: body } = eventMessage.safeParse(message.body)
    if (!success) await endUnreadable(ctx, message)
    else if (body.kind === 'webhook') webhooks.push({ message, body })
    else if (body.kind === 'settle') settlements.push({ message, body })
    else if (body.kind === 'sync-catalog') catalogSyncs.push({ message, body })
    else if (body.kind === 'verify-ledger') {
      await endAll(ctx, [{ message, body }], async () => [await continueLedgerCheck(ctx, body.checkId)])
    } else if (body.kind === 'write-booking') {
      await endAll(ctx, [{ message, body }], async () => [await writeBooking(ctx, body, message.attempts)])
    } else if (body.kind === 'remove-test-record') {
      await endAll(ctx, [{ message, body }], async () => [await removeTestRecord(ctx, body, message.attempts)])
    } else if (body.kind === 'payment-notice') {
      const own = traced(ctx, body.trace ?? {})
      await endAll(own, [{ message, body }], async () => [await handlePaymentNotice(own, body, message.attempts)])
    } else if (body.kind === 'advance-payment') {
      const own = traced(ctx, body.trace ?? {})
      await endAll(own, [{ message, body }], async () => {
        await advancePayment(own, body.paymentId)
        return [DONE]
      })
    } else {
      const own = traced(ctx, body.trace ?? {})
      await endAll(own, [{ message, body }], async () => [await applyReadRecord(own, body, message.attempts)])
    }
  }
  await endAll(ctx, webhooks, (group) =>
    handleWebhooks(
      ctx,
      group.map(({ message, body }) => ({ message: body, attempts: message.attempts })),
    ),
  )
  // One does for all of them.
  await endAll(ctx, catalogSyncs, async (group) => {
    const attempts = Math.max(...group.map(({ message }) => message.attempts))
    return new Array<Outcome>(group.length).fill(await handleCatalogSync(ctx, attempts))
  })
  await endAll(ctx, settlements, async (group) => {
    const { failed } = await settleBookings(ctx, [...new Set(group.map(({ body }) => body.userId))], (userId) =>
      joinTraces(group.flatMap(({ body }) => (body.userId === userId ? (body.trace ?? []) : []))),
    )
    return group.map(({ message, body }) =>
      failed.includes(body.userId) ? retryOrPark('settling failed', message.attempts, ctx.random()) : DONE,
    )
  })
}

/**
 * Runs the work for a group of messages and ends each accordingly. If the group fails as a whole, each message is tried by
 * itself, so that one that cannot be processed takes no other along.
 */
async function endAll<M extends EventMessage>(
  ctx: Context,
  group: readonly Incoming<M>[],
  work: (group: readonly Incoming<M>[]) => Promise<readonly Outcome[]>,
): Promise<void> {
  if (group.length === 0) return
  let outcomes: readonly Outcome[]
  try {
    outcomes = await work(group)
  } catch (error) {
    ctx.log.error('queue.batch_failed', { messages: group.length, ...errorFields(error) })
    if (group.length > 1) {
      for (const each of group) await endAll(ctx, [each], work)
      return
    }
    outcomes = []
  }
  for (const [index, { message, body }] of group.entries()) {
    const outcome = outcomes[index] ?? unforeseen(ctx, message)
    await end(ctx, message, outcome, (reason) => parkWork(ctx, body, reason))
  }
}

async function handleSync(plain: Context, message: Message<unknown>): Promise<void> {
  const { success, data: body } = syncMessage.safeParse(message.body)
  if (!success) return await endUnreadable(plain, message)
  const ctx = traced(plain, { run_id: String(body.runId) })
  let outcome: Outcome
  try {
    const handle =
      body.kind === 'sync-page' ? syncPage(ctx, body, message.attempts) : syncVerify(ctx, body, message.attempts)
    outcome = await handle
  } catch (error) {
    ctx.log.error('sync.message_failed', { run_id: body.runId, ...errorFields(error) })
    outcome = unforeseen(ctx, message)
  }
  // A run that cannot go on is closed as failed, which is seen, and the next cron starts anew: nothing is left to replay.
  await end(ctx, message, outcome, (reason) => finishSync(ctx, body.runId, reason))
}

async function handlePeople(ctx: Context, messages: readonly Message<unknown>[]): Promise<void> {
  const nudges: Message<unknown>[] = []
  const letters: { message: Message<unknown>; body: Exclude<PeopleMessage, { kind: 'fill-outbox' }> }[] = []
  for (const message of messages) {
    const { success, data: body } = peopleMessage.safeParse(message.body)
    if (!success) await endUnreadable(ctx, message)
    else if (body.kind === 'fill-outbox') nudges.push(message)
    else letters.push({ message, body })
  }
  await forEachLimited(letters, MESSAGES_AT_ONCE, ({ message, body }) =>
    endOutgoing(ctx, message, body, () =>
      body.kind === 'send-notice'
        ? sendNotice(ctx, body.noticeId, message.attempts)
        : handleMessage(ctx, body, message.attempts),
    ),
  )
  // One does for all of them; should it fail, the cron comes.
  const [first, ...others] = nudges
  if (first) await endOutgoing(ctx, first, { kind: 'fill-outbox' }, () => fillOnce(ctx))
  for (const message of others) message.ack()
}

async function fillOnce(ctx: Context): Promise<Outcome> {
  await fillOutbox(ctx)
  return DONE
}

async function endOutgoing(
  ctx: Context,
  message: Message<unknown>,
  body: PeopleMessage,
  work: () => Promise<Outcome>,
): Promise<void> {
  let outcome: Outcome
  try {
    outcome = await work()
  } catch (error) {
    const id =
      body.kind === 'send-message' ? body.id : body.kind === 'send-notice' ? `notice-${body.noticeId}` : body.kind
    ctx.log.error('message.failed', { message_id: id, ...errorFields(error) })
    outcome = unforeseen(ctx, message)
  }
  await end(ctx, message, outcome, (reason) => parkWork(ctx, body, reason))
}

/** The last stop: what crashed again and again is written down for a person. A sync run that died here is closed. */
async function handleDead(ctx: Context, message: Message<unknown>): Promise<void> {
  const work = parkableMessage.safeParse(message.body)
  const sync = syncMessage.safeParse(message.body)
  if (sync.success) {
    await end(ctx, message, EXHAUSTED, (reason) => finishSync(ctx, sync.data.runId, reason))
  } else if (work.success) {
    await end(ctx, message, EXHAUSTED, (reason) => parkWork(ctx, work.data, reason))
  } else {
    await endUnreadable(ctx, message)
  }
}

const EXHAUSTED: Outcome = { kind: 'park', reason: 'retries exhausted' }

const endUnreadable = (ctx: Context, message: Message<unknown>) =>
  end(ctx, message, { kind: 'park', reason: 'unreadable' }, () => parkUnreadable(ctx, message.id, message.body))

const unforeseen = (ctx: Context, message: Message<unknown>): Outcome => ({
  kind: 'retry',
  delaySeconds: backoffSeconds(message.attempts, ctx.random()),
  reason: 'unforeseen error',
})

/** For counting, so nothing but a word of our own. */
const kinded = z.object({ kind: z.string().regex(/^[a-z-]{1,30}$/) })

async function end(
  ctx: Context,
  message: Message<unknown>,
  outcome: Outcome,
  park: (reason: string) => Promise<void>,
): Promise<void> {
  const kind = kinded.safeParse(message.body).data?.kind ?? 'unreadable'
  ctx.metrics.count('spa_queue_messages_total', { kind, outcome: outcome.kind })
  if (outcome.kind === 'retry') return message.retry({ delaySeconds: outcome.delaySeconds })
  if (outcome.kind === 'park') {
    try {
      await park(outcome.reason)
    } catch (error) {
      // It is written nowhere yet, so it must not be acknowledged.
      ctx.log.error('queue.parking_failed', errorFields(error))
      return message.retry({ delaySeconds: backoffSeconds(message.attempts, ctx.random()) })
    }
  }
  message.ack()
}
