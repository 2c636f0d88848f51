import { describe, expect, test } from 'vitest'
import { handleScheduled } from '../../src/handlers/scheduled.ts'
import { changeBonuses } from '../../src/loyalty/change-bonuses.ts'
import { settleMarkedVisits } from '../../src/loyalty/settle-visits.ts'
import { eventMessage } from '../../src/messages.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/platform/time.ts'
import { retiredCodeHash } from '../../src/users/erased-person.ts'
import { mergeUsers } from '../../src/users/merge-users.ts'
import { handleWebhooks } from '../../src/yclients/handle-webhooks.ts'
import { book, erase, sync } from '../support/evdokia.ts'
import { withFaults } from '../support/faults.ts'
import { freshDatabase } from '../support/fresh-database.ts'
import { interrupted } from '../support/interrupted.ts'
import { addBooking, addUser, balanceOf, giveBonuses, openSalon, row, rows } from '../support/salon.ts'
import { logIn } from '../support/sign-in.ts'
import { ADMIN, DESK, MANAGER, startWorld, type World } from '../support/world.ts'

const PHONE = '+79031234567'
const BY = { actor: 'admin:2', role: 'manager', requestId: null } as const

let keys = 0
const merge = (world: World, from: number, into: number, more: { key?: string; dry_run?: boolean } = {}) =>
  world.call('POST', `/api/v1/admin/users/${from}/merge`, {
    as: MANAGER,
    headers: { 'idempotency-key': more.key ?? `merge-${++keys}` },
    body: { into, ...(more.dry_run && { dry_run: true }) },
  })

const spend = (world: World, code: string, amount: number) =>
  world.call('POST', '/api/v1/admin/bonuses/spend', {
    as: DESK,
    headers: { 'idempotency-key': `spend-${++keys}` },
    body: { code, amount, reason: 'тест' },
  })

/** A completed visit of 1000 rubles that was booked here, so that no sync takes it away. */
async function addOwnVisit(userId: number | null, more: { priceKopecks?: number; startsAt?: number } = {}) {
  const id = await addBooking({ userId, status: 'completed', ...more })
  await rows(
    "update bookings set source = 'internal', yclients_company_id = null, yclients_record_id = null where id = ?",
    id,
  )
  return id
}

/** The proof of the ledger finds nothing, and nothing waits. */
async function expectLedgerAddsUp(world: World) {
  const check = await world.call('POST', '/api/v1/admin/ledger/verify', { as: MANAGER })
  expect(await check.json()).toMatchObject({ differences: 0, details: [], waiting: 0, finished_at: expect.any(String) })
  expect(await rows('select * from settlements_due')).toEqual([])
}

/**
 * Anna registered twice. The duplicate has a phone, a code, a session, consent, a visit of 5147.50 that brought 154 points, of
 * which 100 are spent; the other one has 2000 rubles of visits and 60 points.
 */
async function startWithDuplicate(...options: Parameters<typeof startWorld>) {
  const world = startWorld(...options)
  await openSalon(world)
  const twin = (await logIn(world, { phone: PHONE }, { device: 'Старый телефон' })).user_id
  await rows("update users set unique_code = 'XTP12345', name = 'Аня' where id = ?", twin)
  const anna = await addUser({ name: 'Анна', surname: 'Ёлкина', code: 'ABC12345', email: 'anna@example.com' })
  const visit = book(world, { phone: PHONE, name: 'Анна' })
  await world.deliverWebhooks()
  await world.drain()
  world.sim.complete(visit.id)
  await world.deliverWebhooks()
  await world.drain()
  await addOwnVisit(anna, { priceKopecks: 200_000 })
  await world.ctx.ledgerOf(anna).settle()
  expect((await spend(world, 'XTP12345', 100)).status).toBe(200)
  return { world, twin, anna, visit }
}

