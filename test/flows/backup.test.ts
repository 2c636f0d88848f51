import { describe, expect, test } from 'vitest'
import { checkBackup, referencesIn } from '../../cli/check-backup.ts'
import { DAY_MS } from '../../src/platform/time.ts'
import { addBooking, addUser, giveBonuses, rows } from '../support/salon.ts'
import { logIn } from '../support/sign-in.ts'
import { ADMIN, startWorld, type World } from '../support/world.ts'

interface Manifest {
  readonly tables: { name: string; rows: number; cursor: string }[]
}

/** The lines of a backup, as the command line would write them; `between` happens before each table. */
async function backUp(
  world: World,
  limit = 1000,
  between: (table: string) => Promise<unknown> = async () => undefined,
) {
  const answer = await world.call('GET', '/api/v1/admin/backup', { as: ADMIN })
  expect(answer.status).toBe(200)
  const manifest = await answer.json<Manifest>()
  const lines = [JSON.stringify(manifest)]
  for (const { name, cursor } of manifest.tables) {
    await between(name)
    for (let path: string | undefined = `/api/v1/admin/backup/${name}?limit=${limit}&cursor=${cursor}`; path; ) {
      const page = await world.call('GET', path, { as: ADMIN })
      expect({ name, status: page.status }).toEqual({ name, status: 200 })
      lines.push(...(await page.text()).trimEnd().split('\n'))
      path = /<(.+)>/.exec(page.headers.get('link') ?? '')?.[1]
    }
  }
  lines.push(JSON.stringify({ end: true }))
  return { lines, manifest }
}

async function startWithRows() {
  const world = startWorld()
  const anna = await addUser({ name: 'Анна', code: 'ABC12345' })
  const { user_id: boris } = await logIn(world, { phone: '+79031234567' })
  await addBooking({ userId: boris, status: 'completed', priceKopecks: 514_750 })
  await addBooking({ userId: null, status: 'confirmed' })
  await world.ctx.ledgerOf(boris).settle()
  await giveBonuses(anna, 100)
  return { world, anna, boris }
}

describe('a backup', () => {
  test.each([1, 2, 1000])('holds all tables, %i rows at a time, and is found whole', async (limit) => {
    const { world } = await startWithRows()
    const { lines, manifest } = await backUp(world, limit)
    const report = await checkBackup(lines)
    expect(report).toMatchObject({
      salon: 'Лотос',
      problems: [],
      problemCount: 0,
      entries: 2,
      points: 254,
      meanwhile: 0,
    })
    for (const { name, rows: expected } of manifest.tables) {
      const [stored] = await rows<{ count: number }>(`select count(*) as count from "${name}"`)
      // Beginning it is audited, which is a row more.
      const more = name === 'audit_log' ? 1 : 0
      expect({ name, stored: stored?.count }).toEqual({ name, stored: expected + more })
      expect(report.tables.get(name)).toBe(expected)
    }
    expect(manifest.tables.at(-1)?.name).toBe('bonus_entries')
    expect(await rows("select actor, action from audit_log where action glob 'backup*'")).toEqual([
      { actor: 'admin:1', action: 'backup.begin' },
    ])
  })

  test('holds nothing that lets anybody in', async () => {
    const { world } = await startWithRows()
    await rows("update admins set password_hash = 'scrypt-hash-of-olga'")
    const { lines, manifest } = await backUp(world)
    const names = manifest.tables.map(({ name }) => name)
    expect(names).toContain('admins')
    for (const secret of ['sessions', 'admin_sessions', 'one_time_codes', 'allowances', 'used_bootstrap_secrets']) {
      expect(names).not.toContain(secret)
    }
    expect(lines.slice(1).join('\n')).not.toMatch(/password_hash|scrypt-hash/)
    for (const name of ['sessions', 'sqlite_master', 'nonsense']) {
      const page = await world.call('GET', `/api/v1/admin/backup/${name}?cursor=${manifest.tables[0]?.cursor}`, {
        as: ADMIN,
      })
      expect(page.status).toBe(400)
    }
  })

  test('leaves no row without having been begun: cursors are of one table, signed, and good for a day', async () => {
    const { world } = await startWithRows()
    const { manifest } = await backUp(world)
    const cursor = manifest.tables.find(({ name }) => name === 'users')?.cursor ?? ''
    const ask = (table: string, with_: string) =>
      world.call('GET', `/api/v1/admin/backup/${table}?cursor=${with_}`, { as: ADMIN })
    expect((await ask('users', cursor)).status).toBe(200)
    expect((await ask('bookings', cursor)).status).toBe(400)
    expect((await ask('users', cursor.replace(/\.\d+\./, '.99.'))).status).toBe(400)
    expect((await ask('users', 'x')).status).toBe(400)
    expect((await world.call('GET', '/api/v1/admin/backup/users', { as: ADMIN })).status).toBe(422)
    world.clock.now += DAY_MS + 1
    expect((await ask('users', cursor)).status).toBe(400)
  })

  test('that is taken while the salon works is whole, too', async () => {
    const { world, anna, boris } = await startWithRows()
    const { lines } = await backUp(world, 1, async (table) => {
      if (table === 'bookings') {
        // Somebody new takes an old visit over, and has a new one.
        const olga = await addUser({ name: 'Ольга' })
        await rows("update bookings set user_id = ?, client_match = 'manual' where user_id is null", olga)
        await addBooking({ userId: olga, status: 'completed' })
        await world.ctx.ledgerOf(olga).settle()
      }
      if (table === 'users') await giveBonuses(anna, 7)
      if (table === 'bonus_entries') await giveBonuses(boris, 9)
      if (table === 'audit_log') await rows('delete from user_contacts')
    })
    const report = await checkBackup(lines)
    expect(report.problems).toEqual([])
    expect(report.meanwhile).toBe(2)
    expect(report.tables.get('bookings')).toBe(2)
  })
})

