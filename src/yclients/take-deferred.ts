import type { Context } from '../context.ts'
import { parkWork } from '../ops/park-work.ts'
import { handleWebhooks } from './handle-webhooks.ts'
import { countDeferredAttempt, deleteEvent, listDeferred } from './webhook-events.store.ts'

const LIMIT = 100

/**
 * Processes webhook bodies that the queue refused and D1 kept. Without going through the queue again: it may be the body
 * that it cannot take.
 */
export async function takeDeferredWebhooks(ctx: Context): Promise<number> {
  const deferred = await listDeferred(ctx.db, LIMIT)
  if (deferred.length === 0) return 0
  const deliveries = deferred.map(({ id, receivedAt, body, attempts }) => ({
    message: { kind: 'webhook' as const, eventId: id, receivedAt, raw: body },
    attempts: attempts + 1,
  }))
  const outcomes = await handleWebhooks(ctx, deliveries)
  for (const [index, { message }] of deliveries.entries()) {
    const outcome = outcomes[index]
    if (outcome?.kind === 'retry') await countDeferredAttempt(ctx.db, message.eventId, outcome.reason)
    if (outcome?.kind === 'park') {
      await parkWork(ctx, { queue: 'events', message }, outcome.reason)
      // An unreadable body has no event of its own; the parked row holds it now.
      if (outcome.reason === 'not an event envelope') await deleteEvent(ctx.db, message.eventId)
    }
  }
  return deferred.length
}