describe('merging a duplicate', () => {
  test('gives everything of it to the client who is left', async () => {
    const { world, twin, anna, visit } = await startWithDuplicate()
    const answer = await merge(world, twin, anna)
    expect(answer.status).toBe(200)
    const moved = { visits: 1, contacts: 1, consents: 1, balance: 54 }
    expect(await answer.json()).toEqual({ user_id: twin, into: anna, dry_run: false, ...moved })

    expect(await rows('select user_id from bookings where yclients_record_id = ?', visit.id)).toEqual([
      { user_id: anna },
    ])
    expect(await rows('select distinct user_id from user_contacts')).toEqual([{ user_id: anna }])
    expect(await rows('select user_id from consents order by id')).toEqual([{ user_id: twin }, { user_id: anna }])
    expect(await balanceOf(anna)).toEqual({ balance: 114, sum: 114 })
    expect(await balanceOf(twin)).toEqual({ balance: 0, sum: 0 })
    expect(
      await rows(
        'select user_id, points, counterpart_user_id as other from bonus_entries where kind = ?',
        'adjustment',
      ),
    ).toEqual([
      { user_id: anna, points: 54, other: twin },
      { user_id: twin, points: -54, other: anna },
    ])
    expect(await row('select name, unique_code, merged_into from users where id = ?', twin)).toEqual({
      name: '',
      unique_code: null,
      merged_into: anna,
    })
    expect(await rows("select actor, entity_id, details from audit_log where action = 'user.merge'")).toEqual([
      {
        actor: 'admin:2',
        entity_id: String(twin),
        details: JSON.stringify({ before: { merged_into: null }, after: { merged_into: anna } }),
      },
    ])
    await expectLedgerAddsUp(world)

    const card = await (await world.call('GET', `/api/v1/admin/users/${twin}`, { as: DESK })).json()
    expect(card).toMatchObject({
      id: anna,
      name: 'Анна',
      unique_code: 'ABC12345',
      merged_codes: ['XTP12345'],
      visits: { completed: 2 },
      balance: 114,
      spent_total: 714_750,
    })
    const entries = await world.call('GET', `/api/v1/admin/users/${anna}/entries`, { as: DESK })
    expect(await entries.json()).toMatchObject([
      { points: 54, counterpart_user_id: twin, explanation: 'Перенос бонусов: две карточки одного клиента объединены' },
      { points: 60, counterpart_user_id: null },
    ])
  })

  test('lets the old code find the client who is left: at the desk, in a comment, in a write-off', async () => {
    const { world, twin, anna } = await startWithDuplicate()
    await merge(world, twin, anna)
    const found = await world.call('GET', '/api/v1/admin/users?query=хтр-12345', { as: DESK })
    expect(await found.json()).toMatchObject([{ id: anna }])
    expect(await (await spend(world, 'xtp 12345', 4)).json()).toMatchObject({ user_id: anna, balance: 110 })
    const visit = book(world, { phone: '+79039999999', comment: 'Код клиента: XTP12345' })
    await world.deliverWebhooks()
    await world.drain()
    expect(await row('select user_id, client_match from bookings where yclients_record_id = ?', visit.id)).toEqual({
      user_id: anna,
      client_match: 'code',
    })
  })

  test('links visits that were nobody’s and name what is the client’s now', async () => {
    const { world, twin, anna } = await startWithDuplicate()
    const id = await addBooking({ userId: null, status: 'confirmed' })
    await rows("update bookings set client_code = 'XTP12345' where id = ?", id)
    await merge(world, twin, anna)
    expect(await row('select user_id from bookings where id = ?', id)).toEqual({ user_id: anna })
  })

  test('signs the duplicate out, and its phone signs into the client who is left', async () => {
    const { world, twin, anna } = await startWithDuplicate()
    world.clock.now += 2 * MINUTE_MS
    const phone = await logIn(world, { phone: PHONE })
    expect(phone.user_id).toBe(twin)
    await merge(world, twin, anna)
    const me = (method: string, path: string, body?: object) =>
      world.call(method, `/api/v1${path}`, { token: phone.access_token, ...(body && { body }) })
    expect((await me('GET', '/me')).status).toBe(401)
    expect((await me('PATCH', '/me', { name: 'Я' })).status).toBe(401)
    expect(await (await me('GET', '/bookings')).json()).toEqual([])
    const refreshed = await world.call('POST', '/api/v1/auth/refresh', { body: { refresh_token: phone.refresh_token } })
    expect(refreshed.status).toBe(401)
    world.clock.now += 2 * MINUTE_MS
    expect(await logIn(world, { phone: PHONE })).toMatchObject({ user_id: anna, created: false })
  })

  test('accrues nothing twice: what is repriced, reopened or taken away later is settled against what the duplicate got', async () => {
    const { world, twin, anna, visit } = await startWithDuplicate()
    await merge(world, twin, anna)
    await sync(world)
    expect((await balanceOf(anna)).balance).toBe(114)
    world.sim.setCost(visit.id, 1000)
    await sync(world)
    // 30 points instead of 154.
    expect((await balanceOf(anna)).balance).toBe(114 - 124)
    world.sim.setAttendance(visit.id, 0)
    await sync(world)
    expect((await balanceOf(anna)).balance).toBe(114 - 154)
    world.sim.complete(visit.id)
    world.sim.setCost(visit.id, 5147.5)
    await sync(world)
    expect((await balanceOf(anna)).balance).toBe(114)
    await expectLedgerAddsUp(world)
    const boris = await addUser({ name: 'Борис' })
    const { id } = await row<{ id: number }>('select id from bookings where yclients_record_id = ?', visit.id)
    const linked = await world.call('POST', `/api/v1/admin/bookings/${id}/link`, {
      as: MANAGER,
      body: { user_id: boris },
    })
    expect(linked.status).toBe(200)
    expect([(await balanceOf(anna)).balance, (await balanceOf(boris)).balance]).toEqual([114 - 154, 154])
    expect((await balanceOf(twin)).balance).toBe(0)
    await expectLedgerAddsUp(world)
  })

  test('keeps the percent at which a visit was accrued, and counts all visits for the level of later ones', async () => {
    const { world, twin, anna } = await startWithDuplicate()
    await rows('update bookings set price_kopecks = 2900000 where user_id = ?', anna)
    await world.ctx.ledgerOf(anna).settle()
    await merge(world, twin, anna)
    const entries = () =>
      rows('select kind, points, percent_basis_points as percent from bonus_entries order by id desc limit 1')
    const before = await entries()
    await rows('update bookings set revision = revision + 1, spent_bonuses_points = 0')
    await world.ctx.ledgerOf(anna).settle()
    expect(await entries()).toEqual(before)
    await addOwnVisit(anna, { startsAt: world.clock.now + 2 * DAY_MS })
    await world.ctx.ledgerOf(anna).settle()
    expect(await entries()).toEqual([{ kind: 'accrual', points: 50, percent: 500 }])
    await expectLedgerAddsUp(world)
  })

  test('moves a debt like a credit', async () => {
    const { world, twin, anna, visit } = await startWithDuplicate()
    world.sim.setAttendance(visit.id, -1)
    await sync(world)
    expect((await balanceOf(twin)).balance).toBe(-100)
    expect(await (await merge(world, twin, anna)).json()).toMatchObject({ balance: -100 })
    expect(await balanceOf(anna)).toEqual({ balance: -40, sum: -40 })
    await expectLedgerAddsUp(world)
  })

  test('settles at once what was still to be settled for the duplicate', async () => {
    const { world, twin, anna } = await startWithDuplicate()
    await addOwnVisit(twin)
    await merge(world, twin, anna)
    expect((await balanceOf(anna)).balance).toBe(144)
    await expectLedgerAddsUp(world)
  })

  test('gives code and name to a client who has none', async () => {
    const { world, twin } = await startWithDuplicate()
    const nameless = await addUser({ name: '' })
    await merge(world, twin, nameless)
    expect(await row('select name, unique_code from users where id = ?', nameless)).toEqual({
      name: 'Аня',
      unique_code: 'XTP12345',
    })
    expect(await rows('select * from merged_codes')).toEqual([])
  })

  test('leads from one to the next to who is left in the end', async () => {
    const { world, twin, anna } = await startWithDuplicate()
    const olga = await addUser({ name: 'Ольга', code: 'MKP00003' })
    await merge(world, twin, anna)
    expect((await merge(world, anna, olga)).status).toBe(200)
    expect(await rows('select id, merged_into from users order by id')).toEqual([
      { id: twin, merged_into: olga },
      { id: anna, merged_into: olga },
      { id: olga, merged_into: null },
    ])
    for (const id of [twin, anna, olga]) {
      const card = await world.call('GET', `/api/v1/admin/users/${id}`, { as: DESK })
      expect(await card.json()).toMatchObject({ id: olga, merged_codes: ['ABC12345', 'XTP12345'], balance: 114 })
    }
    for (const code of ['XTP12345', 'ABC12345']) {
      const found = await world.call('GET', `/api/v1/admin/users?query=${code}`, { as: DESK })
      expect(await found.json()).toMatchObject([{ id: olga }])
    }
    await expectLedgerAddsUp(world)
  })

  test('shows with dry_run what would move, and moves nothing', async () => {
    const { world, twin, anna } = await startWithDuplicate()
    const state = async () => [
      await rows('select * from users'),
      await rows('select * from bookings'),
      await rows('select * from user_contacts'),
      await rows('select * from consents'),
      await rows('select * from bonus_entries'),
      await rows('select * from sessions'),
      await rows('select * from audit_log'),
      await rows('select * from user_merges'),
    ]
    const before = await state()
    const answer = await world.call('POST', `/api/v1/admin/users/${twin}/merge`, {
      as: MANAGER,
      body: { into: anna, dry_run: true },
    })
    const moves = { visits: 1, contacts: 1, consents: 1, balance: 54 }
    expect(await answer.json()).toEqual({ user_id: twin, into: anna, dry_run: true, ...moves })
    // Signing the manager in is no part of it.
    expect(await state()).toEqual(before)
  })

  test('answers a repetition with the first answer, and refuses the key for anything else', async () => {
    const { world, twin, anna } = await startWithDuplicate()
    const first = await merge(world, twin, anna, { key: 'k' })
    expect(first.headers.get('idempotency-replayed')).toBeNull()
    const again = await merge(world, twin, anna, { key: 'k' })
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect(await again.json()).toEqual(await first.json())
    const other = await merge(world, await addUser(), anna, { key: 'k' })
    expect(await other.json()).toMatchObject({ status: 422, code: 'idempotency_key_reused' })
    expect((await balanceOf(anna)).balance).toBe(114)
  })

  test.each<
    [string, (ids: { twin: number; anna: number; gone: number; merged: number }) => [number, number], number, string]
  >([
    ['a client into himself', ({ anna }) => [anna, anna], 422, 'merge_with_itself'],
    ['somebody who does not exist', ({ anna }) => [4711, anna], 404, 'user_not_found'],
    ['into somebody who does not exist', ({ anna }) => [anna, 4711], 404, 'user_not_found'],
    ['an erased client', ({ anna, gone }) => [gone, anna], 404, 'user_not_found'],
    ['into an erased client', ({ anna, gone }) => [anna, gone], 404, 'user_not_found'],
    ['somebody who was merged before', ({ anna, merged }) => [merged, anna], 409, 'already_merged'],
    ['into somebody who was merged before', ({ anna, merged }) => [anna, merged], 409, 'already_merged'],
  ])('is refused for %s', async (_, pair, status, code) => {
    const { world, twin, anna } = await startWithDuplicate()
    const [gone, merged] = [await addUser(), await addUser()]
    await erase(world, gone)
    await merge(world, merged, twin)
    const before = await rows('select * from users')
    for (const dry_run of [false, true]) {
      const answer = await merge(world, ...pair({ twin, anna, gone, merged }), { dry_run })
      expect(await answer.json()).toMatchObject({ status, code })
    }
    expect(await rows('select * from users')).toEqual(before)
  })

  test('needs a key, so that a repetition is known', async () => {
    const { world, twin, anna } = await startWithDuplicate()
    const answer = await world.call('POST', `/api/v1/admin/users/${twin}/merge`, { as: MANAGER, body: { into: anna } })
    expect(await answer.json()).toMatchObject({ status: 400, code: 'idempotency_key_required' })
  })
})

