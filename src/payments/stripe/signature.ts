import { MINUTE_MS } from '../../platform/time.ts'

/** Older or newer by more than this: somebody repeats what he overheard. */
const TOLERANCE_MS = 5 * MINUTE_MS

/** Checks `Stripe-Signature` (`t=…,v1=…`, several while a secret is being changed) over the body as it came. */
export async function checkSignature(
  header: string | null,
  rawBody: string,
  secret: string,
  now: number,
): Promise<'genuine' | 'signature' | 'stale'> {
  const parts = (header ?? '').split(',').map((part) => part.split('=', 2))
  const time = parts.find(([name]) => name === 't')?.[1] ?? ''
  const signatures = parts.flatMap(([name, value]) => (name === 'v1' ? [bytesOf(value ?? '')] : []))
  if (!/^\d{1,12}$/.test(time)) return 'signature'
  const encoder = new TextEncoder()
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', encoder.encode(secret), algorithm, false, ['verify'])
  const signed = encoder.encode(`${time}.${rawBody}`)
  // `verify` compares in constant time.
  const checks = signatures.slice(0, 5).map((signature) => crypto.subtle.verify('HMAC', key, signature, signed))
  if (!(await Promise.all(checks)).includes(true)) return 'signature'
  return Math.abs(now - Number(time) * 1000) <= TOLERANCE_MS ? 'genuine' : 'stale'
}

/** Hex of 32 bytes; anything else is no signature and fits nothing. */
const bytesOf = (hex: string): Uint8Array<ArrayBuffer> =>
  /^[0-9a-f]{64}$/.test(hex)
    ? Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
    : new Uint8Array()
