/** What is wrong with a backup file. Lines and ids where there are some. */
export interface BackupProblem {
  readonly kind:
    | 'unreadable'
    | 'no_manifest'
    | 'unknown_table'
    | 'table_incomplete'
    | 'wrong_count'
    | 'missing_reference'
    | 'running_balance'
    | 'balance'
    | 'no_end'
  readonly line?: number
  readonly table?: string
  readonly id?: number
  readonly expected?: number
  readonly found?: number
}

export interface BackupReport {
  readonly salon: string | undefined
  readonly createdAt: string | undefined
  readonly tables: ReadonlyMap<string, number>
  readonly entries: number
  readonly points: number
  /** The first hundred. */
  readonly problems: readonly BackupProblem[]
  readonly problemCount: number
  /** Rows that were deleted or referred to something new while the backup was taken. Nothing is wrong with that. */
  readonly meanwhile: number
}

const MAX_PROBLEMS = 100
const LEDGER = 'bonus_entries'

type Row = Readonly<Record<string, unknown>>

interface Line {
  readonly format?: unknown
  readonly salon?: string
  readonly created_at?: string
  readonly tables?: readonly { name: string; rows: number; until: number; sql: string }[]
  readonly table?: string
  readonly row?: Row
  readonly end?: boolean
  readonly rows?: number
}

interface Reference {
  readonly column: string
  readonly parent: string
}

interface Table {
  readonly expected: number
  /** Its last row when the backup was begun. */
  readonly until: number
  readonly references: readonly Reference[]
  readonly ids: Set<number>
  /** Parent's name → id → the line of the first row that refers to it. */
  readonly wanted: Map<string, Map<number, number>>
  rows: number
  isComplete: boolean
}

/**
 * Looks a backup file through, offline: can every line be read, is every table whole, does everything that is referred to exist,
 * does the ledger add up and fit the balances? `lines` are those of the file, in order. Holds ids only in memory.
 */
export async function checkBackup(lines: AsyncIterable<string> | Iterable<string>): Promise<BackupReport> {
  const problems: BackupProblem[] = []
  let problemCount = 0
  const wrong: Wrong = (problem) => {
    problemCount++
    if (problems.length < MAX_PROBLEMS) problems.push(problem)
  }
  const tables = new Map<string, Table>()
  const ledger: Ledger = { entries: 0, points: 0, shown: new Map(), possible: new Map() }
  let manifest: Line | undefined
  let hasEnded = false
  let number = 0
  for await (const text of lines) {
    number++
    const line = readLine(text)
    if (!line) {
      wrong({ kind: 'unreadable', line: number })
      continue
    }
    if (!manifest) {
      if (line.format !== 'spa-backup/1' || !line.tables) {
        wrong({ kind: 'no_manifest', line: number })
        break
      }
      manifest = line
      for (const { name, rows, until, sql } of line.tables) tables.set(name, newTable(rows, until, sql))
      continue
    }
    if (line.table === undefined) {
      hasEnded = line.end === true
      continue
    }
    const table = tables.get(line.table)
    if (!table) wrong({ kind: 'unknown_table', table: line.table, line: number })
    else if (line.end) {
      if (line.rows !== table.rows) {
        wrong({ kind: 'table_incomplete', table: line.table, expected: line.rows ?? 0, found: table.rows })
      }
      table.isComplete = true
    } else if (line.row) takeRow({ name: line.table, table, row: line.row, line: number }, ledger, wrong)
  }
  if (!manifest && problemCount === 0) wrong({ kind: 'no_manifest' })
  if (manifest && !hasEnded) wrong({ kind: 'no_end' })
  const meanwhile = checkTables(tables, wrong)
  checkBalances(ledger, wrong)
  return {
    salon: manifest?.salon,
    createdAt: manifest?.created_at,
    tables: new Map([...tables].map(([name, { rows }]) => [name, rows])),
    entries: ledger.entries,
    points: ledger.points,
    problems,
    problemCount,
    meanwhile,
  }
}

