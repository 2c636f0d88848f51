import type { By } from '../auth/actor.ts'
import type { Context } from '../context.ts'
import { keyedHash } from '../platform/hash.ts'
import type { Result } from '../platform/outcome.ts'
import { DAY_MS, formatInZone } from '../platform/time.ts'
import { writeAudit } from './audit.statements.ts'
import { backupTables, extentOf, rowsOf, SECRET_COLUMNS } from './backup.store.ts'

export const BACKUP_FORMAT = 'spa-backup/1'
/** Entries that are written while the backup is taken explain balances that moved meanwhile, so that they come along. */
const LEDGER = 'bonus_entries'
const ENDLESS = Number.MAX_SAFE_INTEGER
/** How long the rows of a backup may be asked for. */
const VALID_MS = DAY_MS

export interface Manifest {
  readonly format: typeof BACKUP_FORMAT
  readonly salon: string
  readonly created_at: string
  readonly tables: readonly {
    readonly name: string
    readonly rows: number
    /** The last row at that moment. */
    readonly until: number
    readonly sql: string
    /** For the first page of its rows. */
    readonly cursor: string
  }[]
}

/** Begins a backup: which tables there are, how many rows each has, and where to ask for them. This is what is audited. */
export async function beginBackup(ctx: Context, by: By): Promise<Manifest> {
  const { db, config } = ctx
  const now = ctx.now()
  const tables = await backupTables(db)
  const extents = await db.batch(tables.map(({ name }) => extentOf(db, name)))
  await writeAudit(db, { by, action: 'backup.begin', entity: 'database', entityId: 'all' }, now)
  return {
    format: BACKUP_FORMAT,
    salon: config.salonName,
    created_at: formatInZone(now, config.branchTimezone),
    tables: await Promise.all(
      tables.map(async ({ name, sql }, index) => {
        const { rows = 0, until = 0 } = extents[index]?.[0] ?? {}
        const untilRow = name === LEDGER ? ENDLESS : until
        return {
          name,
          rows,
          until,
          sql,
          cursor: await cursorOf(ctx, { table: name, afterRow: 0, untilRow, rows: 0, begunAt: now }),
        }
      }),
    ),
  }
}

interface Place {
  readonly table: string
  readonly afterRow: number
  readonly untilRow: number
  /** Given out so far. */
  readonly rows: number
  readonly begunAt: number
}

/** Rows of a table, one JSON line each; the last page ends with a line that says how many there were. */
export async function backUpTable(
  ctx: Context,
  { table, cursor, limit }: { table: string; cursor: string; limit: number },
): Promise<Result<{ text: string; nextCursor: string | undefined }, 'invalid_cursor' | 'not_found'>> {
  const place = await readPlace(ctx, table, cursor)
  if (!place) return { ok: false, refusal: 'invalid_cursor' }
  const known = (await backupTables(ctx.db)).some(({ name }) => name === table)
  if (!known) return { ok: false, refusal: 'not_found' }
  const found = await rowsOf(ctx.db, table, { ...place, limit })
  const secret = new Set(SECRET_COLUMNS[table])
  const lines = found.map(({ _row, ...columns }) => {
    const row = Object.fromEntries(Object.entries(columns).filter(([column]) => !secret.has(column)))
    return JSON.stringify({ table, row })
  })
  const rows = place.rows + found.length
  const last = found.at(-1)
  const isLast = found.length < limit || !last
  if (isLast) lines.push(JSON.stringify({ table, end: true, rows }))
  const text = lines.map((line) => `${line}\n`).join('')
  return {
    ok: true,
    value: { text, nextCursor: isLast ? undefined : await cursorOf(ctx, { ...place, afterRow: last._row, rows }) },
  }
}

/** Signed, so that no rows leave without a backup that was begun, and audited. */
const signature = (secret: string, place: readonly string[]) => keyedHash(secret, 'backup', ...place)

async function cursorOf(ctx: Context, { table, afterRow, untilRow, rows, begunAt }: Place): Promise<string> {
  const place = [afterRow, untilRow, rows, begunAt].map(String)
  return [...place, await signature(ctx.config.secrets[0], [table, ...place])].join('.')
}

async function readPlace(ctx: Context, table: string, cursor: string): Promise<Place | undefined> {
  const [, signed = '', ...place] =
    /^(?=.*\.([0-9a-f]{64})$)(\d{1,16})\.(\d{1,16})\.(\d{1,16})\.(\d{1,16})\./.exec(cursor) ?? []
  const [afterRow = 0, untilRow = 0, rows = 0, begunAt = 0] = place.map(Number)
  if (place.length === 0 || ctx.now() - begunAt > VALID_MS) return undefined
  for (const secret of ctx.config.secrets) {
    if ((await signature(secret, [table, ...place])) === signed) return { table, afterRow, untilRow, rows, begunAt }
  }
  return undefined
}
