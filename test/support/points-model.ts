/** What was taken from points of which date, or may be given back to them. */
export type Uses = Map<number, number>

/** A client's points as they should be: told once more, without a database. */
export interface Points {
  balance: number
  /** What is left, by the date on which it expires. */
  readonly lots: Map<number, number>
}

export const noPoints = (): Points => ({ balance: 0, lots: new Map() })

const add = (sums: Map<number, number>, at: number, points: number) => sums.set(at, (sums.get(at) ?? 0) + points)
const above = (balance: number) => Math.max(balance, 0)
const dates = (sums: Map<number, number>) => [...sums.keys()].sort((a, b) => a - b)

/** Moves up to so many points out of the one, in the order of these dates, and says what it moved. */
function drain(from: Map<number, number>, points: number, order: readonly number[]): Uses {
  const moved: Uses = new Map()
  let rest = points
  for (const at of order) {
    const taken = Math.min(rest, from.get(at) ?? 0)
    if (taken === 0) continue
    add(from, at, -taken)
    add(moved, at, taken)
    rest -= taken
  }
  return moved
}

export function give(points: Points, given: number, expiresAt: number): void {
  const before = above(points.balance)
  points.balance += given
  if (above(points.balance) > before) add(points.lots, expiresAt, above(points.balance) - before)
}

/** What expires first goes first; before it what has this date of its own. */
export function take(points: Points, taken: number, own?: number): Uses {
  const before = above(points.balance)
  points.balance -= taken
  const order = own === undefined ? dates(points.lots) : [own, ...dates(points.lots)]
  return drain(points.lots, before - above(points.balance), order)
}

/** To where it came from, what lives longest first; what finds nothing there is as if it were given now. */
export function giveBack(points: Points, given: number, uses: Uses, expiresAt: number): void {
  const before = above(points.balance)
  points.balance += given
  let gained = above(points.balance) - before
  for (const [at, back] of drain(uses, gained, dates(uses).reverse())) {
    add(points.lots, at, back)
    gained -= back
  }
  if (gained > 0) add(points.lots, expiresAt, gained)
}

export function expire(points: Points, now: number): void {
  for (const [at, left] of points.lots) {
    if (at > now) continue
    points.balance -= left
    points.lots.delete(at)
  }
}

/** The one client's points become the other's. */
export function merge(into: Points, from: Points): void {
  for (const [at, left] of from.lots) add(into.lots, at, left)
  into.balance += from.balance
  const left = [...into.lots.values()].reduce((sum, points) => sum + points, 0)
  drain(into.lots, left - above(into.balance), dates(into.lots))
  from.balance = 0
  from.lots.clear()
}

export const leftByDate = (points: Points): [number, number][] =>
  [...points.lots].filter(([, left]) => left > 0).sort(([a], [b]) => a - b)
