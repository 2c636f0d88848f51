import type { Context } from '../context.ts'
import type { EventMessage, SyncMessage } from '../platform/messages.ts'
import { insertParked } from './parked-work.store.ts'

export type QueuedWork =
  | { readonly queue: 'events'; readonly message: EventMessage }
  | { readonly queue: 'sync'; readonly message: SyncMessage }

/** Names a piece of work by what it is about, so that parking it twice makes one row. */
function keyOf({ message }: QueuedWork): string {
  switch (message.kind) {
    case 'webhook':
      return `webhook:${message.eventId}`
    case 'settle':
      return `settle:${message.userId}`
    case 'read-record':
      return `record:${message.companyId}:${message.recordId}`
    case 'sync-page':
      return `sync:${message.runId}:${message.page}`
    case 'sync-verify':
      return `sync:${message.runId}:verify`
  }
}

/** Gives queued work up for now: it waits in `parked_work`, the health check turns red, an administrator replays it. */
export async function parkWork(ctx: Context, work: QueuedWork, reason: string): Promise<void> {
  const key = keyOf(work)
  await insertParked(
    ctx.db,
    { key, queue: work.queue, message: JSON.stringify(work.message), reason: reason.slice(0, 300) },
    ctx.now(),
  )
  ctx.log.error('work.parked', { key, reason: reason.slice(0, 300) })
}

/** A message that no version of this code can read. It is kept for a developer; replaying it is refused. */
export async function parkUnreadable(ctx: Context, messageId: string, body: unknown): Promise<void> {
  const key = `unreadable:${messageId}`
  const message = JSON.stringify(body ?? null).slice(0, 100_000)
  await insertParked(
    ctx.db,
    { key, queue: 'events', message: JSON.stringify(message), reason: 'unreadable message' },
    ctx.now(),
  )
  ctx.log.error('work.parked', { key, reason: 'unreadable message' })
}
