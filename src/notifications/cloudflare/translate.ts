import type { Delivery } from '../delivery.ts'

const UNAVAILABLE: Readonly<Record<string, string>> = {
  E_RATE_LIMIT_EXCEEDED: 'too many mails at once',
  E_INTERNAL_SERVER_ERROR: 'Cloudflare had an error of its own',
}

const RECIPIENT_REFUSED: Readonly<Record<string, string>> = {
  E_RECIPIENT_SUPPRESSED: 'mail to this address came back before, or was called spam',
  E_DELIVERY_FAILED: 'the server of the address did not take it',
}

const ACCOUNT_TROUBLE: Readonly<Record<string, string>> = {
  E_SENDER_NOT_VERIFIED: 'the domain of MAIL_FROM is not verified',
  E_SENDER_DOMAIN_NOT_AVAILABLE: 'the domain of MAIL_FROM is not onboarded',
  // On the free plan, or with a restricted binding: then it is so for nearly every client.
  E_RECIPIENT_NOT_ALLOWED: 'the account or the binding may not write to this address',
  E_DAILY_LIMIT_EXCEEDED: 'the daily limit of the account is reached',
}

/** Their words → ours. Pure. The text of the error may repeat the recipient, so only a code in their form is taken. */
export function translateCloudflare(error: unknown): Delivery {
  const name = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
  if (!/^E_[A-Z_]{1,50}$/.test(name)) {
    return { kind: 'unavailable', code: 'cloudflare_no_answer', words: 'Cloudflare gives no reason' }
  }
  const code = `cloudflare_${name}`
  const unavailable = UNAVAILABLE[name]
  if (unavailable) return { kind: 'unavailable', code, words: unavailable }
  const refused = RECIPIENT_REFUSED[name]
  if (refused) return { kind: 'recipient_refused', code, words: refused }
  return { kind: 'account_trouble', code, words: ACCOUNT_TROUBLE[name] ?? 'Cloudflare refuses the mail' }
}
