import type { Context } from '../../context.ts'
import type { OutgoingMessage } from '../../messages.ts'
import type { Delivery } from '../delivery.ts'
import { PATIENCE_MS } from '../post.ts'
import { translateCloudflare } from './translate.ts'

/** https://developers.cloudflare.com/email-service/api/send-emails/workers-api/ */
export async function sendByCloudflare(ctx: Context, message: OutgoingMessage): Promise<Delivery> {
  const { config, mailer } = ctx
  if (!mailer) {
    return { kind: 'account_trouble', code: 'cloudflare_no_binding', words: 'wrangler.toml has no send_email binding' }
  }
  const from = { email: config.mail.from, name: config.salonName }
  try {
    await inTime(mailer.send({ from, to: message.to, subject: message.subject, text: message.text }))
    return { kind: 'accepted' }
  } catch (error) {
    return translateCloudflare(error)
  }
}

/** The binding takes no signal. A mail that leaves after all is better twice than not at all. */
async function inTime<T>(work: Promise<T>): Promise<T> {
  const signal = AbortSignal.timeout(PATIENCE_MS)
  return await Promise.race([
    work,
    new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason))
    }),
  ])
}
