import { sql } from 'drizzle-orm'
import { type Db, inList } from '../platform/db.ts'

export interface CatalogHit {
  readonly kind: 'service' | 'staff'
  readonly yclientsId: number
  readonly id: number
  readonly durationMinutes: number
}

/** Our services and staff behind YClients' ids. */
export const catalogHits = (db: Db, ids: { serviceIds: readonly number[]; staffIds: readonly number[] }) =>
  db.all<CatalogHit>(sql`
    select 'service' as kind, yclients_service_id as yclientsId, id, duration_minutes as durationMinutes
      from services where yclients_service_id in ${inList(ids.serviceIds)}
    union all
    select 'staff', yclients_staff_id, id, 0 from staff where yclients_staff_id in ${inList(ids.staffIds)}`)
