import { env } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import { handleScheduled } from '../../src/handlers/scheduled.ts'
import { lastLedgerCheck } from '../../src/loyalty/ledger-checks.statements.ts'
import { verifyLedger, verifyLedgerNightly } from '../../src/loyalty/verify-ledger.ts'
import { openDb } from '../../src/platform/db.ts'
import { DAY_MS, HOUR_MS } from '../../src/platform/time.ts'
import { countD1 } from '../support/count-d1.ts'
import { Crash, withFaults } from '../support/faults.ts'
import { captureReservation, giveBackBonuses, releaseReservation, reserveBonuses } from '../support/reservations.ts'
import { addBooking, addUser, giveBonuses, row, rows } from '../support/salon.ts'
import { DESK, MANAGER, NOON, startWorld, type World } from '../support/world.ts'

const BY = { actor: 'admin:2', role: 'manager', requestId: null } as const

const verify = async (world: World) => {
  const answer = await world.call('POST', '/api/v1/admin/ledger/verify', { as: MANAGER })
  expect(answer.status).toBe(200)
  return await answer.json<Record<string, unknown>>()
}

/** Anna with a completed visit, its cashback of 30 points, 20 of which she has spent on it: 1000 rubles at 3 %. */
async function startWithVisit() {
  const world = startWorld()
  const anna = await addUser({ name: 'Анна', code: 'ABC12345' })
  const visit = await addBooking({ userId: anna, status: 'completed', priceKopecks: 100_000 })
  await world.ctx.ledgerOf(anna).settle()
  await world.call('POST', '/api/v1/admin/bonuses/spend', {
    as: DESK,
    headers: { 'idempotency-key': 's1' },
    body: { code: 'ABC12345', amount: 20, booking_id: visit, reason: 'тест' },
  })
  return { world, anna, visit }
}

/** Damage that the database itself would refuse. */
async function damage(...statements: string[]) {
  const guards = await rows<{ name: string; sql: string }>(
    "select name, sql from sqlite_master where type = 'trigger' and tbl_name in ('bonus_entries', 'bookings', 'users', 'bonus_lots', 'bonus_lot_uses', 'bonus_reservations')",
  )
  for (const { name } of guards) await rows(`drop trigger ${name}`)
  for (const statement of statements) await rows(statement)
  for (const { sql } of guards) await env.DB.prepare(sql).run()
}

