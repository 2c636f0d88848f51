import type { By } from '../auth/actor.ts'
import type { Context } from '../context.ts'
import { somethingChanged, writeAudit } from '../ops/audit.statements.ts'
import type { Statement } from '../platform/db.ts'
import type { Result } from '../platform/outcome.ts'
import { type Difference, differenceOf } from './difference.ts'

interface StoredRow {
  readonly id: number
  readonly updatedAt: number
}
type Value = string | number | boolean | null
type Facts = Difference['before']

export interface RowChange<Row, Refusal extends string> {
  readonly read: () => Statement<Row[]>
  /** What it should be, of this row; absent fields stay as they are. A text is a refusal. */
  readonly given: (row: Row) => Readonly<Record<string, Value | undefined>> | Refusal
  /** Writes the fields if the row is still as it was read, and if nothing else forbids it. */
  readonly write: (row: Row, fields: Facts, now: number) => Statement<{ id: number }[]>
  /** Why nothing was written although the row is as it was read. */
  readonly forbidden?: Refusal
  readonly by: By
  readonly action: string
  readonly entity: string
  /** What the audit log may know of the changed fields; without it, all. */
  readonly tell?: (facts: Facts, side: 'before' | 'after') => Facts
}

/** Somebody has changed the row since the page was made on which it was seen (its `updatedAt`); undefined if it does not matter. */
export const isStale = (row: StoredRow, seen: number | undefined): boolean =>
  seen !== undefined && row.updatedAt !== seen

/** Changes a row of the catalog and audits what was before and after. What would change nothing writes nothing. */
export async function changeRow<Row extends StoredRow, Refusal extends string>(
  ctx: Context,
  change: RowChange<Row, Refusal>,
): Promise<Result<Row, 'not_found' | Refusal>> {
  const { db } = ctx
  const { by, action, entity, tell = (facts) => facts } = change
  let [row] = await change.read()
  while (row) {
    const given = change.given(row)
    if (typeof given === 'string') return { ok: false, refusal: given }
    const difference = differenceOf(row, given)
    if (!difference) return { ok: true, value: row }
    const now = ctx.now()
    const audit = {
      by,
      action,
      entity,
      entityId: String(row.id),
      before: tell(difference.before, 'before'),
      after: tell(difference.after, 'after'),
      when: somethingChanged,
    }
    const write = change.write(row, difference.fields, now)
    const [written, , [after]]: [{ id: number }[], unknown, Row[]] = await db.batch([
      write,
      writeAudit(db, audit, now),
      change.read(),
    ])
    if (written.length > 0 && after) return { ok: true, value: after }
    if (after && after.updatedAt === row.updatedAt && change.forbidden !== undefined) {
      return { ok: false, refusal: change.forbidden }
    }
    // Changed by somebody else meanwhile: look again.
    row = after
  }
  return { ok: false, refusal: 'not_found' }
}