describe('a check of a backup finds', () => {
  const broken: [string, (lines: string[]) => string[], object[]][] = [
    ['a file without a beginning', (lines) => lines.slice(1), [{ kind: 'no_manifest', line: 1 }]],
    ['an empty file', () => [], [{ kind: 'no_manifest' }]],
    [
      'a line that is cut',
      (lines) => lines.map((line) => (line.startsWith('{"table":"user_contacts","row"') ? line.slice(0, -5) : line)),
      [{ kind: 'unreadable' }, { kind: 'table_incomplete', table: 'user_contacts', expected: 1, found: 0 }],
    ],
    ['a file that is cut', (lines) => lines.slice(0, -1), [{ kind: 'no_end' }]],
    [
      'a row that is missing',
      (lines) => lines.filter((line) => !line.includes('"row":{"id":1,"user_id":2,"client_match"')),
      [
        { kind: 'table_incomplete', table: 'bookings', expected: 2, found: 1 },
        { kind: 'missing_reference', table: 'booking_events', id: 1 },
        { kind: 'missing_reference', table: 'bonus_entries', id: 1 },
      ],
    ],
    [
      'a table that is missing',
      (lines) => lines.filter((line) => !line.startsWith('{"table":"user_contacts"')),
      [{ kind: 'table_incomplete', table: 'user_contacts', expected: 1, found: 0 }],
    ],
    [
      'a reference to nobody',
      (lines) =>
        lines.map((line) =>
          line.replace(
            '"table":"user_contacts","row":{"id":1,"user_id":2',
            '"table":"user_contacts","row":{"id":1,"user_id":-5',
          ),
        ),
      [{ kind: 'missing_reference', table: 'user_contacts', id: -5 }],
    ],
    [
      'a balance that is not that of the ledger',
      (lines) => lines.map((line) => line.replace('"bonus_balance_points":100', '"bonus_balance_points":101')),
      [{ kind: 'balance', table: 'users', id: 1, expected: 100, found: 101 }],
    ],
    [
      'an entry that does not go on from the one before',
      (lines) => lines.map((line) => line.replace('"points":154', '"points":153')),
      [{ kind: 'running_balance', table: 'bonus_entries', id: 2, expected: 153, found: 154 }],
    ],
    [
      'a row of no table',
      (lines) => [...lines.slice(0, -1), '{"table":"nonsense","row":{}}', ...lines.slice(-1)],
      [{ kind: 'unknown_table', table: 'nonsense' }],
    ],
  ]
  test.each(broken)('%s', async (_, breakIt, problems) => {
    const { world } = await startWithRows()
    const { lines } = await backUp(world)
    const report = await checkBackup(breakIt(lines))
    expect(report.problems).toMatchObject(problems)
    expect(report.problemCount).toBe(problems.length)
  })

  test('every foreign key of the database', async () => {
    const { world } = await startWithRows()
    const { lines } = await backUp(world)
    const tables: { name: string; sql: string }[] = JSON.parse(lines[0] ?? '').tables
    const found = tables.flatMap(({ name, sql }) =>
      referencesIn(sql).map(({ column, parent }) => `${name}.${column} ${parent}`),
    )
    const said = tables.flatMap(({ sql }) => [...sql.matchAll(/REFERENCES/gi)])
    expect(found).toHaveLength(said.length)
    expect(found).toEqual(
      expect.arrayContaining([
        'bonus_entries.counterpart_user_id users',
        'bookings.user_id users',
        'users.merged_into users',
      ]),
    )
  })
})
