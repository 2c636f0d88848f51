import { sql } from 'drizzle-orm'
import { type Db, inList } from '../platform/db.ts'

/** Records for which a deletion came by webhook, with its time; for those that we have never seen alive. */
export const deletionsSeen = (db: Db, recordIds: readonly number[]) =>
  db.all<{ companyId: number; recordId: number; deletionSeenAt: number }>(sql`
    select company_id as companyId, resource_id as recordId, min(received_at) as deletionSeenAt
    from webhook_events
    where resource = 'record' and status = 'delete' and resource_id in ${inList(recordIds)}
    group by company_id, resource_id`)
