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
}

/** To be run in the same batch as the change it tells of. */
export const writeAudit = (db: Db, { by, action, entity, entityId, before, after }: AuditEntry, now: number) =>
  db.run(sql`
    insert into audit_log (at, actor, role, action, entity, entity_id, details, request_id)
    values (${now}, ${by.actor}, ${by.role}, ${action}, ${entity}, ${entityId}, ${JSON.stringify({ before, after })},
      ${by.requestId})`)
