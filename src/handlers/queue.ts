import type { Context } from '../context.ts'
import { settleBookings } from '../loyalty/settle-bookings.ts'
import { parkUnreadable, parkWork, type QueuedWork } from '../ops/park-work.ts'
import { errorFields } from '../platform/log.ts'
import { type EventMessage, eventMessage, syncMessage } from '../platform/messages.ts'
import { backoffSeconds, DONE, type Outcome } from '../platform/outcome.ts'
import { applyReadRecord } from '../yclients/apply-read-record.ts'
import { finishSync } from '../yclients/finish-sync.ts'
import { handleWebhooks } from '../yclients/handle-webhooks.ts'
import { syncPage } from '../yclients/sync-page.ts'
import { syncVerify } from '../yclients/sync-verify.ts'

export const QUEUES = { events: 'spa-events', sync: 'spa-sync', dead: 'spa-dead' } as const

/** Every message ends done, to be retried after N seconds, or parked with a reason; acknowledged one by one. */
export async function handleQueue(ctx: Context, batch: MessageBatch<unknown>): Promise<void> {
  switch (batch.queue) {
    case QUEUES.events:
      return await handleEvents(ctx, batch.messages)
    case QUEUES.sync:
      for (const message of batch.messages) await handleSync(ctx, message)
      return
    case QUEUES.dead:
      for (const message of batch.messages) await handleDead(ctx, message)
      return
    default:
      throw new Error(`no consumer for queue ${batch.queue}`)
  }
}

async function handleEvents(ctx: Context, messages: readonly Message<unknown>[]): Promise<void> {
  const readable = messages.flatMap((message) => {
    const parsed = eventMessage.safeParse(message.body)
    if (parsed.success) return { message, body: parsed.data }
    ctx.log.error('queue.unreadable_message', { message_id: message.id })
    // Not ours to understand; the dead-letter queue's consumer reports it.
    message.retry()
    return []
  })
  type Readable = (typeof readable)[number]
  const ofKind = <K extends EventMessage['kind']>(kind: K) =>
    readable.flatMap(
      ({ message, body }) => (body.kind === kind ? { message, body: body as Extract<EventMessage, { kind: K }> } : []), // just compared
    )

  const webhooks = ofKind('webhook')
  await end(ctx, webhooks, () =>
    handleWebhooks(
      ctx,
      webhooks.map(({ message, body }) => ({ message: body, attempts: message.attempts })),
    ),
  )
  const settlements = ofKind('settle')
  await end(ctx, settlements, async () => {
    await settleBookings(ctx, [...new Set(settlements.map(({ body }) => body.userId))])
    return settlements.map(() => DONE)
  })
  for (const reading of ofKind('read-record')) {
    await end(ctx, [reading], async () => [await applyReadRecord(ctx, reading.body, reading.message.attempts)])
  }

  /** Runs the work and ends its messages accordingly; an unforeseen error brings all of them back later. */
  async function end(ctx: Context, group: readonly Readable[], work: () => Promise<readonly Outcome[]>): Promise<void> {
    if (group.length === 0) return
    let outcomes: readonly Outcome[]
    try {
      outcomes = await work()
    } catch (error) {
      ctx.log.error('queue.batch_failed', { messages: group.length, ...errorFields(error) })
      outcomes = group.map(({ message }) => unforeseen(ctx, message))
    }
    for (const [index, { message, body }] of group.entries()) {
      await endMessage(ctx, message, { queue: 'events', message: body }, outcomes[index] ?? unforeseen(ctx, message))
    }
  }
}

async function handleSync(ctx: Context, message: Message<unknown>): Promise<void> {
  const parsed = syncMessage.safeParse(message.body)
  if (!parsed.success) {
    ctx.log.error('queue.unreadable_message', { message_id: message.id })
    return message.retry()
  }
  const body = parsed.data
  let outcome: Outcome
  try {
    outcome =
      body.kind === 'sync-page'
        ? await syncPage(ctx, body, message.attempts)
        : await syncVerify(ctx, body, message.attempts)
  } catch (error) {
    ctx.log.error('sync.message_failed', { run_id: body.runId, ...errorFields(error) })
    outcome = unforeseen(ctx, message)
  }
  await endMessage(ctx, message, { queue: 'sync', message: body }, outcome)
}

const unforeseen = (ctx: Context, message: Message<unknown>): Outcome => ({
  kind: 'retry',
  delaySeconds: backoffSeconds(message.attempts, ctx.random()),
  reason: 'unforeseen error',
})

async function endMessage(ctx: Context, message: Message<unknown>, work: QueuedWork, outcome: Outcome): Promise<void> {
  if (outcome.kind === 'retry') return message.retry({ delaySeconds: outcome.delaySeconds })
  if (outcome.kind === 'park') {
    try {
      await parkWork(ctx, work, outcome.reason)
    } catch (error) {
      // It is written nowhere yet, so it must not be acknowledged.
      ctx.log.error('queue.parking_failed', errorFields(error))
      return message.retry({ delaySeconds: backoffSeconds(message.attempts, ctx.random()) })
    }
  }
  message.ack()
}

/** The last stop: what crashed again and again is written down for a person. A sync run that died here is closed. */
async function handleDead(ctx: Context, message: Message<unknown>): Promise<void> {
  const event = eventMessage.safeParse(message.body)
  const sync = syncMessage.safeParse(message.body)
  try {
    if (event.success) await parkWork(ctx, { queue: 'events', message: event.data }, 'retries exhausted')
    else if (sync.success) {
      await parkWork(ctx, { queue: 'sync', message: sync.data }, 'retries exhausted')
      await finishSync(ctx, sync.data.runId, 'retries exhausted')
    } else {
      await parkUnreadable(ctx, message.id, message.body)
    }
    message.ack()
  } catch (error) {
    ctx.log.error('queue.parking_failed', errorFields(error))
    message.retry({ delaySeconds: backoffSeconds(message.attempts, ctx.random()) })
  }
}
