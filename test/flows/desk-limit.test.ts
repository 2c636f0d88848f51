import { describe, expect, test } from 'vitest'
import { DAY_MS } from '../../src/platform/time.ts'
import { addAdmin, codeOf, startOffice, tokenFor } from '../support/office.ts'
import { addBooking, addUser, balanceOf, giveBonuses, row, rows } from '../support/salon.ts'
import { ADMIN, type Caller, DESK, MANAGER, type World } from '../support/world.ts'

const CODES = ['ABC12345', 'ABC12346']

async function startSalon(limit = 100): Promise<World & { clients: number[] }> {
  const world = startOffice({ deskDailySpendPoints: limit })
  const clients: number[] = []
  for (const code of CODES) {
    const id = await addUser({ code })
    await giveBonuses(id, 1000)
    clients.push(id)
  }
  return { ...world, clients }
}

let keys = 0
const spend = (
  world: World,
  amount: number,
  { as = DESK, token, code = CODES[0], key = `key${++keys}`, ...rest }: Partial<Spending> = {},
) =>
  world.call('POST', '/api/v1/admin/bonuses/spend', {
    ...(token ? { token } : { as }),
    headers: { 'idempotency-key': key },
    body: { code, amount, reason: 'Списание у стойки', ...rest },
  })
interface Spending {
  as: Caller
  token: string
  code: string | undefined
  key: string
  booking_id: number
}

describe('the daily limit of the role desk', () => {
  test('lets write-offs through up to the last point and refuses the next, whoever the client is', async () => {
    const world = await startSalon()
    expect((await spend(world, 60)).status).toBe(200)
    expect((await spend(world, 40, { code: CODES[1] })).status).toBe(200)
    const refused = await spend(world, 1)
    expect(await refused.json()).toMatchObject({
      status: 409,
      code: 'daily_limit_reached',
      detail: 'Дневной лимит списаний исчерпан',
    })
    expect(await rows('select admin_id, day, spent_points from desk_spending')).toEqual([
      { admin_id: 3, day: '2026-09-15', spent_points: 100 },
    ])
  })

  test('refuses a first write-off that is too large by itself', async () => {
    const world = await startSalon()
    expect(await codeOf(await spend(world, 101))).toBe('daily_limit_reached')
    expect(await rows('select * from desk_spending')).toEqual([])
  })

  test('holds when write-offs for two clients, whose objects know nothing of each other, come at once', async () => {
    const world = await startSalon()
    const answers = await Promise.all(Array.from({ length: 30 }, (_, n) => spend(world, 10, { code: CODES[n % 2] })))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(10)
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(20)
    const balances = await Promise.all(world.clients.map(balanceOf))
    expect(balances.reduce((all, { balance }) => all + balance, 0)).toBe(1900)
    for (const { balance, sum } of balances) expect(balance).toBe(sum)
    expect(await row('select spent_points as spent from desk_spending')).toEqual({ spent: 100 })
  })

  test('leaves nothing behind of what it refused: no entry, no audit, nothing on the visit', async () => {
    const world = await startSalon()
    const [userId = 0] = world.clients
    const booking_id = await addBooking({ userId, status: 'pending', priceKopecks: 100_000 })
    await spend(world, 90)
    expect(await codeOf(await spend(world, 20, { booking_id, key: 'again' }))).toBe('daily_limit_reached')
    expect(await balanceOf(userId)).toEqual({ balance: 910, sum: 910 })
    expect(await row('select spent_bonuses_points as spent from bookings')).toEqual({ spent: 0 })
    expect(await rows("select 1 from audit_log where action = 'bonuses.spend'")).toHaveLength(1)
    // The key was not used up either.
    expect((await spend(world, 20, { as: MANAGER, booking_id, key: 'again' })).status).toBe(200)
  })

  test('counts a repeated request once, and what was refused for another reason not at all', async () => {
    const world = await startSalon()
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => spend(world, 60, { key: 'same' })))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
    const booking_id = await addBooking({ userId: null, status: 'pending' })
    expect(await codeOf(await spend(world, 10, { booking_id }))).toBe('booking_of_another_client')
    expect((await spend(world, 40)).status).toBe(200)
    // Also when the day's limit is reached, a repeat gives the first answer.
    expect((await spend(world, 60, { key: 'same' })).headers.get('idempotency-replayed')).toBe('true')
    expect(await row('select spent_points as spent from desk_spending')).toEqual({ spent: 100 })
  })

  test('begins anew at midnight of the branch, not of Greenwich', async () => {
    const world = await startSalon()
    await spend(world, 100)
    world.clock.now = Date.UTC(2026, 8, 15, 20, 59)
    expect((await spend(world, 1)).status).toBe(409)
    world.clock.now = Date.UTC(2026, 8, 15, 21)
    expect((await spend(world, 100)).status).toBe(200)
    world.clock.now += DAY_MS
    expect((await spend(world, 100)).status).toBe(200)
    expect(await rows('select day from desk_spending order by day')).toEqual([
      { day: '2026-09-15' },
      { day: '2026-09-16' },
      { day: '2026-09-17' },
    ])
  })

  test('is each administrator’s own, and managers and owners have none', async () => {
    const world = await startSalon()
    await addAdmin(world, { role: 'desk' })
    const token = await tokenFor(world)
    expect((await spend(world, 100)).status).toBe(200)
    expect((await spend(world, 100, { token })).status).toBe(200)
    for (const as of [MANAGER, ADMIN]) expect((await spend(world, 300, { as })).status).toBe(200)
    expect(await row('select count(*) as counted, max(spent_points) as most from desk_spending')).toEqual({
      counted: 2,
      most: 100,
    })
  })

  test('that was lowered during the day counts at once; of nothing means no write-offs', async () => {
    const world = await startSalon(100)
    await spend(world, 60)
    const strict = startOffice({ deskDailySpendPoints: 50 })
    expect((await spend(strict, 1)).status).toBe(409)
    const generous = startOffice({ deskDailySpendPoints: 200 })
    expect((await spend(generous, 140)).status).toBe(200)
    const closed = startOffice({ deskDailySpendPoints: 0 })
    await addAdmin(closed, { role: 'desk' })
    expect((await spend(closed, 1, { token: await tokenFor(closed) })).status).toBe(409)
  })
})
