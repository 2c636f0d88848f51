import { expect, test } from 'vitest'
import { DAY_MS } from '../../src/platform/time.ts'
import { addBooking, addUser, giveBonuses, rows } from '../support/salon.ts'
import { DESK, NOON, startWorld } from '../support/world.ts'

test('the desk sees a client at a glance: what he has, how often he came, how far the next level is', async () => {
  const world = startWorld()
  const anna = await addUser({ name: 'Анна', surname: 'Ёлкина', code: 'ABC12345', phone: '+79000000001' })
  await addBooking({ userId: anna, status: 'completed', priceKopecks: 2_000_000 })
  await addBooking({ userId: anna, status: 'completed', priceKopecks: 500_000, startsAt: NOON - 100 * DAY_MS })
  await addBooking({ userId: anna, status: 'pending', startsAt: NOON + DAY_MS })
  await addBooking({ userId: anna, status: 'no_show' })
  await addBooking({ userId: await addUser(), status: 'completed' })
  await rows(
    "insert into consents (user_id, document, version, given_at, how) values (?, 'personal_data', '1', 0, 'desk')",
    anna,
  )
  await world.ctx.ledgerOf(anna).settle()

  const answer = await world.call('GET', `/api/v1/admin/users/${anna}`, { as: DESK })
  expect(answer.status).toBe(200)
  expect(await answer.json()).toEqual({
    id: anna,
    name: 'Анна',
    surname: 'Ёлкина',
    unique_code: 'ABC12345',
    merged_codes: [],
    created_at: '2026-01-01T03:00:00+03:00',
    contacts: [{ kind: 'phone', value: '+79000000001', verified_at: '2026-09-15T03:00:00+03:00' }],
    consents: [{ document: 'personal_data', version: '1', given_at: '1970-01-01T03:00:00+03:00', how: 'desk' }],
    visits: {
      upcoming: 1,
      completed: 2,
      completed_last_90_days: 1,
      no_show: 1,
      cancelled: 0,
      last_visit_at: '2026-09-10T03:00:00+03:00',
    },
    balance: 750,
    expiring: [{ points: 750, expires_at: expect.any(String) }],
    spent_total: 2_500_000,
    level: { code: 'bronze', name: 'Бронза', percent: 3 },
    next_level: { code: 'silver', name: 'Серебро', percent: 5, remaining: 500_000 },
  })
})

test('the desk sees every entry of a client with its arithmetic, page by page', async () => {
  const world = startWorld()
  const anna = await addUser({ name: 'Анна' })
  await addBooking({ userId: anna, status: 'completed', priceKopecks: 514_750 })
  await world.ctx.ledgerOf(anna).settle()
  await giveBonuses(anna, 100)
  await giveBonuses(await addUser(), 5)
  const first = await world.call('GET', `/api/v1/admin/users/${anna}/entries?limit=1`, { as: DESK })
  expect(await first.json()).toMatchObject([{ kind: 'adjustment', points: 100, balance_after: 254 }])
  const next = /<(.+)>/.exec(first.headers.get('link') ?? '')?.[1] ?? ''
  const second = await world.call('GET', next, { as: DESK })
  expect(await second.json()).toMatchObject([
    { kind: 'accrual', points: 154, explanation: expect.stringMatching(/^Кэшбэк за визит: 3 % от 5\s147,50\s₽$/) },
  ])
  expect(second.headers.get('link')).toBeNull()
})

test.each(['', '/entries'])(
  'of somebody who does not exist or was erased there is nothing to see: %s',
  async (path) => {
    const world = startWorld()
    const anna = await addUser({ name: 'Анна' })
    await rows("update users set name = '', search_name = '', erased_at = 1 where id = ?", anna)
    for (const id of [4711, anna]) {
      const answer = await world.call('GET', `/api/v1/admin/users/${id}${path}`, { as: DESK })
      expect({ id, status: answer.status }).toEqual({ id, status: 404 })
    }
  },
)
