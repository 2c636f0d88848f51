import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'
import { mentions, saidInJson } from '../users/person.statements.ts'
import { mergedInto } from '../users/users.statements.ts'

/**
 * Empties parked work that names a client who is erased, and takes it off the list: a message to him, or one that nobody could
 * read. Of webhooks only record numbers are parked, and of a record that is read again he is left out.
 */
export const eraseFromParkedWork = (db: Db, person: SQL, now: number) =>
  db.run(sql`
    with ${person}
    update parked_work set message = '{}', reason = 'erased', closed_at = coalesce(closed_at, ${now})
    where message <> '{}' and ${mentions(saidInJson(sql`message`))}`)

/** Audit details hold nothing personal by rule; should a contact stand in one all the same, the details go. */
export const eraseFromAudit = (db: Db, person: SQL) =>
  db.run(sql`
    with ${person}
    update audit_log set details = '{}' where details <> '{}' and ${mentions(saidInJson(sql`details`))}`)

export interface ExportedMessage {
  readonly parkedAt: number
  readonly channel: 'sms' | 'email'
  readonly to: string
  readonly subject: string
  readonly text: string
}

/** Messages that did not reach the person and wait for somebody, or did lately. */
export const messagesTo = (db: Db, person: SQL) =>
  db.all<ExportedMessage>(sql`
    with ${person}
    select parked_at as parkedAt, message ->> '$.channel' as channel, message ->> '$.to' as "to",
      message ->> '$.subject' as subject, message ->> '$.text' as text
    from parked_work where message ->> '$.kind' = 'send-message' and ${mentions(sql`message ->> '$.to'`)}
    order by parked_at, id`)

export interface ExportedAction {
  readonly at: number
  readonly actor: string
  readonly action: string
}

/** What was done to a client's account, by whom, and what he did himself; also to and by those who were merged into him. */
export const actionsAbout = (db: Db, userId: number) =>
  db.all<ExportedAction>(sql`
    select at, actor, action from audit_log
    where (entity = 'user' and entity_id in (select ${String(userId)} union all select cast(id as text) from ${mergedInto(userId)}))
      or actor in (select ${`client:${userId}`} union all select 'client:' || id from ${mergedInto(userId)}) order by at, id`)
