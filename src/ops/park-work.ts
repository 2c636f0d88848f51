import type { Context } from '../context.ts'
import type { EventMessage } from '../messages.ts'
import { insertParked } from './parked-work.store.ts'

/** Names a piece of work by what it is about, so that parking it twice makes one row. */
function keyOf(message: EventMessage): string {
  switch (message.kind) {
    case 'webhook':
      return `webhook:${message.eventId}`
    case 'settle':
      return `settle:${message.userId}`
    case 'read-record':
      return `record:${message.companyId}:${message.recordId}`
  }
}

/** Gives queued work up for now: it waits in `parked_work`, the health check turns red, an administrator replays it. */
export async function parkWork(ctx: Context, message: EventMessage, reason: string): Promise<void> {
  await park(ctx, keyOf(message), message, reason)
}

/** A message that this version of the code cannot read. It can be replayed by one that can, or dismissed. */
export async function parkUnreadable(ctx: Context, messageId: string, body: unknown): Promise<void> {
  await park(ctx, `unreadable:${messageId}`, body ?? null, 'unreadable message')
}

async function park(ctx: Context, key: string, message: unknown, reason: string): Promise<void> {
  const short = reason.slice(0, 300)
  await insertParked(ctx.db, { key, message: JSON.stringify(message), reason: short }, ctx.now())
  ctx.log.error('work.parked', { key, reason: short })
}
