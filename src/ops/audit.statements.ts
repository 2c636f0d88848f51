import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'

export interface AuditEntry {
  /** "admin:3", "client:17" or "system". */
  readonly actor: string
  readonly action: string
  readonly entity: string
  /** Or an expression, for an entity that the same batch makes. */
  readonly entityId: string | SQL
  /** Ids, sums and field names; never personal data. */
  readonly details: Readonly<Record<string, string | number | boolean | null>>
  readonly requestId: string | null
}

/** To be run in the same batch as the change it tells of. */
export const writeAudit = (db: Db, entry: AuditEntry, now: number) =>
  db.run(sql`
    insert into audit_log (at, actor, action, entity, entity_id, details, request_id)
    values (${now}, ${entry.actor}, ${entry.action}, ${entry.entity}, ${entry.entityId}, ${JSON.stringify(entry.details)},
      ${entry.requestId})`)
