import type { Context } from '../context.ts'
import { errorFields } from '../platform/log.ts'
import type { Result } from '../platform/outcome.ts'
import { sameSecret } from '../platform/secrets.ts'
import { envelopesOnly } from './envelope.ts'
import { plainWord } from './mask-body.ts'
import { insertDeferred } from './webhook-events.store.ts'
import { wireWebhookBody } from './wire.ts'

export type WebhookRefusal =
  | 'yclients_disabled'
  | 'wrong_webhook_secret'
  | 'malformed_json'
  | 'malformed_envelope'
  | 'temporarily_unavailable'

/**
 * Decides whether a caller may deliver webhooks. YClients signs nothing, so a secret in the registered address is all
 * there is. Without a configured secret everything is refused, except in development.
 */
export async function mayDeliverWebhooks(ctx: Context, token: string | undefined): Promise<boolean> {
  const secret = ctx.config.yclients.webhookSecret
  if (secret === undefined) {
    const allowed = ctx.config.environment === 'development'
    ctx.log.warn('webhook.secret_not_configured', { allowed })
    return allowed
  }
  return await sameSecret(token ?? '', secret)
}

/**
 * Takes a webhook body in: checks its envelope and hands it to the queue as it came. No database before the answer.
 * YClients sends each event once, so if the queue refuses, what it is about goes to D1 for the next cron; only if that fails
 * too is the caller told to go away.
 */
export async function acceptWebhook(ctx: Context, raw: string): Promise<Result<{ eventId: string }, WebhookRefusal>> {
  if (!ctx.config.yclients.enabled) return { ok: false, refusal: 'yclients_disabled' }
  let body: unknown
  try {
    body = JSON.parse(raw)
  } catch {
    return { ok: false, refusal: 'malformed_json' }
  }
  const events = wireWebhookBody.safeParse(body)
  if (!events.success) return { ok: false, refusal: 'malformed_envelope' }

  const eventId = ctx.newId()
  const receivedAt = ctx.now()
  try {
    await ctx.events.send({ kind: 'webhook', eventId, receivedAt, raw })
  } catch (queueError) {
    ctx.log.error('webhook.queue_refused', { event_id: eventId, ...errorFields(queueError) })
    try {
      await insertDeferred(ctx.db, { id: eventId, receivedAt, body: envelopesOnly(raw) })
    } catch (dbError) {
      ctx.log.error('webhook.lost', { event_id: eventId, ...errorFields(dbError) })
      return { ok: false, refusal: 'temporarily_unavailable' }
    }
  }
  const first = events.data[0]
  ctx.log.info('webhook.received', {
    event_id: eventId,
    resource: first && plainWord(first.resource),
    resource_id: first?.resource_id,
    status: first && plainWord(first.status),
    events: events.data.length,
  })
  return { ok: true, value: { eventId } }
}
