import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'
import type { PlannedService } from './catalog.statements.ts'
import { services } from './catalog.tables.ts'
import { type Fields, insertFields, updateFields } from './fields.store.ts'

export interface ServiceRow extends PlannedService {
  readonly categoryId: number | null
  readonly categoryName: string | null
  readonly description: string
  readonly fullRefundHours: number
  readonly partialRefundHours: number
  readonly partialRefundBasisPoints: number
  readonly updatedAt: number
}

const columns = sql`s.id, s.name, s.price_kopecks as priceKopecks, s.duration_minutes as durationMinutes,
  s.yclients_service_id as yclientsServiceId, s.active, s.category_id as categoryId, c.name as categoryName, s.description,
  s.booking_method as bookingMethod, s.slot_step_minutes as slotStepMinutes,
  s.buffer_before_minutes as bufferBeforeMinutes, s.buffer_after_minutes as bufferAfterMinutes,
  s.min_notice_minutes as minNoticeMinutes, s.horizon_days as horizonDays,
  s.cancel_notice_minutes as cancelNoticeMinutes, s.full_refund_hours as fullRefundHours,
  s.partial_refund_hours as partialRefundHours, s.partial_refund_basis_points as partialRefundBasisPoints,
  s.updated_at as updatedAt`
const tables = sql`services s left join service_categories c on c.id = s.category_id`

export interface ServiceQuery {
  readonly activeOnly: boolean
  readonly categoryId: number | undefined
  readonly afterId: number
  readonly limit: number
}

export const listServiceRows = (db: Db, { activeOnly, categoryId, afterId, limit }: ServiceQuery) =>
  db.all<ServiceRow>(sql`
    select ${columns} from ${tables}
    where s.id > ${afterId} and ${activeOnly ? sql`s.active = 1` : sql`true`}
      and ${categoryId === undefined ? sql`true` : sql`s.category_id = ${categoryId}`}
    order by s.id limit ${limit}`)

export const serviceRow = (db: Db, id: number) =>
  db.all<ServiceRow>(sql`select ${columns} from ${tables} where s.id = ${id}`)

/** What was made by the request with this key (`keyOfRequest`). */
export const serviceByRequest = (db: Db, requestKey: string) =>
  db.all<ServiceRow>(sql`select ${columns} from ${tables} where s.request_key = ${requestKey}`)

export const insertService = (db: Db, fields: Fields, now: number) =>
  db.all<{ id: number }>(insertFields(services, fields, now))

/** The service inserted just before in the same batch. */
export const newestServiceId: SQL = sql`(select max(id) from services)`

export const updateService = (db: Db, read: ServiceRow, fields: Fields, now: number) =>
  db.all<{ id: number }>(updateFields(services, read, fields, now))
