import type { Context } from '../context.ts'
import { chunkedBySize } from '../platform/db.ts'
import { maskBody, plainWord } from './mask-body.ts'
import type { WebhookVerdict } from './verdict.ts'
import { recordEvents, type WebhookEvent } from './webhook-events.store.ts'
import { type Fate, IGNORED, type IncomingEvent } from './webhook-fate.ts'

/** Writes down what came, without the people in it, what became of it and what it changed: the flight recorder. */
export async function recordFates(
  ctx: Context,
  incoming: readonly IncomingEvent[],
  fates: ReadonlyMap<IncomingEvent, Fate>,
): Promise<void> {
  if (incoming.length === 0) return
  const processedAt = ctx.now()
  const verdicts: Partial<Record<WebhookVerdict, number>> = {}
  const rows = incoming.map((each) => rowOf(each, fates.get(each) ?? IGNORED, processedAt))
  for (const row of rows) {
    const { id, verdict, resource, resourceId, bookingId, attempts } = row
    verdicts[verdict] = (verdicts[verdict] ?? 0) + 1
    ctx.metrics.count('spa_webhook_events_total', { verdict })
    ctx.log.info('webhook.handled', {
      event_id: id,
      verdict,
      resource,
      resource_id: resourceId,
      booking_id: bookingId,
      attempts,
    })
  }
  for (const chunk of chunkedBySize(rows)) await recordEvents(ctx.db, chunk)
  ctx.log.info('webhook.processed', { events: rows.length, ...verdicts })
}

function rowOf({ id, event, delivery }: IncomingEvent, fate: Fate, processedAt: number): WebhookEvent {
  const { outcome } = fate
  const resource = plainWord(event.resource)
  return {
    id,
    receivedAt: delivery.message.receivedAt,
    companyId: event.company_id,
    resource,
    resourceId: event.resource_id,
    status: plainWord(event.status),
    body: JSON.stringify(maskBody(resource, event.data)),
    change: fate.change ? JSON.stringify(fate.change) : null,
    verdict: outcome.kind === 'retry' ? 'retrying' : outcome.kind === 'park' ? 'parked' : fate.verdict,
    bookingId: fate.bookingId ?? null,
    attempts: delivery.attempts,
    error: outcome.kind === 'done' ? (fate.note ?? null) : outcome.reason,
    processedAt: outcome.kind === 'retry' ? null : processedAt,
  }
}
