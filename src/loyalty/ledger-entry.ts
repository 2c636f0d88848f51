/**
 * accrual: first points of a visit; correction: its price changed; reversal: it is no longer completed, or no longer this
 * client's; spend: written off by an administrator; adjustment: given or taken by hand.
 */
export const ENTRY_KINDS = ['accrual', 'correction', 'reversal', 'spend', 'adjustment'] as const
export type EntryKind = (typeof ENTRY_KINDS)[number]
