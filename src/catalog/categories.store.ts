import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'
import { serviceCategories } from './catalog.tables.ts'
import { type Fields, insertFields, updateFields } from './fields.store.ts'

export interface CategoryRow {
  readonly id: number
  readonly name: string
  readonly position: number
  readonly yclientsCategoryId: number | null
  readonly updatedAt: number
}

const columns = sql`id, name, position, yclients_category_id as yclientsCategoryId, updated_at as updatedAt`

export const listCategoryRows = (db: Db, page: { afterId: number; limit: number }) =>
  db.all<CategoryRow>(sql`
    select ${columns} from service_categories where id > ${page.afterId} order by id limit ${page.limit}`)

export const categoryRow = (db: Db, id: number) =>
  db.all<CategoryRow>(sql`select ${columns} from service_categories where id = ${id}`)

/** What was made by the request with this key (`keyOfRequest`). */
export const categoryByRequest = (db: Db, requestKey: string) =>
  db.all<CategoryRow>(sql`select ${columns} from service_categories where request_key = ${requestKey}`)

export const insertCategory = (db: Db, fields: Fields, now: number) =>
  db.all<{ id: number }>(insertFields(serviceCategories, fields, now))

/** The category inserted just before in the same batch. */
export const newestCategoryId: SQL = sql`(select max(id) from service_categories)`

export const updateCategory = (db: Db, read: CategoryRow, fields: Fields, now: number) =>
  db.all<{ id: number }>(updateFields(serviceCategories, read, fields, now))
