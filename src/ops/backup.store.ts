import { sql } from 'drizzle-orm'
import { type Db, inList } from '../platform/db.ts'

/** What lets somebody in, or did: of no use in a backup but to a thief. Everybody signs in anew after a restore. */
const SECRET_TABLES = ['sessions', 'admin_sessions', 'one_time_codes', 'allowances', 'used_bootstrap_secrets']
export const SECRET_COLUMNS: Readonly<Record<string, readonly string[]>> = { admins: ['password_hash'] }

export interface BackupTable {
  readonly name: string
  /** The statement that made it: whoever checks a backup learns from it what refers to what. */
  readonly sql: string
}

/** The ledger comes last, so that it knows of every change of a balance that was read before. */
export const backupTables = (db: Db) =>
  db.all<BackupTable>(sql`
    select name, sql from sqlite_master where type = 'table' and name not glob 'sqlite_*' and name not glob '_cf_*'
      and name not in ${inList(SECRET_TABLES)}
    order by name = 'bonus_entries', name`)

/** How many rows a table has, and the last of them. The name comes from the list above. */
export const extentOf = (db: Db, table: string) =>
  db.all<{ rows: number; until: number }>(sql`
    select count(*) as rows, coalesce(max(rowid), 0) as until from ${sql.identifier(table)}`)

export const rowsOf = (db: Db, table: string, page: { afterRow: number; untilRow: number; limit: number }) =>
  db.all<Record<string, unknown> & { readonly _row: number }>(sql`
    select rowid as _row, * from ${sql.identifier(table)} where rowid > ${page.afterRow} and rowid <= ${page.untilRow}
    order by rowid limit ${page.limit}`)
