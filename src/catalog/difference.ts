type Value = string | number | boolean | null
type Facts = Readonly<Record<string, Value>>

export interface Difference {
  /** What there is to write, by the names of the fields. */
  readonly fields: Facts
  /** The same for the audit log, in the words of the API. */
  readonly before: Facts
  readonly after: Facts
}

/** Which of the given fields would change a row, or undefined if none would. Absent ones stay as they are. Pure. */
export function differenceOf(row: object, given: Readonly<Record<string, Value | undefined>>): Difference | undefined {
  const rowFields = new Map<string, Value>(Object.entries(row))
  const changed = Object.entries(given).flatMap(([name, value]) => {
    const stored = rowFields.get(name) ?? null
    // The database has 0 and 1 for flags.
    const before = typeof value === 'boolean' ? stored === 1 : stored
    return value === undefined || value === before ? [] : [{ name, before, value }]
  })
  if (changed.length === 0) return undefined
  return {
    fields: Object.fromEntries(changed.map(({ name, value }) => [name, value])),
    before: Object.fromEntries(changed.map(({ name, before }) => [wordOf(name), before])),
    after: Object.fromEntries(changed.map(({ name, value }) => [wordOf(name), value])),
  }
}

/** The same for a row that is made: whatever is given. Pure. */
export function differenceFromNothing(given: Readonly<Record<string, Value | undefined>>): Difference {
  const entries = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]))
  return {
    fields: Object.fromEntries(entries.map(({ name, value }) => [name, value])),
    before: {},
    after: Object.fromEntries(entries.map(({ name, value }) => [wordOf(name), value])),
  }
}

/** "priceKopecks" → "price_kopecks". */
export const wordOf = (field: string): string => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
