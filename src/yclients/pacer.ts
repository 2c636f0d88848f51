/** Spaces calls out so that one Worker stays under YClients' limit per address. */
export interface Pacer {
  /** How long to wait before the next call, counted from `now`; reserves that moment. */
  reserve(now: number): number
}

export function createPacer(intervalMs: number): Pacer {
  let nextFree = 0
  return {
    reserve(now) {
      const at = Math.max(now, nextFree)
      nextFree = at + intervalMs
      return at - now
    },
  }
}