function readLine(text: string): Line | undefined {
  try {
    const value: unknown = JSON.parse(text)
    // Every field is optional and looked at before it is used.
    return typeof value === 'object' && value !== null ? (value as Line) : undefined
  } catch {
    return undefined
  }
}

const newTable = (expected: number, until: number, sql: string): Table => ({
  expected,
  until,
  references: referencesIn(sql),
  ids: new Set(),
  wanted: new Map(),
  rows: 0,
  isComplete: false,
})

/** Both ways in which drizzle and ALTER TABLE write foreign keys. All of them refer to `id`. */
export const referencesIn = (sql: string): Reference[] =>
  [
    ...sql.matchAll(/FOREIGN KEY \([`"]?(\w+)[`"]?\) REFERENCES [`"]?(\w+)/gi),
    ...sql.matchAll(/[`"](\w+)[`"] \w+(?: NOT NULL)? REFERENCES [`"]?(\w+)/gi),
  ].map(([, column = '', parent = '']) => ({ column, parent }))

function takeRow(
  { name, table, row, line }: { name: string; table: Table; row: Row; line: number },
  ledger: Ledger,
  wrong: Wrong,
): void {
  table.rows++
  const { id } = row
  if (typeof id === 'number') table.ids.add(id)
  // Written after the backup was begun: only there to explain balances.
  const isLater = name === LEDGER && typeof id === 'number' && id > table.until
  for (const { column, parent } of isLater ? [] : table.references) {
    const value = row[column]
    if (typeof value !== 'number') continue
    const wanted = table.wanted.get(parent) ?? new Map<number, number>()
    table.wanted.set(parent, wanted)
    if (!wanted.has(value)) wanted.set(value, line)
  }
  if (name === LEDGER) takeEntry(ledger, row, { line, until: table.until }, wrong)
  if (name === 'users') ledger.shown.set(Number(id), Number(row.bonus_balance_points))
}

function checkTables(tables: ReadonlyMap<string, Table>, wrong: Wrong): number {
  let meanwhile = 0
  for (const [name, table] of tables) {
    if (!table.isComplete) wrong({ kind: 'table_incomplete', table: name, expected: table.expected, found: table.rows })
    else if (table.rows > table.expected && name !== LEDGER) {
      wrong({ kind: 'wrong_count', table: name, expected: table.expected, found: table.rows })
    } else meanwhile += Math.max(0, table.expected - table.rows)
    for (const [parentName, wanted] of table.wanted) {
      const parent = tables.get(parentName)
      for (const [id, line] of wanted) {
        if (parent?.ids.has(id)) continue
        if (parent && id > parent.until) meanwhile++
        else wrong({ kind: 'missing_reference', table: name, line, id })
      }
    }
  }
  return meanwhile
}

type Wrong = (problem: BackupProblem) => void

/** The ledger as far as it was read, and the balances that the clients' rows show. */
interface Ledger {
  entries: number
  points: number
  readonly shown: Map<number, number>
  /** Client → what his balance may be: as the backup was begun, or after an entry that was written while it was taken. */
  readonly possible: Map<number, number[]>
}

function takeEntry(ledger: Ledger, row: Row, { line, until }: { line: number; until: number }, wrong: Wrong): void {
  const client = Number(row.user_id)
  const before = ledger.possible.get(client) ?? [0]
  const expected = (before.at(-1) ?? 0) + Number(row.points)
  const found = Number(row.balance_after_points)
  if (expected !== found) wrong({ kind: 'running_balance', table: LEDGER, line, id: client, expected, found })
  ledger.possible.set(client, Number(row.id) > until ? [...before, found] : [found])
  ledger.entries++
  ledger.points += Number(row.points)
}

function checkBalances({ shown, possible }: Ledger, wrong: Wrong): void {
  for (const [id, found] of shown) {
    const balances = possible.get(id) ?? [0]
    if (!balances.includes(found)) wrong({ kind: 'balance', table: 'users', id, expected: balances[0] ?? 0, found })
  }
}
