import type { Context } from '../context.ts'
import type { OutgoingMessage } from '../messages.ts'
import { DONE, type Outcome, retryOrPark } from '../platform/outcome.ts'
import { deliver } from './deliver.ts'
import type { Delivery } from './delivery.ts'

type Failed = Extract<Delivery, { kind: 'unavailable' | 'account_trouble' }>

/** Sends now, while somebody waits for it. What does not get through goes to the queue; throws if that fails as well. */
export async function sendAtOnce(ctx: Context, message: OutgoingMessage): Promise<void> {
  const delivery = await deliver(ctx, message)
  if (hasFailed(delivery)) await ctx.messages.send(message, { delaySeconds: pauseSeconds(delivery, 0) })
}

/** A message from the queue: one more attempt. */
export async function handleMessage(ctx: Context, message: OutgoingMessage, attempts: number): Promise<Outcome> {
  const { expiresAt } = message
  if (expiresAt !== null && expiresAt <= ctx.now()) {
    ctx.log.warn('message.expired', { message_id: message.id, channel: message.channel })
    return { kind: 'park', reason: 'expired before it could be sent' }
  }
  const delivery = await deliver(ctx, message)
  if (!hasFailed(delivery)) return DONE
  const reason = `${delivery.code}: ${delivery.words}`
  const delaySeconds = pauseSeconds(delivery, attempts)
  if (expiresAt === null) return retryOrPark(reason, attempts, ctx.random(), delaySeconds)
  // Parked while the reason is still known: the next attempt would only find it expired.
  if (ctx.now() + delaySeconds * 1000 >= expiresAt) return { kind: 'park', reason }
  return { kind: 'retry', delaySeconds, reason }
}

const hasFailed = (delivery: Delivery): delivery is Failed =>
  delivery.kind === 'unavailable' || delivery.kind === 'account_trouble'

/** 5, 10, 20, 40, 60, 60 … seconds, since codes live for minutes; people who have to act get a minute at once. */
const pauseSeconds = (delivery: Failed, attempts: number): number =>
  delivery.kind === 'account_trouble' ? 60 : Math.min(60, 5 * 2 ** Math.min(attempts, 10))
