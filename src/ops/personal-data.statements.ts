import { type SQL, sql } from 'drizzle-orm'
import { type Db, mentions } from '../platform/db.ts'

/**
 * Empties parked work that concerns a client who is erased, and takes it off the list. `bodyConcerns` says it of the webhook
 * body inside; a message to him is known by his contact in it. To be run before the visits are blanked.
 */
export const eraseFromParkedWork = (db: Db, person: SQL, records: SQL, bodyConcerns: (body: SQL) => SQL, now: number) =>
  db.run(sql`
    with ${person}, ${records}
    update parked_work set message = '{}', reason = 'erased', closed_at = coalesce(closed_at, ${now})
    where message <> '{}' and (${mentions(sql`message`, sql`person`)}
      or ${bodyConcerns(sql`coalesce(message ->> '$.raw', '')`)}
      or (message ->> '$.companyId', message ->> '$.recordId') in (select company_id, record_id from record))`)

/** Audit details hold nothing personal by rule; should a contact stand in one all the same, the details go. */
export const eraseFromAudit = (db: Db, person: SQL) =>
  db.run(sql`
    with ${person}
    update audit_log set details = '{}' where details <> '{}' and ${mentions(sql`details`, sql`person`)}`)

export interface ExportedAction {
  readonly at: number
  readonly actor: string
  readonly action: string
}

/** What was done to a client's account, by whom, and what he did himself. */
export const actionsAbout = (db: Db, userId: number) =>
  db.all<ExportedAction>(sql`
    select at, actor, action from audit_log
    where (entity = 'user' and entity_id = ${String(userId)}) or actor = ${`client:${userId}`} order by at, id`)