describe('at the same moment', () => {
  test.each([
    [
      'each into the other',
      [
        [0, 1],
        [1, 0],
      ],
    ],
    [
      'one into two',
      [
        [0, 1],
        [0, 2],
      ],
    ],
    [
      'the same twice',
      [
        [0, 1],
        [0, 1],
      ],
    ],
    [
      'one after the other',
      [
        [0, 1],
        [1, 2],
      ],
    ],
    [
      'in a ring',
      [
        [0, 1],
        [1, 2],
        [2, 0],
      ],
    ],
  ])('merges of %s leave a ledger that adds up, and nobody leads to somebody who is gone', async (_, pairs) => {
    const { world, twin, anna } = await startWithDuplicate()
    const ids = [twin, anna, await addUser({ name: 'Ольга', code: 'MKP00003' })]
    await giveBonuses(ids[2] ?? 0, 7)
    const answers = await Promise.all(pairs.map(([a = 0, b = 0]) => merge(world, ids[a] ?? 0, ids[b] ?? 0)))
    const done = answers.filter(({ status }) => status === 200).length
    for (const { status } of answers) expect([200, 409]).toContain(status)
    expect(done).toBeGreaterThan(0)
    expect(await row('select count(*) as merged from users where merged_into is not null')).toEqual({ merged: done })
    expect(
      await rows(
        'select u.id from users u join users kept on kept.id = u.merged_into where kept.erased_at is not null',
      ),
    ).toEqual([])
    expect(await row('select sum(bonus_balance_points) as sum from users where erased_at is null')).toEqual({
      sum: 121,
    })
    await expectLedgerAddsUp(world)
  })

  test('as a visit of the duplicate is completed by a webhook, whichever step comes first', async () => {
    for (let turn = 1; turn <= 6; turn++) {
      const { world, twin, anna } = await startWithDuplicate()
      const next = book(world, { phone: PHONE, name: 'Анна' })
      await world.deliverWebhooks()
      await world.drain()
      world.sim.complete(next.id)
      await world.deliverWebhooks()
      const between = interrupted(world.ctx, turn, () =>
        mergeUsers(world.ctx, anna, { from: twin, idempotencyKey: `race-${turn}`, by: BY }),
      )
      const messages = world.queued.splice(0).map(({ body }) => eventMessage.parse(body))
      const webhooks = messages.flatMap((message) => (message.kind === 'webhook' ? [{ message, attempts: 1 }] : []))
      await handleWebhooks(between, webhooks)
      await world.drain()
      if ((await rows('select 1 from user_merges')).length === 0) await merge(world, twin, anna)
      await handleScheduled(world.ctx)
      await world.drain()
      await sync(world)
      const owners = await rows('select distinct user_id from bookings')
      expect({ turn, owners, balance: (await balanceOf(anna)).balance }).toEqual({
        turn,
        owners: [{ user_id: anna }],
        balance: 114 + 154,
      })
      await expectLedgerAddsUp(world)
      await freshDatabase()
    }
  })

  test.each([1, 2])('as the ledger of the duplicate settles, before its step %i', async (turn) => {
    const { world, twin, anna } = await startWithDuplicate()
    await addOwnVisit(twin)
    const between = interrupted(world.ctx, turn, () =>
      mergeUsers(world.ctx, anna, { from: twin, idempotencyKey: 'k', by: BY }),
    )
    await settleMarkedVisits(between, twin).catch((error) => expect(String(error)).toContain('USER_ERASED'))
    await handleScheduled(world.ctx)
    await world.drain()
    expect((await balanceOf(anna)).balance).toBe(144)
    await expectLedgerAddsUp(world)
  })

  test('as points of the duplicate are written off: they are refused, not lost', async () => {
    const { world, twin, anna } = await startWithDuplicate()
    const between = interrupted(world.ctx, 2, () =>
      mergeUsers(world.ctx, anna, { from: twin, idempotencyKey: 'k', by: BY }),
    )
    const change = { kind: 'spend', points: -50, bookingId: null, reason: 'тест', by: BY, dailyLimit: null } as const
    const spent = await changeBonuses(between, twin, { ...change, idempotencyKey: 'spend:x', fingerprint: 'f' })
    expect(spent).toEqual({ ok: false, refusal: 'user_not_found' })
    expect((await balanceOf(anna)).balance).toBe(114)
    await expectLedgerAddsUp(world)
  })

  test('as a visit is written to the duplicate by somebody who knew him before: it is the other one’s', async () => {
    const { world, twin, anna } = await startWithDuplicate()
    await merge(world, twin, anna)
    const written = await addOwnVisit(twin)
    const linked = await addOwnVisit(null)
    await rows("update bookings set user_id = ?, client_match = 'phone' where id = ?", twin, linked)
    expect(await rows('select user_id from bookings where id in (?, ?)', written, linked)).toEqual([
      { user_id: anna },
      { user_id: anna },
    ])
    await handleScheduled(world.ctx)
    await world.drain()
    expect((await balanceOf(anna)).balance).toBe(174)
    await expectLedgerAddsUp(world)
  })

  test('as the process dies anywhere: it is done whole or not at all, and goes through the next time', async () => {
    for (const moments of [[0], [0.9, 0], [0.9, 0.9, 0], [0.1], [0.6], [0.9, 0.3], [0.9, 0.9, 0.3]]) {
      const { world, twin, anna } = await startWithDuplicate()
      await addOwnVisit(twin)
      const random = [...moments]
      const shaky = withFaults(world.ctx, { rate: 1 }, () => random.shift() ?? 0.9)
      await mergeUsers(shaky, anna, { from: twin, idempotencyKey: 'k', by: BY }).catch(() => undefined)
      const again = await mergeUsers(world.ctx, anna, { from: twin, idempotencyKey: 'k', by: BY })
      expect(again.ok).toBe(true)
      world.clock.now += HOUR_MS
      await handleScheduled(world.ctx)
      await world.drain()
      expect((await balanceOf(anna)).balance).toBe(144)
      await expectLedgerAddsUp(world)
      await freshDatabase()
    }
  })
})

