import type { Cancellation } from './state.ts'

/** The test cards of YooKassa: the last digits decide. Any expiry date and any code do. */
const DECLINES: Readonly<Record<string, Cancellation>> = {
  '4600': network('insufficient_funds'),
  '4592': network('3d_secure_failed'),
  '4535': network('call_issuer'),
  '4543': network('card_expired'),
  '4568': network('fraud_suspected'),
  '4527': network('general_decline'),
  '4618': network('invalid_card_number'),
  '4626': network('invalid_csc'),
  '4501': network('issuer_unavailable'),
  '4576': network('payment_method_limit_exceeded'),
  '4550': network('payment_method_restricted'),
  '4584': { party: 'yoo_money', reason: 'country_forbidden' },
}

/** For tests, demo and the pay page. `SBP` is a way to pay that knows one stage only. */
export const CARDS = {
  good: '5555555555554444',
  good3ds: '5555555555554477',
  mir: '2200000000000004',
  noMoney: '5555555555554600',
  failed3ds: '5555555555554592',
  callBank: '5555555555554535',
  expired: '5555555555554543',
  fraud: '5555555555554568',
  declined: '5555555555554527',
  wrongNumber: '5555555555554618',
  wrongCode: '5555555555554626',
  bankDown: '5555555555554501',
  limit: '5555555555554576',
  restricted: '5555555555554550',
  country: '5555555555554584',
  SBP: 'sbp',
} as const

export type Paying =
  | { readonly method: 'sbp'; readonly card: undefined; readonly decline: undefined }
  | {
      readonly method: 'bank_card'
      readonly card: { readonly first6: string; readonly last4: string }
      readonly decline: Cancellation | undefined
    }

/** Undefined: no card number. */
export function readPaying(typed: string): Paying | undefined {
  if (typed.trim().toLowerCase() === 'sbp') return { method: 'sbp', card: undefined, decline: undefined }
  const digits = typed.replaceAll(/[\s-]/g, '')
  if (!/^\d{16,19}$/.test(digits)) return undefined
  const last4 = digits.slice(-4)
  return { method: 'bank_card', card: { first6: digits.slice(0, 6), last4 }, decline: DECLINES[last4] }
}

function network(reason: string): Cancellation {
  return { party: 'payment_network', reason }
}
