import type { Context } from '../context.ts'
import { pageOf } from '../platform/page.ts'
import type { WebhookVerdict } from './verdict.ts'
import { listEvents } from './webhook-events.store.ts'

/** What came by webhook and what became of it, newest first. */
export async function listWebhookEvents(
  ctx: Context,
  query: { verdict: WebhookVerdict | undefined; before: { at: number; id: string } | undefined; limit: number },
) {
  const rows = await listEvents(ctx.db, { ...query, limit: query.limit + 1 })
  const { page: events, lastOfMore } = pageOf(rows, query.limit)
  return { events, next: lastOfMore && { at: lastOfMore.receivedAt, id: lastOfMore.id } }
}
