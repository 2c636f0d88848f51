import type { By } from '../auth/actor.ts'
import type { Context } from '../context.ts'
import { writeAudit } from '../ops/audit.statements.ts'
import { keyedHash, sha256Hex } from '../platform/hash.ts'
import type { Result } from '../platform/outcome.ts'
import { formatInZone } from '../platform/time.ts'
import { type LedgerLine, ledgerLines, ledgerTotals, newestEntry } from './ledger-export.store.ts'

export const LEDGER_FORMAT = 'spa-ledger/2'

export interface LedgerPage {
  /** Each ends with a line break. */
  readonly text: string
  /** Undefined after the last line. */
  readonly nextCursor: string | undefined
}

/** Where an export goes on: after which entry, up to which, and the hash of the line before. */
interface Place {
  readonly afterId: number
  readonly until: number
  readonly head: string
}

/**
 * One page of the ledger as lines of which each holds the hash of the one before (docs/ledger-export.md), so that nobody can
 * change a file without its being seen. The chain goes on from page to page by the cursor, which is signed: the hash that the
 * audit log keeps is of lines that came from here. Entries are never changed, so that all pages show one moment.
 */
export async function exportLedger(
  ctx: Context,
  { cursor, limit }: { cursor: string | undefined; limit: number },
  by: By,
): Promise<Result<LedgerPage, 'invalid_cursor'>> {
  const { db, config } = ctx
  const lines: string[] = []
  let place = cursor === undefined ? await begin(ctx, lines, by) : await readPlace(ctx, cursor)
  if (!place) return { ok: false, refusal: 'invalid_cursor' }
  const entries = await ledgerLines(db, { ...place, limit })
  for (const entry of entries) {
    const line = entryLine(place.head, entry, config.branchTimezone)
    lines.push(line)
    place = { ...place, afterId: entry.id, head: await sha256Hex(line) }
  }
  const isLast = entries.length < limit
  if (isLast) lines.push(await end(ctx, place, by))
  const text = lines.map((line) => `${line}\n`).join('')
  return { ok: true, value: { text, nextCursor: isLast ? undefined : await cursorOf(ctx, place) } }
}

async function begin(ctx: Context, lines: string[], by: By): Promise<Place> {
  const now = ctx.now()
  const [[newest]] = await ctx.db.batch([
    newestEntry(ctx.db),
    writeAudit(ctx.db, { by, action: 'ledger.export', entity: 'ledger', entityId: 'all' }, now),
  ])
  const until = newest?.id ?? 0
  // Some readers of lines take U+2028 and U+2029 for the end of one.
  const { salonName: salon, branchTimezone } = ctx.config
  const created_at = formatInZone(now, branchTimezone)
  const line = JSON.stringify({ prev: null, format: LEDGER_FORMAT, salon, created_at, until }).replace(
    /[\u2028\u2029]/g,
    ' ',
  )
  lines.push(line)
  return { afterId: 0, until, head: await sha256Hex(line) }
}

const entryLine = (prev: string, { expires, at, ...entry }: LedgerLine, zone: string): string =>
  JSON.stringify({
    prev,
    ...entry,
    expires: expires === null ? null : formatInZone(expires, zone),
    at: formatInZone(at, zone),
  })

/** The last line; its hash goes into the audit log, where a file can be compared with it later. */
async function end(ctx: Context, { until, head }: Place, by: By): Promise<string> {
  const { db } = ctx
  const [totals] = await ledgerTotals(db, until)
  if (!totals) throw new Error('no totals')
  const line = JSON.stringify({ prev: head, end: true, ...totals })
  const after = { entries: totals.entries, points: totals.points, sha256: await sha256Hex(line) }
  await writeAudit(db, { by, action: 'ledger.export_finished', entity: 'ledger', entityId: 'all', after }, ctx.now())
  return line
}

const signature = (secret: string, place: readonly string[]) => keyedHash(secret, 'ledger-export', ...place)

async function cursorOf(ctx: Context, { afterId, until, head }: Place): Promise<string> {
  const place = [String(afterId), String(until), head]
  return [...place, await signature(ctx.config.secrets[0], place)].join('.')
}

async function readPlace(ctx: Context, cursor: string): Promise<Place | undefined> {
  const [, afterId, until, head, signed] = /^(\d{1,15})\.(\d{1,15})\.([0-9a-f]{64})\.([0-9a-f]{64})$/.exec(cursor) ?? []
  if (!afterId || !until || !head) return undefined
  for (const secret of ctx.config.secrets) {
    if ((await signature(secret, [afterId, until, head])) === signed) {
      return { afterId: Number(afterId), until: Number(until), head }
    }
  }
  return undefined
}