describe('a client into whom another was merged', () => {
  test('is exported with what the other one had', async () => {
    const { world, twin, anna } = await startWithDuplicate()
    await merge(world, twin, anna)
    const data = await (await world.call('GET', `/api/v1/admin/users/${anna}/export`, { as: ADMIN })).json<
      Record<string, unknown[]>
    >()
    expect(data).toMatchObject({ profile: { id: anna, merged_codes: ['XTP12345'], bonus_balance: 114 } })
    expect(data.bookings).toHaveLength(2)
    expect(data.consents).toHaveLength(1)
    expect(data.contacts).toHaveLength(2)
    expect(data.bonus_entries).toMatchObject([
      { points: -54 },
      { points: 54 },
      { points: -100 },
      { points: 60 },
      { points: 154 },
    ])
    expect(data.actions).toContainEqual(expect.objectContaining({ action: 'user.merge' }))
    expect((await world.call('GET', `/api/v1/admin/users/${twin}/export`, { as: ADMIN })).status).toBe(404)
  })

  test('is erased with what the other one had, and both codes are given to nobody', async () => {
    const { world, twin, anna } = await startWithDuplicate()
    await merge(world, twin, anna)
    expect((await erase(world, twin)).status).toBe(404)
    expect((await erase(world, anna)).status).toBe(200)
    expect(await rows('select * from merged_codes')).toEqual([])
    expect(await rows('select code_hash from retired_codes order by 1')).toEqual(
      [await retiredCodeHash('ABC12345'), await retiredCodeHash('XTP12345')].sort().map((code_hash) => ({ code_hash })),
    )
    expect(await rows('select id from bonus_entries where reason is not null')).toEqual([])
    expect(await rows('select id from bookings where phone is not null or erased_at is null')).toEqual([])
    expect(await rows('select * from user_contacts')).toEqual([])
    expect((await world.call('GET', `/api/v1/admin/users/${twin}`, { as: DESK })).status).toBe(404)
    await expectLedgerAddsUp(world)
  })
})

