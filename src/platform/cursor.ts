/** Opaque place in a list ordered by (instant, id). */
export interface Cursor {
  readonly at: number
  readonly id: number
}

export const encodeCursor = (cursor: Cursor): string => `${cursor.at.toString(36)}.${cursor.id.toString(36)}`

/** Undefined for text that no list has ever given out. */
export function decodeCursor(text: string): Cursor | undefined {
  const match = /^(-?[0-9a-z]{1,11})\.([0-9a-z]{1,11})$/.exec(text)
  if (!match) return undefined
  const cursor = { at: Number.parseInt(match[1] ?? '', 36), id: Number.parseInt(match[2] ?? '', 36) }
  return Number.isSafeInteger(cursor.at) && Number.isSafeInteger(cursor.id) ? cursor : undefined
}