describe('a proof of the ledger', () => {
  test('finds nothing where everything adds up: cashback, spending, corrections, visits worth no point, visits of nobody', async () => {
    const { world, anna, visit } = await startWithVisit()
    const boris = await addUser({ name: 'Борис' })
    await giveBonuses(boris, 100)
    await addBooking({ userId: anna, status: 'completed', priceKopecks: 0 })
    await addBooking({ userId: anna, status: 'no_show' })
    await addBooking({ userId: null, status: 'completed' })
    const reopened = await addBooking({ userId: boris, status: 'completed' })
    const given = await addBooking({ userId: boris, status: 'completed', priceKopecks: 4_000_000 })
    for (const id of [anna, boris]) await world.ctx.ledgerOf(id).settle()
    await rows('update bookings set price_kopecks = 90000 where id = ?', visit)
    await rows("update bookings set status = 'confirmed' where id = ?", reopened)
    await rows('update bookings set user_id = ? where id = ?', anna, given)
    for (const id of [anna, boris]) await world.ctx.ledgerOf(id).settle()

    expect(await verify(world)).toEqual({
      id: 1,
      trigger: 'manual',
      started_at: '2026-09-15T12:00:00+03:00',
      finished_at: '2026-09-15T12:00:00+03:00',
      users: 2,
      entries: 10,
      visits: 6,
      waiting: 0,
      differences: 0,
      details: [],
    })
    expect(await row("select actor, action from audit_log where action = 'ledger.verify'")).toEqual({
      actor: 'admin:2',
      action: 'ledger.verify',
    })
  })

  const LAST = '(select max(id) from bonus_entries)'
  type Told = [kind: string, user: number | null, booking: number | null, expected: number, found: number]
  test.each<[what: string, damage: string, told: Told[]]>([
    [
      'a balance that is not the sum of the entries',
      'update users set bonus_balance_points = 11 where id = 1',
      [
        ['balance', 1, null, 9, 11],
        ['lots', 1, null, 11, 9],
      ],
    ],
    [
      'an entry that was changed',
      `update bonus_entries set points = -21 where kind = 'spend'`,
      [
        ['balance', 1, null, 8, 9],
        ['running_balance', 1, 1, 9, 10],
        ['spent_column', 1, 1, 21, 20],
      ],
    ],
    [
      'an entry that is gone',
      `delete from bonus_lot_uses; delete from bonus_entries where kind = 'spend'`,
      [
        ['balance', 1, null, 29, 9],
        ['running_balance', 1, 1, 29, 9],
        ['lot_uses', 1, null, 30, 9],
        ['spent_column', 1, 1, 0, 20],
      ],
    ],
    [
      'an entry whose balance does not go on from the one before',
      `update bonus_entries set balance_after_points = 12 where id = ${LAST}`,
      [['running_balance', 1, 1, 9, 12]],
    ],
    [
      'a completed visit that nobody was given anything for',
      'delete from bonus_lot_uses; delete from bonus_entries',
      [
        ['balance', 1, null, 0, 9],
        ['lot_uses', 1, null, 30, 9],
        ['accrued_column', 1, 1, 0, 29],
        ['spent_column', 1, 1, 0, 20],
        ['visit_points', 1, 1, 29, 0],
      ],
    ],
    [
      'points for a visit that did not take place',
      "update bookings set status = 'no_show'",
      [['visit_points', 1, 1, 0, 29]],
    ],
    [
      'points for a visit that is worth less',
      'update bookings set price_kopecks = 52000',
      [['visit_points', 1, 1, 15, 29]],
    ],
    [
      'points for a visit of somebody else',
      'update bookings set user_id = 2',
      [
        ['points_of_another', 1, 1, 0, 29],
        ['visit_points', 2, 1, 29, 0],
      ],
    ],
    [
      'points for a visit of nobody',
      "update bookings set user_id = null, client_match = 'none'",
      [['points_of_another', 1, 1, 0, 29]],
    ],
    [
      'a second accrual of a visit',
      `update bonus_entries set kind = 'accrual' where kind = 'correction'`,
      [['accrued_twice', 1, 1, 1, 2]],
    ],
    [
      'a visit that shows other points than the ledger',
      'update bookings set accrued_bonuses_points = 31',
      [['accrued_column', 1, 1, 29, 31]],
    ],
    [
      'points that are left beyond the balance',
      'update bonus_lots set points = points + 5, remaining_points = remaining_points + 5',
      [['lots', 1, null, 9, 14]],
    ],
    [
      'points that were used and are left',
      'update bonus_lot_uses set points = 19 where points = 20',
      [['lot_uses', 1, null, 10, 9]],
    ],
    [
      'points that left for another client and did not come to him',
      `update bonus_entries set kind = 'adjustment', counterpart_user_id = 2, booking_id = null where kind = 'spend'`,
      [
        ['transfer', 1, null, 20, 0],
        ['spent_column', 1, 1, 0, 20],
      ],
    ],
  ])('finds %s', async (_, statement, told) => {
    const { world } = await startWithVisit()
    await addUser()
    expect(await verify(world)).toMatchObject({ differences: 0 })
    await damage(...statement.split('; '))
    const found = await verify(world)
    expect(found).toMatchObject({
      differences: told.length,
      details: told.map(([kind, user_id, booking_id, expected, found]) => ({
        kind,
        user_id,
        booking_id,
        expected,
        found,
      })),
    })
    expect(world.logged).toContainEqual(expect.objectContaining({ level: 'error', event: 'ledger.differs' }))
  })

  test('understands points put aside, paid, not paid and given back, and finds what became wrong of them', async () => {
    const { world, anna, visit } = await startWithVisit()
    const { ctx } = world
    await giveBonuses(anna, 100)
    const aside = async (idempotencyKey: string) => {
      const request = { points: 10, bookingId: visit, paymentId: null, expiresAt: ctx.now() + HOUR_MS, idempotencyKey }
      const reserved = await reserveBonuses(ctx, anna, request)
      if (!reserved.ok) throw new Error(reserved.refusal)
      return reserved.value.entryId
    }
    await captureReservation(ctx, await aside('paid'))
    await releaseReservation(ctx, await aside('not paid'), 'тест')
    await giveBackBonuses(ctx, anna, { bookingId: visit, points: 4, idempotencyKey: 'part', actor: 'system' })
    await aside('open')
    expect(await verify(world)).toMatchObject({ differences: 0 })

    world.clock.now += 3 * HOUR_MS
    await damage("update bonus_reservations set resolution = 'released' where resolution = 'captured'")
    expect(await verify(world)).toMatchObject({
      details: [
        { kind: 'open_reservation', user_id: anna, booking_id: visit, expected: 0, found: 10 },
        { kind: 'resolved_reservation', user_id: anna, booking_id: visit, expected: 1, found: 0 },
        { kind: 'spent_column', user_id: anna, booking_id: visit, expected: 16, found: 26 },
      ],
    })
  })

  test('does not judge what is about to be settled, and counts it', async () => {
    const { world, anna } = await startWithVisit()
    await rows('update bookings set price_kopecks = 500000')
    await addBooking({ userId: anna, status: 'completed' })
    const boris = await addUser()
    await rows('update bookings set user_id = ? where id = 1', boris)
    expect(await verify(world)).toMatchObject({ differences: 0, waiting: 2, visits: 2 })
    await rows('delete from settlements_due')
    expect(await verify(world)).toMatchObject({ differences: 3, waiting: 0 })
  })

  test('keeps a hundred differences and counts the others', async () => {
    const world = startWorld()
    for (let client = 0; client < 60; client++) await addBooking({ userId: await addUser(), status: 'completed' })
    await damage('delete from settlements_due', 'update users set bonus_balance_points = 5')
    const { differences, details } = await verify(world)
    expect({ differences, details: Array.isArray(details) && details.length }).toEqual({
      differences: 180,
      details: 100,
    })
  })

  test('goes through more than fits one step with the help of the queue, whoever else is at it', async () => {
    const world = startWorld()
    await manyClients(12_500)
    const first = await verifyLedger(world.ctx, BY)
    expect(first).toMatchObject({ finishedAt: null, users: 10_000 })
    expect(world.queued).toMatchObject([{ body: { kind: 'verify-ledger', checkId: 1 } }])
    // The message comes twice, and a manager asks for the proof, all at once.
    await Promise.all([
      world.consume('events', [{ kind: 'verify-ledger', checkId: 1 }]),
      world.consume('events', [{ kind: 'verify-ledger', checkId: 1 }]),
      verifyLedger(world.ctx, BY),
    ])
    await world.drain()
    expect(await rows('select users, entries, visits, differences, finished_at from ledger_checks')).toEqual([
      { users: 12_500, entries: 25_000, visits: 12_500, differences: 0, finished_at: world.clock.now },
    ])
  })

  test('is finished by the cron if its message was lost in a crash, and counts nothing twice', async () => {
    const world = startWorld()
    await manyClients(3000)
    const moments = [0.9, 0.9, 0.9, 0.9, 0.9, 0.4]
    const shaky = withFaults(world.ctx, { rate: 1 }, () => moments.shift() ?? 0)
    await expect(verifyLedger(shaky, BY)).rejects.toThrow(Crash)
    expect(await row('select users, finished_at from ledger_checks')).toEqual({ users: 1000, finished_at: null })
    await verifyLedgerNightly(world.ctx)
    expect(await row('select users from ledger_checks')).toEqual({ users: 1000 })
    world.clock.now += HOUR_MS
    await verifyLedgerNightly(world.ctx)
    expect(await rows('select users, visits, differences, finished_at from ledger_checks')).toEqual([
      { users: 3000, visits: 3000, differences: 0, finished_at: world.clock.now },
    ])
  })

  test('is made once every night, and by day if no night saw one', async () => {
    const world = startWorld()
    const made = async () => (await rows('select id from ledger_checks')).length
    await handleScheduled(world.ctx)
    expect(await made()).toBe(0)
    for (const hours of [15, 1, 2]) {
      world.clock.now += hours * HOUR_MS
      await handleScheduled(world.ctx)
      expect(await made()).toBe(1)
    }
    world.clock.now += DAY_MS
    await verifyLedgerNightly(world.ctx)
    expect(await made()).toBe(1)
    world.clock.now += 6 * HOUR_MS
    await verifyLedgerNightly(world.ctx)
    expect(await made()).toBe(2)
  })

  test('is listed newest first, a page at a time', async () => {
    const world = startWorld()
    for (let n = 0; n < 3; n++) await verify(world)
    const first = await world.call('GET', '/api/v1/admin/ledger/checks?limit=2', { as: MANAGER })
    expect(await first.json()).toMatchObject([{ id: 3 }, { id: 2 }])
    const next = /<(.+)>/.exec(first.headers.get('link') ?? '')?.[1] ?? ''
    expect(await (await world.call('GET', next, { as: MANAGER })).json()).toMatchObject([{ id: 1, differences: 0 }])
  })

  test('offers the newest finished one to the health check', async () => {
    const { world } = await startWithVisit()
    expect(await lastLedgerCheck(world.ctx.db)).toEqual([])
    await verify(world)
    await rows('insert into ledger_checks ("trigger", started_at, heartbeat_at) values (\'cron\', 1, 1)')
    expect(await lastLedgerCheck(world.ctx.db)).toMatchObject([{ finishedAt: NOON, users: 1, differences: 0 }])
  })

  test('reads rows in proportion to the page, not to the tables', async () => {
    const counted = countD1(env.DB)
    const world = startWorld({ db: openDb(counted.db) })
    await manyClients(5000)
    const costOf = async (users: number, bookings: number) => {
      await rows('delete from ledger_checks')
      await rows(
        'insert into ledger_checks (id, "trigger", started_at, heartbeat_at, after_user_id, after_booking_id) values (1, \'cron\', 0, 0, ?, ?)',
        users,
        bookings,
      )
      counted.reset()
      await world.consume('events', [{ kind: 'verify-ledger', checkId: 1 }])
      return counted.counts
    }
    const noClients = { ...(await costOf(5000, 0)) }
    const lastHundred = { ...(await costOf(4900, 0)) }
    expect(lastHundred.rowsRead - noClients.rowsRead).toBeLessThan(100 * 60)
    expect((await costOf(5000, 4900)).rowsRead).toBeLessThan(100 * 40)
  })
})

/** Clients, each with a completed visit, its accrual, and something given by hand. */
async function manyClients(count: number) {
  const numbers = `with recursive n (i) as (select 1 union all select i + 1 from n where i < ${count})`
  await rows(`${numbers} insert into users (name, created_at, updated_at) select 'Клиент ' || i, 0, 0 from n`)
  await rows(`
    insert into bookings (user_id, client_match, source, status, service_name, price_kopecks, duration_minutes, items,
      starts_at, ends_at, accrued_bonuses_points, created_at, updated_at)
    select id, 'manual', 'internal', 'completed', 'Массаж', 100000, 60, '[]', 0, 0, 30, 0, 0 from users`)
  await rows(`
    insert into bonus_entries (user_id, booking_id, kind, points, balance_after_points, idempotency_key, price_kopecks,
      base_kopecks, percent_basis_points, actor, created_at)
    select user_id, id, 'accrual', 30, 30, 'v' || id, 100000, 100000, 300, 'system', 0 from bookings`)
  await rows(`
    insert into bonus_entries (user_id, kind, points, balance_after_points, idempotency_key, actor, created_at)
    select id, 'adjustment', 5, 35, 'a' || id, 'test', 0 from users`)
  await rows('delete from settlements_due')
}
