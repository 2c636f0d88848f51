import { getTableColumns, type SQL, sql } from 'drizzle-orm'
import { SQLiteAsyncDialect, type SQLiteTable } from 'drizzle-orm/sqlite-core'

/**
 * The database as stores see it: statements are written with drizzle's `sql` over drizzle's tables and run by D1 itself.
 * (drizzle's own `batch` cannot carry raw statements with parameters, and set-based statements are all raw.)
 */
export interface Db {
  /** A statement that gives rows. */
  all<Row>(query: SQL): Statement<Row[]>
  /** A statement of which only the number of changed rows matters. */
  run(query: SQL): Statement<{ changes: number }>
  /** Runs statements in one round trip and one transaction: all of them, or none. */
  batch<const S extends readonly Statement<unknown>[]>(statements: S): Promise<Results<S>>
}

/**
 * A statement that has not run yet. Awaiting it runs it by itself; `db.batch` runs several together. Features offer such
 * statements to each other, so that reads of different features can share a round trip and writes a transaction.
 */
export interface Statement<T> extends PromiseLike<T> {
  readonly bound: D1PreparedStatement
  readonly read: (result: D1Result) => T
}

type Results<S> = { -readonly [I in keyof S]: S[I] extends Statement<infer T> ? T : never }

const dialect = new SQLiteAsyncDialect()

/** Told of the results of each round trip. */
export type Observer = (results: readonly D1Result[]) => void

export function openDb(d1: D1Database, observe: Observer = () => undefined): Db {
  const all = async (bound: D1PreparedStatement) => {
    const result = await bound.all()
    observe([result])
    return result
  }
  const statement = <T>(query: SQL, read: (result: D1Result) => T): Statement<T> => {
    const { sql: text, params } = dialect.sqlToQuery(query)
    const bound = d1.prepare(text).bind(...params)
    return {
      bound,
      read,
      // biome-ignore lint/suspicious/noThenProperty: being awaitable is the purpose
      then: (fulfilled, rejected) => all(bound).then(read).then(fulfilled, rejected),
    }
  }
  return {
    // D1 gives rows without a type; the caller names it beside the columns it selects.
    all: <Row>(query: SQL) => statement(query, (result) => result.results as Row[]),
    run: (query) => statement(query, (result) => ({ changes: result.meta.changes })),
    batch: async (statements) => {
      const results = await d1.batch(statements.map(({ bound }) => bound))
      observe(results)
      // One result per statement, in order; the mapped type above says which is which.
      return statements.map(({ read }, index) => read(results[index] as D1Result)) as never
    },
  }
}

/** Runs statements whose results nobody needs, however many, and then the others: one round trip, one transaction. */
export async function batchAfter<const S extends readonly Statement<unknown>[]>(
  db: Db,
  first: readonly Statement<unknown>[],
  others: S,
): Promise<Results<S>> {
  const results = await db.batch([...first, ...others])
  // What is left after the first ones is one result per other statement, in order.
  return results.slice(first.length) as never
}

/**
 * D1 takes 100 bound parameters and 2 MB per value, so sets travel as one JSON parameter, and not more than this at a time.
 * Local D1 does not mind larger ones; the real one refuses them.
 */
const MAX_ROWS_PER_STATEMENT = 500
const MAX_JSON_CHARACTERS = 500_000

/** Cuts a set into parts that fit one statement each. Characters are counted, two bytes each for Cyrillic. */
export function chunkedBySize<T>(rows: readonly T[]): T[][] {
  const chunks: T[][] = []
  let chunk: T[] = []
  let characters = 0
  for (const row of rows) {
    const size = JSON.stringify(row).length
    if (chunk.length >= MAX_ROWS_PER_STATEMENT || (chunk.length > 0 && characters + size > MAX_JSON_CHARACTERS)) {
      chunks.push(chunk)
      chunk = []
      characters = 0
    }
    chunk.push(row)
    characters += size
  }
  if (chunk.length > 0) chunks.push(chunk)
  return chunks
}

/** `x in ${inList([1, 2, 3])}` for any number of values. */
export const inList = (values: readonly (string | number)[]): SQL =>
  sql`(select value from json_each(${JSON.stringify(values)}))`

/**
 * The column list of a table and the matching SELECT list over `json_each`, so that rows shaped like the drizzle table
 * can be written by one statement whatever their number:
 * `insert into t (${columns}) select ${values} from json_each(?) where true on conflict …`
 * (`where true` is required by the grammar before ON CONFLICT).
 */
export function jsonColumns(table: SQLiteTable, properties: readonly string[]): { columns: SQL; values: SQL } {
  const all = getTableColumns(table)
  const names = properties.map((property) => {
    const column = all[property]
    if (!column) throw new Error(`no column for ${property}`)
    return { property, name: column.name }
  })
  return {
    columns: sql.join(
      names.map(({ name }) => sql.identifier(name)),
      sql`, `,
    ),
    values: sql.join(
      names.map(({ property }) => sql`value ->> ${sql.raw(`'$.${property}'`)}`),
      sql`, `,
    ),
  }
}

/** True if the error is the database's refusal with this text (a constraint's columns, or a trigger's message). */
export const isRefusedWith = (error: unknown, text: string): boolean =>
  error instanceof Error && error.message.includes(text)

/** True if the database understood the statement and refused what it would have written: repeating does not help. */
export const isConstraintRefusal = (error: unknown): boolean => isRefusedWith(error, 'SQLITE_CONSTRAINT')
