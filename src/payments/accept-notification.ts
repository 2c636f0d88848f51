import type { Context } from '../context.ts'
import type { Result } from '../platform/outcome.ts'
import type { ReceivedNotification } from './provider.ts'

/**
 * Takes a provider's notification in: checks that it comes from the provider, and hands what it is about to the queue. What it
 * says about the object is never believed. If the queue refuses, the caller comes again.
 */
export async function acceptNotification(
  ctx: Context,
  providerName: string,
  received: ReceivedNotification,
): Promise<Result<'queued' | 'ignored', 'not_found' | 'notification_refused' | 'malformed_json'>> {
  const provider = ctx.payments
  if (!provider || provider.name !== providerName) return { ok: false, refusal: 'not_found' }
  const read = await provider.readNotification(ctx, received)
  switch (read.kind) {
    case 'rejected':
      ctx.log.warn('payment.notification_refused', { provider: providerName, reason: read.reason })
      return { ok: false, refusal: read.reason === 'body' ? 'malformed_json' : 'notification_refused' }
    case 'ignored':
      return { ok: true, value: 'ignored' }
    case 'about': {
      const { object, id } = read
      await ctx.events.send({ kind: 'payment-notice', provider: provider.name, object, id, trace: ctx.trace })
      return { ok: true, value: 'queued' }
    }
  }
}
