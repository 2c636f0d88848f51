import type { Context } from '../context.ts'
import { channelIsOn } from '../notifications/deliver.ts'
import { sendAtOnce } from '../notifications/send-message.ts'
import { codeMessage } from '../notifications/texts.ts'
import { parkAlarm } from '../ops/park-work.ts'
import { sha256Hex } from '../platform/hash.ts'
import { errorFields } from '../platform/log.ts'
import { countryOfPhone } from '../platform/phone.ts'
import type { Language } from '../platform/problem.ts'
import { randomToken } from '../platform/secrets.ts'
import type { Contact } from '../users/contact.ts'
import { findContactOwner } from '../users/register-client.ts'
import { putCode } from './codes.store.ts'
import {
  CODE_ATTEMPTS,
  CODE_LIFETIME_MS,
  codeHash,
  contactHash,
  drawCode,
  newcomersLimit,
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

export interface SentCode {
  readonly resendAfterSeconds: number
  readonly expiresInSeconds: number
  /** For the app to send back with the code: whoever shows it has attempts that strangers cannot use up. */
  readonly challenge: string
}

export type CodeSent =
  | { readonly ok: true; readonly value: SentCode }
  | { readonly ok: false; readonly refusal: 'channel_unavailable' | 'country_not_served' | 'temporarily_unavailable' }
  | TooMany

/**
 * Sends a one-time code to a contact. The answer does not tell whether anybody has the contact. A code that could not be sent
 * does not count against the pause: the client may ask again at once.
 */
export async function requestCode(ctx: Context, request: CodeRequest): Promise<CodeSent> {
  const { contact } = request
  const channel = contact.kind === 'phone' ? ('sms' as const) : ('email' as const)
  if (!channelIsOn(ctx.config, channel)) return { ok: false, refusal: 'channel_unavailable' }
  if (contact.kind === 'phone' && !isServed(ctx, contact.value)) return { ok: false, refusal: 'country_not_served' }
  const { pause, others } = await sendingLimits(ctx, contact, request.address)
  const allowance = await takeAllowance(ctx, [pause, ...others])
  if (!allowance.ok) return allowance

  const now = ctx.now()
  const code = drawCode(ctx.randomBytes)
  const challenge = randomToken(ctx.randomBytes)
  const sent = {
    ok: true,
    value: { resendAfterSeconds: RESEND_MS / 1000, expiresInSeconds: CODE_LIFETIME_MS / 1000, challenge },
  } as const
  if (!(await mayCost(ctx, contact))) return sent
  const hashOfContact = await contactHash(ctx, contact)
  const hashes = {
    contactHash: hashOfContact,
    codeHash: await codeHash(ctx, hashOfContact, code),
    challengeHash: await sha256Hex(challenge),
  }
  await putCode(ctx.db, { ...hashes, attempts: CODE_ATTEMPTS, expiresAt: now + CODE_LIFETIME_MS }, now)
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
  return sent
}

/**
 * May a message to this contact cost the salon something? Above the limit those that are nobody's get none, and the answer is
 * the same as ever, because it would tell who is a client. The owner sees an alarm.
 */
async function mayCost(ctx: Context, contact: Contact): Promise<boolean> {
  if ((await findContactOwner(ctx, contact)) !== undefined) return true
  const limit = newcomersLimit(contact)
  if ((await takeAllowance(ctx, [limit])).ok) return true
  await parkAlarm(ctx, limit.key, 'unusually many codes asked for; new clients get none for up to an hour')
  return false
}

const isServed = ({ config }: Context, phone: string) => config.sms.countries.includes(countryOfPhone(phone) ?? '')
