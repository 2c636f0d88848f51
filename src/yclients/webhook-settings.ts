import type { By } from '../auth/actor.ts'
import type { Context } from '../context.ts'
import { writeAudit } from '../ops/audit.statements.ts'
import { BACKGROUND, callYclients, type YclientsAnswer } from './call.ts'
import { type RefusedByYclients, refusalOf } from './failure-refusal.ts'
import { type HooksNow, mergedUrls, mergeHooks, readHooks, WEBHOOK_PATH } from './merge-hooks.ts'
import { type WireHookSettings, wireHookSettings } from './wire-hooks.ts'

export interface WebhookSettings {
  /** With the secret in it. */
  readonly ownUrl: string
  readonly now: HooksNow
  /** What the address list becomes, or has become. */
  readonly merged: readonly string[]
  /** Anything to be written? */
  readonly differs: boolean
  /** Was it? */
  readonly written: boolean
}

export type WebhookSettingsResult =
  | { readonly ok: true; readonly value: WebhookSettings }
  | { readonly ok: false; readonly refusal: 'yclients_disabled' | 'webhook_secret_missing' | 'webhook_not_public' }
  | RefusedByYclients

/** Our address for YClients, on the host by which we were asked; undefined without a secret. */
export function ownWebhookUrl(ctx: Context, origin: string): string | undefined {
  const { webhookSecret } = ctx.config.yclients
  return webhookSecret && `${origin}${WEBHOOK_PATH}?${new URLSearchParams({ token: webhookSecret })}`
}

/** What YClients has registered, and what would become of it. `reveal` tells that somebody sees our secret: noted. */
export async function readWebhookSettings(
  ctx: Context,
  request: { origin: string; reveal: boolean; by: By },
): Promise<WebhookSettingsResult> {
  const read = await readWithOwn(ctx, request.origin)
  if (!read.ok) return read
  if (request.reveal) await ctx.db.batch([audit(ctx, 'webhook.reveal', request.by)])
  const { ownUrl, now, body } = read.value
  return {
    ok: true,
    value: { ownUrl, now, merged: mergedUrls(now, ownUrl), differs: body !== undefined, written: false },
  }
}

/**
 * Registers our address beside those of others. YClients replaces the whole list, so it is read, merged and written at once;
 * what YClients answers, and not what we sent, is what is said to be registered.
 */
export async function registerWebhook(
  ctx: Context,
  request: { origin: string; by: By },
): Promise<WebhookSettingsResult> {
  const read = await readWithOwn(ctx, request.origin)
  if (!read.ok) return read
  const { ownUrl, now, body } = read.value
  const merged = mergedUrls(now, ownUrl)
  if (!isReachable(ctx, ownUrl)) return { ok: false, refusal: 'webhook_not_public' }
  if (!body) return { ok: true, value: { ownUrl, now, merged, differs: false, written: false } }
  const answer = await writeHookSettings(ctx, body)
  const counts = (urls: number, active: boolean) => ({ addresses: urls, active })
  await ctx.db.batch([
    audit(ctx, 'webhook.register', request.by, {
      before: counts(now.addresses.length, now.active),
      after: { ...counts(merged.length, true), done: answer.ok },
    }),
  ])
  if (!answer.ok) return refusalOf(answer.failure)
  const after = await readHooks(answer.data, ownUrl)
  const urls = after.addresses.map(({ url }) => url)
  const lost = merged.filter((url) => !urls.includes(url)).length
  if (lost > 0) ctx.log.error('webhook.settings_not_kept', { lost })
  return { ok: true, value: { ownUrl, now: after, merged: urls, differs: lost > 0, written: true } }
}

async function readWithOwn(ctx: Context, origin: string) {
  if (!ctx.config.yclients.enabled) return { ok: false, refusal: 'yclients_disabled' } as const
  const ownUrl = ownWebhookUrl(ctx, origin)
  if (ownUrl === undefined) return { ok: false, refusal: 'webhook_secret_missing' } as const
  const answer = await readHookSettings(ctx)
  if (!answer.ok) return refusalOf(answer.failure)
  const now = await readHooks(answer.data, ownUrl)
  return { ok: true, value: { ownUrl, now, body: mergeHooks(answer.data, now, ownUrl) } } as const
}

/** The real YClients sends over https to hosts that it can find; a local stand-in also to this machine. */
const isReachable = (ctx: Context, ownUrl: string): boolean =>
  ownUrl.startsWith('https:') || ctx.config.yclients.baseUrl.startsWith('http:')

export const readHookSettings = (ctx: Context): Promise<YclientsAnswer<WireHookSettings>> =>
  callYclients(ctx, { path: hooksPath(ctx), effort: SOMEBODY_WAITS }, wireHookSettings)

const writeHookSettings = (ctx: Context, body: object): Promise<YclientsAnswer<WireHookSettings>> =>
  callYclients(ctx, { method: 'POST', path: hooksPath(ctx), body, effort: SOMEBODY_WAITS }, wireHookSettings)

const hooksPath = (ctx: Context) => `/api/v1/hooks_settings/${ctx.config.yclients.companyId}`

const SOMEBODY_WAITS = { ...BACKGROUND, timeoutMs: 10_000 }

const audit = (
  ctx: Context,
  action: string,
  by: By,
  facts: Pick<Parameters<typeof writeAudit>[1], 'before' | 'after'> = {},
) => {
  const entityId = String(ctx.config.yclients.companyId)
  return writeAudit(ctx.db, { by, action, entity: 'yclients_webhook', entityId, ...facts }, ctx.now())
}
