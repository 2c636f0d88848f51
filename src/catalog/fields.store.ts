import { getTableColumns, type SQL, sql } from 'drizzle-orm'
import type { SQLiteTable } from 'drizzle-orm/sqlite-core'

/** Columns by their names in the drizzle table, as far as people fill them in. */
export type Fields = Readonly<Record<string, string | number | boolean | null>>

const columnNames = (table: SQLiteTable, fields: Fields) => {
  const all = getTableColumns(table)
  return Object.keys(fields).map((property) => {
    const column = all[property]
    if (!column) throw new Error(`no column for ${property}`)
    return sql.identifier(column.name)
  })
}

const bindable = (value: Fields[string]) => (typeof value === 'boolean' ? Number(value) : value)

/** A new row; gives back its id. */
export const insertFields = (table: SQLiteTable, fields: Fields, now: number): SQL => sql`
  insert into ${table} (${sql.join(columnNames(table, fields), sql`, `)}, updated_at)
  values (${sql.join(
    Object.values(fields).map((value) => sql`${bindable(value)}`),
    sql`, `,
  )}, ${now}) returning id`

/**
 * Changes these fields of a row, if nothing was changed since it was read and the condition holds; gives back its id, or nothing. `updated_at` grows
 * with every change, also of two within a millisecond.
 */
export const updateFields = (
  table: SQLiteTable,
  read: { readonly id: number; readonly updatedAt: number },
  fields: Fields,
  now: number,
  condition: SQL = sql`true`,
): SQL => {
  const values = Object.values(fields)
  const assignments = columnNames(table, fields).map((name, index) => sql`${name} = ${bindable(values[index] ?? null)}`)
  return sql`
    update ${table} set ${sql.join(assignments, sql`, `)}, updated_at = max(${now}, updated_at + 1)
    where id = ${read.id} and updated_at = ${read.updatedAt} and ${condition} returning id`
}
