import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'

export interface AuditRow {
  readonly id: number
  readonly at: number
  readonly actor: string
  readonly role: string | null
  readonly action: string
  readonly entity: string
  readonly entityId: string
  /** JSON. */
  readonly details: string
  readonly requestId: string | null
}

export interface AuditFilter {
  readonly entity?: string | undefined
  readonly entityId?: string | undefined
  readonly actor?: string | undefined
  /** Written from … to before …. */
  readonly from?: number | undefined
  readonly to?: number | undefined
}

/** Conditions that are not asked for are left out, so that the index on the entity serves those that are. */
export const listAuditRows = (db: Db, filter: AuditFilter, page: { beforeId: number; limit: number }) => {
  const conditions: SQL[] = [sql`id < ${page.beforeId}`]
  if (filter.entity !== undefined) conditions.push(sql`entity = ${filter.entity}`)
  if (filter.entityId !== undefined) conditions.push(sql`entity_id = ${filter.entityId}`)
  if (filter.actor !== undefined) conditions.push(sql`actor = ${filter.actor}`)
  if (filter.from !== undefined) conditions.push(sql`at >= ${filter.from}`)
  if (filter.to !== undefined) conditions.push(sql`at < ${filter.to}`)
  return db.all<AuditRow>(sql`
    select id, at, actor, role, action, entity, entity_id as entityId, details, request_id as requestId
    from audit_log where ${sql.join(conditions, sql` and `)} order by id desc limit ${page.limit}`)
}

export const deleteAuditBefore = (db: Db, before: number, limit: number) =>
  db.run(sql`
    delete from audit_log where id in (select id from audit_log where at < ${before} order by at limit ${limit})`)
