/** Keeps callers from waiting, one after another, for somebody who is down. Per isolate. */
export interface Breaker {
  /** May the call be tried now? */
  lets(now: number): boolean
  /** How a call that was tried ended. */
  note(succeeded: boolean, now: number): void
}

/** After so many failures in a row nothing is tried for `pauseMs`; then one failure more is enough for the next pause. */
export function createBreaker(limits: { readonly failures: number; readonly pauseMs: number }): Breaker {
  let failures = 0
  let closedUntil = 0
  return {
    lets: (now) => now >= closedUntil,
    note(succeeded, now) {
      failures = succeeded ? 0 : failures + 1
      if (failures >= limits.failures) closedUntil = now + limits.pauseMs
    },
  }
}
