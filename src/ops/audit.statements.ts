import { type SQL, sql } from 'drizzle-orm'
import type { By } from '../auth/actor.ts'
import type { Db } from '../platform/db.ts'

type Facts = Readonly<Record<string, string | number | boolean | null>>

export interface AuditEntry {
  readonly by: By
  /** `entity.verb`: "booking.link". */
  readonly action: string
  readonly entity: string
  /** Or an expression, for an entity that the same batch makes. */
  readonly entityId: string | SQL
  /** The changed fields, where there was something before. Ids, sums, codes and flags; never personal data. */
  readonly before?: Facts
  readonly after?: Facts
  /** Written only if this holds; otherwise always. */
  readonly when?: SQL
}

/** For `when`: the statement before it in the batch changed something, so that nothing is told that did not happen. */
export const somethingChanged = sql`changes() > 0`

/** To be run in the same batch as the change it tells of. */
export const writeAudit = (db: Db, entry: AuditEntry, now: number) => {
  const { by, action, entity, entityId, before, after, when } = entry
  return db.run(sql`
    insert into audit_log (at, actor, role, action, entity, entity_id, details, request_id)
    select ${now}, ${by.actor}, ${by.role}, ${action}, ${entity}, ${entityId}, ${JSON.stringify({ before, after })},
      ${by.requestId} where ${when ?? sql`true`}`)
}
