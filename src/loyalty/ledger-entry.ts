/**
 * accrual: first points of a visit; correction: its price changed; reversal: it is no longer completed, or no longer this
 * client's; spend: written off by an administrator; adjustment: given or taken by hand.
 */
export const BASIC_KINDS = ['accrual', 'correction', 'reversal', 'spend', 'adjustment'] as const

/**
 * hold: put aside for a visit, and spent on it once the payment is made; release: put aside in vain, and given back; return: spent
 * on a visit and given back; expiry: not spent in time.
 */
export const FINER_KINDS = ['hold', 'release', 'return', 'expiry'] as const

export const ENTRY_KINDS = [...BASIC_KINDS, ...FINER_KINDS] as const
export type EntryKind = (typeof ENTRY_KINDS)[number]
