import type { Context } from '../context.ts'
import { channelIsOn } from '../notifications/deliver.ts'
import { sendAtOnce } from '../notifications/send-message.ts'
import { codeMessage } from '../notifications/texts.ts'
import { errorFields } from '../platform/log.ts'
import type { Language } from '../platform/problem.ts'
import type { Contact } from '../users/contact.ts'
import { putCode } from './codes.store.ts'
import {
  CODE_ATTEMPTS,
  CODE_LIFETIME_MS,
  codeHash,
  contactHash,
  drawCode,
  RESEND_MS,
  sendingLimits,
} from './one-time-code.ts'
import { giveBack, type TooMany, takeAllowance } from './take-allowance.ts'

export interface CodeRequest {
  readonly contact: Contact
  readonly purpose: 'login' | 'contact'
  /** Where the request came from. */
  readonly address: string
  readonly language: Language
}

export type CodeSent =
  | { readonly ok: true; readonly value: { readonly resendAfterSeconds: number; readonly expiresInSeconds: number } }
  | { readonly ok: false; readonly refusal: 'channel_unavailable' | 'country_not_served' | 'temporarily_unavailable' }
  | TooMany

/**
 * Sends a one-time code to a contact. Knows nothing of accounts, so that the answer cannot tell who has one. A code
 * that could not be sent does not count against the pause: the client may ask again at once.
 */
export async function requestCode(ctx: Context, request: CodeRequest): Promise<CodeSent> {
  const { contact } = request
  const channel = contact.kind === 'phone' ? ('sms' as const) : ('email' as const)
  if (!channelIsOn(ctx.config, channel)) return { ok: false, refusal: 'channel_unavailable' }
  if (contact.kind === 'phone' && !isServed(contact.value, ctx.config.sms.callingCodes)) {
    return { ok: false, refusal: 'country_not_served' }
  }
  const { pause, others } = await sendingLimits(ctx, contact, request.address)
  const allowance = await takeAllowance(ctx, [pause, ...others])
  if (!allowance.ok) return allowance

  const now = ctx.now()
  const code = drawCode(ctx.randomBytes)
  const hashOfContact = await contactHash(ctx, contact)
  const expiresAt = now + CODE_LIFETIME_MS
  const hash = await codeHash(ctx, hashOfContact, code)
  await putCode(ctx.db, { contactHash: hashOfContact, codeHash: hash, attempts: CODE_ATTEMPTS, expiresAt }, now)
  const { salonName } = ctx.config
  const text = codeMessage({ channel, code, salonName, language: request.language, purpose: request.purpose })
  try {
    // Tried no longer than until the client may ask for another: the older code, coming last, would be taken for the good one.
    const message = { kind: 'send-message' as const, id: ctx.newId(), channel, to: contact.value, ...text }
    await sendAtOnce(ctx, { ...message, expiresAt: now + RESEND_MS })
  } catch (error) {
    ctx.log.error('auth.code_not_sent', { channel, ...errorFields(error) })
    await giveBack(ctx, [pause.key])
    return { ok: false, refusal: 'temporarily_unavailable' }
  }
  ctx.log.info('auth.code_sent', { channel })
  return { ok: true, value: { resendAfterSeconds: RESEND_MS / 1000, expiresInSeconds: CODE_LIFETIME_MS / 1000 } }
}

/** No calling code begins another, so a prefix is enough. */
const isServed = (phone: string, callingCodes: readonly string[]) =>
  callingCodes.some((callingCode) => phone.startsWith(`+${callingCode}`))
