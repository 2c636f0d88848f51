import * as z from 'zod'
import type { Context } from '../context.ts'
import type { OutgoingMessage, ParkableMessage } from '../messages.ts'
import { envelopesOnly } from '../yclients/envelope.ts'
import { ALARM, keyOfUntold } from './parked-work.statements.ts'
import { insertParked } from './parked-work.store.ts'

/** Names a piece of work by what it is about, so that parking it twice makes one row. */
function keyOf(message: ParkableMessage): string {
  switch (message.kind) {
    case 'webhook':
      return `webhook:${message.eventId}`
    case 'settle':
      return `settle:${message.userId}`
    case 'write-booking':
      return keyOfUntold(message.bookingId)
    case 'sync-catalog':
      return 'catalog'
    case 'remove-test-record':
      return `test-record:${message.apiId}`
    case 'verify-ledger':
      return 'ledger'
    case 'payment-notice':
      return `payment-notice:${message.object}:${message.id}`
    case 'advance-payment':
      return `payment:${message.paymentId}`
    case 'read-record':
      return `record:${message.companyId}:${message.recordId}`
    case 'send-notice':
      return `notice:${message.noticeId}`
    case 'fill-outbox':
      return 'outbox'
    case 'send-message':
      return isCode(message) ? `channel:${message.channel}` : `message:${message.id}`
  }
}

const isCode = (message: OutgoingMessage) => message.expiresAt !== null

/**
 * One-time codes are neither stored nor sent late, so only the trouble is: one row for all that did not arrive by this
 * channel, which can be dismissed but not replayed. Of a webhook is kept what it is about: replayed, it reads the record.
 */
function storedOf(message: ParkableMessage): unknown {
  if (message.kind === 'webhook') return { ...message, raw: envelopesOnly(message.raw) }
  const isLost = message.kind === 'send-message' && isCode(message)
  return isLost ? { kind: 'undelivered-codes', channel: message.channel } : message
}

/** Gives queued work up for now: it waits in `parked_work`, the health check turns red, an administrator replays it. */
export async function parkWork(ctx: Context, message: ParkableMessage, reason: string): Promise<void> {
  await park(ctx, keyOf(message), storedOf(message), reason)
}

/** Something is going on that a person should look at; there is nothing to replay. The same alarm again is the same row. */
export async function parkAlarm(ctx: Context, key: string, reason: string): Promise<void> {
  await park(ctx, `${ALARM}${key}`, { kind: 'alarm' }, reason)
}

/** As far as a message that cannot be read can be known to carry a one-time code. */
const expiring = z.object({ expiresAt: z.number() })

/**
 * A message that this version of the code cannot read. It can be replayed by one that can, or dismissed. What expires is
 * not kept here either.
 */
export async function parkUnreadable(ctx: Context, messageId: string, body: unknown): Promise<void> {
  const mayBeCode = expiring.safeParse(body).success
  await park(ctx, `unreadable:${messageId}`, mayBeCode ? null : (body ?? null), 'unreadable message')
}

async function park(ctx: Context, key: string, message: unknown, reason: string): Promise<void> {
  const short = reason.slice(0, 300)
  await insertParked(ctx.db, { key, message: JSON.stringify(message), reason: short }, ctx.now())
  ctx.log.error('work.parked', { key, reason: short })
}
