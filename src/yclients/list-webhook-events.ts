import type { Context } from '../context.ts'
import { pageOf } from '../platform/page.ts'
import { type EventFilter, listEvents, type WebhookEvent } from './webhook-events.store.ts'

export interface WebhookEvents {
  readonly events: readonly Omit<WebhookEvent, 'body' | 'change'>[]
  readonly next: { readonly at: number; readonly id: string } | undefined
}

/** What came by webhook and what became of it, newest first. */
export async function listWebhookEvents(
  ctx: Context,
  query: EventFilter & { before: { at: number; id: string } | undefined; limit: number },
): Promise<WebhookEvents> {
  const { before, limit, ...filter } = query
  const rows = await listEvents(ctx.db, filter, { before, limit: limit + 1 })
  const { page: events, lastOfMore } = pageOf(rows, limit)
  return { events, next: lastOfMore && { at: lastOfMore.receivedAt, id: lastOfMore.id } }
}
