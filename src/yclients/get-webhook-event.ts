import type { Context } from '../context.ts'
import { type BookingEntry, entriesSince } from '../loyalty/entries.statements.ts'
import type { BookingChange } from './booking-change.ts'
import type { Masked } from './mask-body.ts'
import { bookingOfEvent, eventById, type WebhookEvent } from './webhook-events.store.ts'

export interface FollowedEvent extends Omit<WebhookEvent, 'body' | 'change'> {
  readonly body: Masked
  readonly change: BookingChange | null
  /** What was written into the ledger for its booking since it came. */
  readonly entries: readonly BookingEntry[]
}

/** One event, followed from what it said to the bonuses that came after it. */
export async function getWebhookEvent(ctx: Context, id: string): Promise<FollowedEvent | undefined> {
  const [[event], entries] = await ctx.db.batch([eventById(ctx.db, id), entriesSince(ctx.db, bookingOfEvent(id))])
  if (!event) return undefined
  const { body, change, ...rest } = event
  return {
    ...rest,
    // One that waits for the cron has no masked body yet.
    body: event.verdict === 'deferred' ? null : readJson<Masked>(body),
    change: readJson<BookingChange>(change),
    entries,
  }
}

/** Written by `recordFates` in this form. */
const readJson = <T>(text: string | null): T | null => (text === null ? null : (JSON.parse(text) as T))
