import type { Context } from '../context.ts'
import type { WebhookVerdict } from './verdict.ts'
import { listEvents } from './webhook-events.store.ts'

/** What came by webhook and what became of it, newest first; without the bodies, which hold personal data. */
export async function listWebhookEvents(
  ctx: Context,
  query: { verdict: WebhookVerdict | undefined; before: { at: number; id: string } | undefined; limit: number },
) {
  const rows = await listEvents(ctx.db, { ...query, limit: query.limit + 1 })
  const events = rows.slice(0, query.limit)
  const last = events.at(-1)
  return { events, next: rows.length > query.limit && last ? { at: last.receivedAt, id: last.id } : undefined }
}
