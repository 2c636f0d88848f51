/**
 * balance: the column on the client is not the sum of his entries. running_balance: an entry does not go on from the one before.
 * transfer: points left one client of a merge and did not come to the other. unknown_kind: an entry of no kind that we know.
 * visit_points: a visit's owner got for it something else than it is worth. points_of_another: somebody who is not its owner has
 * points for it. accrued_twice: one client has two accruals for one visit. accrued_column, spent_column: what the visit shows is
 * not what the ledger says. lots: what is left of a client's points, lot by lot, is not his balance. lot_uses: what is left of a
 * lot is not what was not used. open_reservation: points put aside whose time is long over. resolved_reservation: points that were
 * put aside were not given back as they should, or though they should not.
 */
export const DIFFERENCE_KINDS = [
  'balance',
  'running_balance',
  'transfer',
  'unknown_kind',
  'visit_points',
  'points_of_another',
  'accrued_twice',
  'accrued_column',
  'spent_column',
  'lots',
  'lot_uses',
  'open_reservation',
  'resolved_reservation',
] as const

export interface Difference {
  readonly kind: (typeof DIFFERENCE_KINDS)[number]
  readonly userId: number | null
  readonly bookingId: number | null
  readonly expected: number
  readonly found: number
}
