import { Hono } from 'hono'
import { badGateway, type Context } from './context.ts'

type Fields = Readonly<Record<string, unknown>>

/** `email/send.json` of UniSender Go. Refusals are HTTP 4xx with a code of their own in the body. */
export function unisenderRoutes(ctx: Context): Hono {
  const app = new Hono()
  /** Keys of idempotence and what they were answered; the real one keeps them for a while. */
  const answered = new Map<string, object>()

  app.post('/:language{ru|en}/transactional/api/v1/email/send.json', async (c) => {
    const { mail } = ctx.knobs
    if (mail === 'down') return badGateway()
    if (mail === 'busy') return refuse(429, 902, 'Too many requests')
    const request = fieldsOf(await c.req.json().catch(() => undefined))
    if (!request) return refuse(400, 150, 'Request body is not JSON')
    const key = c.req.header('x-api-key') ?? request.api_key
    if (key !== ctx.keys.unisender) return refuse(401, 102, 'Can not decode key')
    if (mail === 'no_sender') return refuse(400, 213, 'Sender domain is not verified')

    const message = fieldsOf(request.message)
    const body = fieldsOf(message?.body)
    const text = textOf(body?.plaintext) ?? textOf(body?.html)
    const from = textOf(message?.from_email)
    const subject = textOf(message?.subject)
    const recipients = Array.isArray(message?.recipients) ? message.recipients : []
    if (!text || !from || !subject || recipients.length === 0) return refuse(400, 151, 'Message is incomplete')

    const once = textOf(message?.idempotence_key)
    if (once !== undefined && once.length > 64) return refuse(400, 151, 'Idempotence key is too long')
    const earlier = once === undefined ? undefined : answered.get(once)
    if (earlier) return Response.json(earlier)
    const headers = Object.fromEntries(
      Object.entries(fieldsOf(message?.headers) ?? {}).map(([name, value]) => [name, String(value)]),
    )
    const html = textOf(body?.html)
    const calendar = calendarOf(message?.attachments)

    const addresses = recipients.map((recipient) => textOf(fieldsOf(recipient)?.email) ?? '')
    const failed: Record<string, string> = {}
    for (const to of addresses) {
      if (mail === 'rejected' || mail === 'all_rejected') failed[to] = 'unsubscribed'
      else if (!/^[^@\s]+@[^@\s]+$/.test(to)) failed[to] = 'invalid'
    }
    const accepted = addresses.filter((to) => !Object.hasOwn(failed, to))
    if (mail === 'all_rejected') return refuse(400, 204, 'No valid recipients', failed)
    const name = textOf(message?.from_name)
    const ids = accepted.map((to) =>
      ctx.keep({
        channel: 'email',
        to,
        from: name ? `${name} <${from}>` : from,
        subject,
        text,
        test: false,
        ...(html !== undefined && { html }),
        ...(calendar !== undefined && { calendar }),
        ...(Object.keys(headers).length > 0 && { headers }),
      }),
    )
    const answer = {
      status: 'success',
      job_id: `job-${ids[0] ?? 0}`,
      emails: accepted,
      ...(Object.keys(failed).length > 0 && { failed_emails: failed }),
    }
    if (once !== undefined) answered.set(once, answer)
    return Response.json(answer)
  })
  return app
}

/** The first attachment that is a calendar. */
function calendarOf(attachments: unknown): string | undefined {
  const files = Array.isArray(attachments) ? attachments.map(fieldsOf) : []
  const content = textOf(files.find((file) => textOf(file?.type)?.startsWith('text/calendar'))?.content)
  if (content === undefined) return undefined
  return new TextDecoder().decode(Uint8Array.from(atob(content), (character) => character.charCodeAt(0)))
}

const refuse = (status: number, code: number, message: string, failed?: Record<string, string>) =>
  Response.json({ status: 'error', message, code, ...(failed && { failed_emails: failed }) }, { status })

const fieldsOf = (value: unknown): Fields | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : undefined

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)
