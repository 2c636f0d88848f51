import type { Knobs } from './knobs.ts'

export interface Limiter {
  /** Counts a request; answers in how many seconds to come back if it is one too many. */
  admit(address: string): number | undefined
  clear(): void
}

export function createLimiter(knobs: Knobs, now: () => number): Limiter {
  const admitted = new Map<string, number[]>()

  return {
    admit(address) {
      const at = now()
      const recent = (admitted.get(address) ?? []).filter((time) => time > at - 60_000)
      admitted.set(address, recent)
      if (!knobs.rateLimit) return undefined
      const inSecond = recent.filter((time) => time > at - 1000)
      const minuteFull = recent.length >= knobs.perMinute
      if (minuteFull || inSecond.length >= knobs.perSecond) {
        const oldest = minuteFull ? recent[0] : inSecond[0]
        const free = (oldest ?? at) + (minuteFull ? 60_000 : 1000)
        // Rounded down like the real one, so it may say 0.
        return Math.floor((free - at) / 1000)
      }
      recent.push(at)
      return undefined
    },
    clear: () => admitted.clear(),
  }
}

export const tooMany = (seconds: number) =>
  `Превышен лимит запросов, попробуйте повторить запрос через ${seconds} секунд.`
