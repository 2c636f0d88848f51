import type { Listed } from './provider.ts'

/** Reads a page object by object and counts those that could not be read. Pure. */
export function readList<T>(
  items: readonly unknown[],
  read: (item: unknown) => T | undefined,
  nextCursor: string | undefined,
): Listed<T> {
  const known = items.map(read).filter((item) => item !== undefined)
  return { items: known, unreadable: items.length - known.length, nextCursor }
}
