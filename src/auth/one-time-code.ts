import type { Context } from '../context.ts'
import { keyedHash } from '../platform/hash.ts'
import { HOUR_MS, MINUTE_MS } from '../platform/time.ts'
import type { Contact } from '../users/contact.ts'
import { callerPart } from './caller-part.ts'
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
 * How often codes may be asked for. Ten a day and five guesses each leave one chance in 20,000 a day to guess the way into
 * an account. An address may be a whole mobile operator's. The last limit is the salon's bill: a flood of messages to
 * numbers all over the country stops there.
 */
export async function sendingLimits(
  ctx: Context,
  contact: Contact,
  address: string,
): Promise<{ pause: Limit; others: readonly Limit[] }> {
  const key = await contactHash(ctx, contact)
  const from = await addressHash(ctx, address)
  const pause = { key: `code:${key}:pause`, limit: 1, windowMs: RESEND_MS }
  const others = [
    { key: `code:${key}:hour`, limit: 5, windowMs: HOUR_MS },
    { key: `code:${key}:day`, limit: 10, windowMs: 24 * HOUR_MS },
    { key: `code-from:${from}`, limit: 20, windowMs: 10 * MINUTE_MS },
    { key: `codes-by:${contact.kind}`, limit: 300, windowMs: HOUR_MS },
  ]
  return { pause, others }
}

/** How often codes may be tried from one address, whosever they are. */
export const guessingLimits = async (ctx: Context, address: string): Promise<Limit[]> => [
  { key: `guess-from:${await addressHash(ctx, address)}`, limit: 60, windowMs: 10 * MINUTE_MS },
]

const addressHash = (ctx: Context, address: string) => keyedHash(ctx.config.secrets[0], 'address', callerPart(address))
