/** What the bench's Worker answers. Apart from it, so that both sides can import the words without each other's types. */

/** What one operation cost. */
export interface Cost {
  readonly roundTrips: number
  readonly statements: number
  readonly rowsRead: number
  readonly rowsWritten: number
  /** Messages sent to a queue. */
  readonly messages: number
  /** Calls to a client's ledger object. */
  readonly objectCalls: number
}

/** One batch that the real queue handed to the consumer. */
export interface BatchCost {
  readonly queue: string
  readonly messages: number
  readonly cost: Cost
}

export interface AppliedPages {
  readonly records: number
  readonly kinds: Readonly<Record<string, number>>
  readonly usersToSettle: readonly number[]
  readonly cost: Cost
}

export interface SettledUsers {
  readonly visits: number
  readonly entries: number
  readonly cost: Cost
}

/** Carries the cost of a request to the app itself, as encoded JSON of `RequestCost`. */
export const COST_HEADER = 'x-bench-cost'
export interface RequestCost {
  readonly cost: Cost
  /** The statements that ran, for asking the database for their plans. */
  readonly texts: readonly string[]
}
