import type { Context } from '../context.ts'
import { keyedHash } from '../platform/hash.ts'
import type { Result } from '../platform/outcome.ts'
import { sameSecret } from '../platform/secrets.ts'
import { NOTICE_KINDS, type NoticeKind, RULES } from './notice.ts'
import { choose } from './read-choices.ts'

const LABEL = 'unsubscribe'

/** Where one click ends mails of this kind to this client; undefined without PUBLIC_URL. */
export async function unsubscribeUrl(ctx: Context, userId: number, kind: NoticeKind): Promise<string | undefined> {
  const { publicUrl, secrets } = ctx.config
  if (publicUrl === undefined) return undefined
  const signature = await keyedHash(secrets[0], LABEL, String(userId), kind)
  return `${publicUrl}/api/v1/notifications/unsubscribe?token=${userId}.${kind}.${signature}`
}

/** What a token of such a link is for. Undefined: it is none of ours. */
export async function readUnsubscribeToken(
  ctx: Context,
  token: string,
): Promise<{ readonly userId: number; readonly kind: NoticeKind } | undefined> {
  const match = /^([1-9]\d{0,15})\.([a-z0-9_]{1,40})\.([0-9a-f]{64})$/.exec(token)
  const [, id = '', name = '', signature = ''] = match ?? []
  const kind = NOTICE_KINDS.find((known) => known === name && RULES[known].optional)
  if (!match || !kind) return undefined
  // A link in an old mail outlives a change of the secret.
  const expected = await Promise.all(ctx.config.secrets.map((secret) => keyedHash(secret, LABEL, id, kind)))
  const verdicts = await Promise.all(expected.map((each) => sameSecret(signature, each)))
  return verdicts.includes(true) ? { userId: Number(id), kind } : undefined
}

/** Ends mails of this kind. Of somebody who is gone there is nothing to end. */
export async function unsubscribe(
  ctx: Context,
  token: string,
): Promise<Result<{ readonly kind: NoticeKind }, 'wrong_unsubscribe_link'>> {
  const read = await readUnsubscribeToken(ctx, token)
  if (!read) return { ok: false, refusal: 'wrong_unsubscribe_link' }
  const { userId, kind } = read
  await choose(ctx, userId, { channels: [], kinds: [{ kind, channel: 'email', on: false }] })
  ctx.log.info('notices.unsubscribed', { user_id: userId, kind })
  return { ok: true, value: { kind } }
}
