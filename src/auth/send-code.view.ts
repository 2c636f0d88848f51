import { z } from '@hono/zod-openapi'
import type { Context as HonoContext } from 'hono'
import { addressOf, type HttpEnv, json, problems, refuse } from '../http.ts'
import type { Contact } from '../users/contact.ts'
import { type CodeRequest, requestCode } from './request-code.ts'

const codeSentSchema = z
  .object({
    resend_after: z.int().openapi({ description: 'Seconds until another code may be asked for' }),
    expires_in: z.int().openapi({ description: 'Seconds' }),
    challenge: z
      .string()
      .openapi({ description: 'Send it back with the code: then nobody else can use up the attempts' }),
  })
  .openapi('CodeSent')

/** What a route that sends a code may answer. */
export const codeResponses = {
  202: json(codeSentSchema, 'Sent'),
  ...problems({
    400: ['malformed_json'],
    409: ['channel_unavailable'],
    422: ['validation_failed', 'country_not_served'],
    429: ['too_many_requests'],
    503: ['temporarily_unavailable'],
  }),
}

/** Sends a code and answers, the same way whoever asks. */
export async function sendCode(c: HonoContext<HttpEnv>, contact: Contact, purpose: CodeRequest['purpose']) {
  const { ctx, language } = c.var
  const sent = await requestCode(ctx, { contact, purpose, address: addressOf(c), language })
  if (!sent.ok) return refuse(sent)
  const { resendAfterSeconds, expiresInSeconds, challenge } = sent.value
  return c.json({ resend_after: resendAfterSeconds, expires_in: expiresInSeconds, challenge }, 202)
}
