/** Runs `work` over all items, at most `limit` at a time. A Worker may have six calls waiting; more would only queue. */
export async function forEachLimited<T>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const rest = items.values()
  const lane = async () => {
    // The lanes share one iterator, so each item is taken by exactly one of them.
    for (const item of rest) await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, lane))
}
