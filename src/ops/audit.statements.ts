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

/** For `when`: this was not told before, so that telling it again after a crash tells it once. */
export const notToldYet = ({ action, entity, entityId }: Pick<AuditEntry, 'action' | 'entity' | 'entityId'>): SQL =>
  sql`not exists (select 1 from audit_log where entity = ${entity} and entity_id = ${entityId} and action = ${action})`

/** To be run in the same batch as the change it tells of. */
export const writeAudit = (db: Db, entry: AuditEntry, now: number) => {
  const { by, action, entity, entityId, before, after, when } = entry
  return db.run(sql`
    insert into audit_log (at, actor, role, action, entity, entity_id, details, request_id)
    select ${now}, ${by.actor}, ${by.role}, ${action}, ${entity}, ${entityId}, ${JSON.stringify({ before, after })},
      ${by.requestId} where ${when ?? sql`true`}`)
}
