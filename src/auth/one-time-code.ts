import type { Context } from '../context.ts'
import { keyedHash } from '../platform/hash.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../platform/time.ts'
import type { Contact } from '../users/contact.ts'
import { callerPart, widestCallerPart } from './caller-part.ts'
import type { Limit } from './take-allowance.ts'

export const CODE_LIFETIME_MS = 5 * MINUTE_MS
export const CODE_ATTEMPTS = 5
export const RESEND_MS = MINUTE_MS

/** Six digits, each value equally likely. */
export function drawCode(randomBytes: (count: number) => Uint8Array): string {
  const CODES = 1_000_000
  // 2³² is no multiple of a million: the few numbers above the last multiple would make low codes likelier.
  const limit = Math.floor(2 ** 32 / CODES) * CODES
  for (;;) {
    const bytes = randomBytes(4)
    const number = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)
    if (number < limit) return String(number % CODES).padStart(6, '0')
  }
}

/** Names a contact in the tables of codes and allowances without telling which it is. */
export const contactHash = (ctx: Context, { kind, value }: Pick<Contact, 'kind' | 'value'>): Promise<string> =>
  keyedHash(ctx.config.secrets[0], 'contact', kind, value)

/** With the server's key: six digits alone are found by trying all of them. */
export const codeHash = (ctx: Context, hashOfContact: string, code: string): Promise<string> =>
  keyedHash(ctx.config.secrets[0], 'one-time-code', hashOfContact, code)

/**
 * How often codes may be sent. Networks count apart, so that a stranger in one of them cannot use up all that a client has in
 * another. Fifteen codes a day, each with five guesses for whoever asked and five for others, leave one chance in 6,667 a
 * day to guess the way into an account. An address may be a whole mobile operator's.
 */
export async function sendingLimits(
  ctx: Context,
  contact: Contact,
  address: string,
): Promise<{ pause: Limit; others: readonly Limit[] }> {
  const key = await contactHash(ctx, contact)
  const { narrow, wide } = await networksOf(ctx, address)
  const pause = { key: `code:${key}:pause`, limit: 1, windowMs: RESEND_MS }
  const others = [
    { key: `code:${key}:day`, limit: 15, windowMs: DAY_MS },
    { key: `code:${key}:${narrow}:hour`, limit: 5, windowMs: HOUR_MS },
    { key: `code:${key}:${narrow}:day`, limit: 10, windowMs: DAY_MS },
    { key: `code-from:${narrow}`, limit: 20, windowMs: 10 * MINUTE_MS },
    { key: `code-from-wide:${wide}`, limit: 100, windowMs: HOUR_MS },
  ]
  return { pause, others }
}

/**
 * How many codes may go to contacts that are nobody's: new clients, or a flood that is to cost the salon its SMS money. Those
 * of clients are not counted, so a flood does not shut them out.
 */
export const newcomersLimit = ({ kind }: Contact): Limit => ({
  key: `codes-to-newcomers:${kind}`,
  limit: 100,
  windowMs: HOUR_MS,
})

/** How often codes may be tried from one address, whosever they are. */
export async function guessingLimits(ctx: Context, address: string): Promise<Limit[]> {
  const { narrow, wide } = await networksOf(ctx, address)
  return [
    { key: `guess-from:${narrow}`, limit: 60, windowMs: 10 * MINUTE_MS },
    { key: `guess-from-wide:${wide}`, limit: 600, windowMs: DAY_MS },
  ]
}

/** More wrong codes in a day than clients mistype. */
export const WRONG_GUESSES: Limit = { key: 'wrong-guesses', limit: 300, windowMs: DAY_MS }

async function networksOf(ctx: Context, address: string): Promise<{ narrow: string; wide: string }> {
  const [secret] = ctx.config.secrets
  const [narrow, wide] = await Promise.all([
    keyedHash(secret, 'address', callerPart(address)),
    keyedHash(secret, 'network', widestCallerPart(address)),
  ])
  return { narrow, wide }
}
