import { readdirSync, readFileSync } from 'node:fs'
import { getTableConfig, type SQLiteTable } from 'drizzle-orm/sqlite-core'
import { expect, test } from 'vitest'
import * as admins from '../../src/admin/admins.tables.ts'
import * as auth from '../../src/auth/auth.tables.ts'
import * as booking from '../../src/booking/booking.tables.ts'
import * as users from '../../src/users/users.tables.ts'

const page = readFileSync('docs/personal-data.md', 'utf8')
const rowOf = (table: string) => page.split('\n').find((line) => line.startsWith(`| \`${table}\` |`))

const tables = readdirSync('migrations')
  .filter((file) => file.endsWith('.sql'))
  .flatMap((file) => [...readFileSync(`migrations/${file}`, 'utf8').matchAll(/CREATE TABLE [`"]?(\w+)/gi)])
  .map(([, name]) => name ?? '')

test('the page on personal data has a place for every table of the database', () => {
  expect(tables).toContain('users')
  expect(tables.filter((table) => !page.includes(`\`${table}\``))).toEqual([])
})

test('the page on personal data names no table that is gone', () => {
  const named = [...page.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name ?? '')
  expect(named.length).toBeGreaterThan(10)
  expect(named.filter((table) => !tables.includes(table))).toEqual([])
})

// Text is where something personal can stand. These cannot hold any: they are of a few fixed words, or ours.
const HARMLESS = new Set([
  ...['client_match', 'source', 'status', 'yclients_attendance', 'service_name', 'items'],
  ...['sync_state', 'api_id', 'cancelled_by', 'additional_service_ids'],
  ...['kind', 'family_hash', 'token_hash', 'previous_token_hash', 'end_reason'],
])

const PERSONAL: readonly SQLiteTable[] = [
  ...[users.users, users.userContacts, users.consents, users.erasedContacts, users.retiredCodes],
  ...[booking.bookings, auth.oneTimeCodes, auth.sessions, auth.allowances, admins.admins],
]

test.each(PERSONAL.map((table) => getTableConfig(table)))(
  'the page on personal data says of $name which columns with text it is about',
  ({ name, columns }) => {
    const texts = columns.filter((column) => column.getSQLType() === 'text' && !HARMLESS.has(column.name))
    const row = rowOf(name) ?? ''
    expect(texts.map((column) => column.name).filter((column) => !row.includes(`\`${column}\``))).toEqual([])
  },
)
