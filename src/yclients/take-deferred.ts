import type { Context } from '../context.ts'
import { parkWork } from '../ops/park-work.ts'
import { handleWebhooks } from './handle-webhooks.ts'
import { countDeferredAttempt, deleteEvent, listDeferred } from './webhook-events.store.ts'

const LIMIT = 100

/**
 * Processes webhooks that the queue refused and D1 kept. Without going through the queue again: it may be the body
 * that it cannot take. The kept row goes when its events are recorded, done or parked; until then it is taken up again.
 */
export async function takeDeferredWebhooks(ctx: Context): Promise<number> {
  const deferred = await listDeferred(ctx.db, LIMIT)
  if (deferred.length === 0) return 0
  const deliveries = deferred.map(({ id, receivedAt, body, attempts }) => ({
    // The events get ids of their own, so that recording them leaves the kept body alone.
    message: { kind: 'webhook' as const, eventId: `${id}:kept`, receivedAt, raw: body },
    attempts: attempts + 1,
  }))
  const outcomes = await handleWebhooks(ctx, deliveries)
  for (const [index, { id }] of deferred.entries()) {
    const outcome = outcomes[index]
    const delivery = deliveries[index]
    if (!outcome || !delivery) continue
    if (outcome.kind === 'retry') {
      await countDeferredAttempt(ctx.db, id, outcome.reason)
      continue
    }
    if (outcome.kind === 'park') await parkWork(ctx, delivery.message, outcome.reason)
    await deleteEvent(ctx.db, id)
  }
  return deferred.length
}
