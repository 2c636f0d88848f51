/** Values that may be a little old, in memory. Per isolate; what does not fit pushes out what came first. */
export interface Cache<T> {
  get(key: string, now: number): { readonly value: T } | undefined
  put(key: string, value: T, freshUntil: number): void
}

export function createCache<T>(limits: { readonly entries: number }): Cache<T> {
  const kept = new Map<string, { readonly value: T; readonly freshUntil: number }>()
  return {
    get(key, now) {
      const found = kept.get(key)
      return found && now < found.freshUntil ? found : undefined
    },
    put(key, value, freshUntil) {
      kept.delete(key)
      kept.set(key, { value, freshUntil })
      for (const oldest of kept.keys()) {
        if (kept.size <= limits.entries) break
        kept.delete(oldest)
      }
    },
  }
}
