export interface D1Counts {
  /** Calls that travel to the database; a batch is one. */
  roundTrips: number
  statements: number
  rowsRead: number
  rowsWritten: number
}

export interface CountedD1 {
  readonly db: D1Database
  readonly counts: D1Counts
  /** The different statements that were prepared, to ask for their plans. */
  readonly texts: Set<string>
  reset(): void
}

/** The same database, counting what is asked of it. Rows are those that D1 itself reports (and bills). */
export function countD1(d1: D1Database): CountedD1 {
  const counts: D1Counts = { roundTrips: 0, statements: 0, rowsRead: 0, rowsWritten: 0 }
  const texts = new Set<string>()
  const real = new WeakMap<D1PreparedStatement, D1PreparedStatement>()

  function note<T>(results: readonly D1Result<T>[]): void {
    counts.roundTrips++
    counts.statements += results.length
    for (const { meta } of results) {
      counts.rowsRead += meta.rows_read
      counts.rowsWritten += meta.rows_written
    }
  }

  function counting(statement: D1PreparedStatement): D1PreparedStatement {
    const all = async <T>() => {
      const result = await statement.all<T>()
      note([result])
      return result
    }
    const wrapped: D1PreparedStatement = {
      bind: (...values) => counting(statement.bind(...values)),
      all,
      run: all,
      first: async <T>(column?: string) => {
        const { results } = await all<Record<string, unknown>>()
        const row = results[0]
        if (!row) return null
        // D1 gives rows without a type; the caller names it.
        return (column === undefined ? row : row[column]) as T
      },
      raw: () => uncounted('raw'),
    }
    real.set(wrapped, statement)
    return wrapped
  }

  const db: D1Database = {
    prepare: (text) => {
      texts.add(text)
      return counting(d1.prepare(text))
    },
    batch: async <T>(statements: D1PreparedStatement[]) => {
      const results = await d1.batch<T>(statements.map((statement) => real.get(statement) ?? statement))
      note(results)
      return results
    },
    exec: () => uncounted('exec'),
    dump: () => uncounted('dump'),
    withSession: () => uncounted('withSession'),
  }
  const reset = () => {
    Object.assign(counts, { roundTrips: 0, statements: 0, rowsRead: 0, rowsWritten: 0 })
    texts.clear()
  }
  return { db, counts, texts, reset }
}

/** These report no rows, so whoever starts to use them has to say first how they are to be counted. */
function uncounted(method: string): never {
  throw new Error(`D1's ${method}() cannot be counted`)
}