test('everything in the database that belongs to a client is known to merging', async () => {
  startWorld()
  // D1 lets nobody ask for the foreign keys of all tables at once.
  const tables = await rows<{ name: string; sql: string }>(
    "select name, sql from sqlite_master where type = 'table' and name not glob 'sqlite_*' and name not glob '_cf_*' order by name",
  )
  const owned = tables.flatMap(({ name, sql }) =>
    [
      ...sql.matchAll(/FOREIGN KEY \(`(\w+)`\) REFERENCES `users`/g),
      ...sql.matchAll(/`(\w+)` integer(?: NOT NULL)? REFERENCES `?users\b/g),
    ].map(([, column]) => `${name}.${column}`),
  )
  expect(owned.sort()).toEqual([
    'bonus_entries.counterpart_user_id',
    'bonus_entries.user_id',
    'bonus_lots.user_id',
    'bonus_reservations.user_id',
    'bookings.user_id',
    'consents.user_id',
    'devices.user_id',
    'former_contacts.user_id',
    'merged_codes.user_id',
    'notices.user_id',
    'notification_choices.user_id',
    'sessions.user_id',
    'settlements_due.user_id',
    'user_contacts.user_id',
    'user_merges.from_user_id',
    'user_merges.into_user_id',
    'users.merged_into',
  ])
})

describe('duplicates', () => {
  const duplicates = async (world: World, path = '/api/v1/admin/users/duplicates') => {
    const answer = await world.call('GET', path, { as: MANAGER })
    expect(answer.status).toBe(200)
    const pairs = await answer.json<{ users: { id: number }[]; shared: string[] }[]>()
    return {
      pairs: pairs.map(({ users, shared }) => [...users.map(({ id }) => id), ...shared]),
      next: /<(.+)>/.exec(answer.headers.get('link') ?? '')?.[1],
    }
  }

  test.each<[string, string]>([
    ['phone', "phone_last10 = '9031234567'"],
    ['email', "email = 'anna@example.com'"],
  ])('are suggested where a visit of one names the other by %s', async (shared, set) => {
    const world = startWorld()
    const anna = await addUser({ phone: PHONE, email: 'anna@example.com' })
    const twin = await addUser({ phone: '+79037654321' })
    await addBooking({ userId: twin, status: 'confirmed' })
    await addBooking({ userId: twin, status: 'confirmed' })
    expect((await duplicates(world)).pairs).toEqual([])
    await rows(`update bookings set ${set}`)
    expect(await duplicates(world)).toEqual({ pairs: [[anna, twin, shared]], next: undefined })
  })

  test('are suggested where both have visits under one card of YClients, the same full name, the same number abroad', async () => {
    const world = startWorld()
    const one = await addUser({ name: 'Анна', surname: 'Ёлкина', phone: '+79031234567' })
    const two = await addUser({ name: 'Анна', surname: 'Ёлкина' })
    const three = await addUser({ name: 'Анна', phone: '+379031234567' })
    await addUser({ name: 'Анна' })
    for (const userId of [two, three]) await addBooking({ userId, status: 'confirmed' })
    await rows('update bookings set yclients_client_id = 5')
    expect((await duplicates(world)).pairs).toEqual([
      [one, two, 'name'],
      [one, three, 'phone'],
      [two, three, 'card'],
    ])
    await merge(world, two, one)
    await erase(world, three)
    expect((await duplicates(world)).pairs).toEqual([])
  })

  test('are looked for among some hundred clients at a time', async () => {
    const world = startWorld()
    const first = await addUser({ name: 'Анна', surname: 'Ёлкина' })
    await rows(`with recursive n (i) as (select 1 union all select i + 1 from n where i < 600)
      insert into users (name, created_at, updated_at) select 'Клиент', 0, 0 from n`)
    const pair = [await addUser({ name: 'Вера', surname: 'Белая' }), await addUser({ name: 'Вера', surname: 'Белая' })]
    await addUser({ name: 'Анна', surname: 'Ёлкина' })
    const page = await duplicates(world)
    expect(page.pairs).toMatchObject([[first, expect.any(Number), 'name']])
    expect(await duplicates(world, page.next)).toEqual({ pairs: [[...pair, 'name']], next: undefined })
  })

  test('that do not fit one page come on the next, and no pair is lost', async () => {
    const world = startWorld()
    for (let person = 0; person < 30; person++) {
      for (let copy = 0; copy < 3; copy++) await addUser({ name: 'Анна', surname: `Номер ${person}` })
    }
    const seen: unknown[] = []
    for (let path: string | undefined = '/api/v1/admin/users/duplicates'; path; ) {
      const page = await duplicates(world, path)
      expect(page.pairs.length).toBeLessThanOrEqual(40)
      seen.push(...page.pairs.map((pair) => JSON.stringify(pair)))
      path = page.next
    }
    expect(new Set(seen).size).toBe(90)
  })
})
