import type { Context } from '../../context.ts'
import type { Delivery } from '../delivery.ts'
import type { Letter } from '../letter.ts'
import { calendarFile, unsubscribeHeaders } from '../mail-parts.ts'
import { post } from '../post.ts'
import { translateUnisender } from './translate.ts'

/** https://godocs.unisender.ru/web-api-ref#email-send */
export async function sendByUnisender(ctx: Context, message: Letter): Promise<Delivery> {
  const { config } = ctx
  const { baseUrl, apiKey } = config.mail.unisender
  const answer = await post(ctx, `${baseUrl}/ru/transactional/api/v1/email/send.json`, {
    headers: { 'content-type': 'application/json', accept: 'application/json', 'x-api-key': apiKey },
    body: JSON.stringify({
      message: {
        recipients: [{ email: message.to }],
        from_email: config.mail.from,
        from_name: config.salonName,
        subject: message.subject,
        body: { plaintext: message.text, ...(message.html && { html: message.html }) },
        // A repetition after an answer that was lost is not a second mail.
        idempotence_key: message.id,
        ...(message.calendar && { attachments: [calendarFile(message.calendar)] }),
        ...(message.unsubscribeUrl && { headers: unsubscribeHeaders(message.unsubscribeUrl) }),
        // Whether a client opened a mail is nobody's business.
        track_links: 0,
        track_read: 0,
      },
    }),
  })
  return translateUnisender(answer)
}
