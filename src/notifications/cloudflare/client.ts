import type { Context } from '../../context.ts'
import type { Delivery } from '../delivery.ts'
import type { Letter } from '../letter.ts'
import { calendarFile, unsubscribeHeaders } from '../mail-parts.ts'
import { PATIENCE_MS } from '../post.ts'
import { translateCloudflare } from './translate.ts'

/** https://developers.cloudflare.com/email-service/api/send-emails/workers-api/ */
export async function sendByCloudflare(ctx: Context, message: Letter): Promise<Delivery> {
  const { config, mailer } = ctx
  if (!mailer) {
    return { kind: 'account_trouble', code: 'cloudflare_no_binding', words: 'wrangler.toml has no send_email binding' }
  }
  const from = { email: config.mail.from, name: config.salonName }
  try {
    await inTime(
      mailer.send({
        from,
        to: message.to,
        subject: message.subject,
        text: message.text,
        ...(message.html && { html: message.html }),
        ...(message.calendar && { attachments: [attachmentOf(message.calendar)] }),
        ...(message.unsubscribeUrl && { headers: unsubscribeHeaders(message.unsubscribeUrl) }),
      }),
    )
    return { kind: 'accepted' }
  } catch (error) {
    return translateCloudflare(error)
  }
}

function attachmentOf(calendar: NonNullable<Letter['calendar']>) {
  const { type, name, content } = calendarFile(calendar)
  return { disposition: 'attachment' as const, type, filename: name, content }
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
