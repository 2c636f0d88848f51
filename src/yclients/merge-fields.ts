type Value = string | number | boolean | null

/** What YClients says of a service, category or person; `seen` is what it said last, as far as it has said anything. */
export interface Sides<F> {
  readonly local: F
  readonly seen: Partial<F> | undefined
  readonly theirs: Partial<F>
  /** What fields have that nobody has filled in: nothing of ours is lost there. */
  readonly blank: Partial<F>
}

export interface Merged<F> {
  readonly fields: F
  readonly isChanged: boolean
  /** Which of our values were kept although YClients has others. */
  readonly kept: readonly (keyof F & string)[]
}

/**
 * Takes over what YClients has, except where somebody has changed ours since the last time: that is kept and said, unless
 * `overwrite`. A field that differs from what YClients said last was changed here. Pure.
 */
export function mergeFields<F extends Readonly<Record<string, Value>>>(
  { local, seen, theirs, blank }: Sides<F>,
  overwrite: boolean,
): Merged<F> {
  const fields: F = { ...local }
  const kept: (keyof F & string)[] = []
  let isChanged = false
  // Object.keys does not say whose keys these are.
  for (const name of Object.keys(theirs) as (keyof F & string)[]) {
    const value = theirs[name]
    if (value === undefined || value === local[name]) continue
    const untouched = seen && name in seen ? local[name] === seen[name] : name in blank && local[name] === blank[name]
    if (overwrite || untouched) {
      fields[name] = value
      isChanged = true
    } else {
      kept.push(name)
    }
  }
  return { fields, isChanged, kept }
}

/** What is remembered of what YClients said, each time with its keys in the same order, so that it can be compared. */
export function seenAfter<F extends object>(seen: Partial<F> | undefined, theirs: Partial<F>): string {
  return JSON.stringify(Object.fromEntries(Object.entries({ ...seen, ...theirs }).sort(([a], [b]) => (a < b ? -1 : 1))))
}

/** Only this room writes it. */
export const parseSeen = <F>(stored: string | null): Partial<F> | undefined =>
  stored === null ? undefined : (JSON.parse(stored) as Partial<F>)
