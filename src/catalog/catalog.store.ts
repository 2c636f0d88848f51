import { sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'

export interface CatalogService {
  readonly id: number
  readonly name: string
  readonly yclientsServiceId: number | null
}

export const serviceById = (db: Db, id: number) =>
  db.all<CatalogService>(sql`
    select id, name, yclients_service_id as yclientsServiceId from services where id = ${id} and active = 1`)

export const staffById = (db: Db, id: number) =>
  db.all<{ id: number; yclientsStaffId: number | null }>(sql`
    select id, yclients_staff_id as yclientsStaffId from staff where id = ${id} and active = 1`)
