import { env } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import { createContext, type Ledger } from '../../src/context.ts'
import type { BonusChange } from '../../src/loyalty/change-bonuses.ts'
import { settleBookings, sweepSettlements } from '../../src/loyalty/settle-bookings.ts'
import { addBooking, addUser, balanceOf, giveBonuses, row, rows } from '../support/salon.ts'

const ledger = (userId: number): Ledger => env.LEDGER.getByName(String(userId))
const times = <T>(count: number, work: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)))

const spend = (changes: Partial<BonusChange> = {}): BonusChange => ({
  kind: 'spend',
  points: -10,
  bookingId: null,
  reason: 'тест',
  by: { actor: 'admin:1', role: 'owner', requestId: null },
  dailyLimit: null,
  idempotencyKey: 'spend:k',
  fingerprint: 'f',
  ...changes,
})

describe('fifty at once', () => {
  test('settlements of one visit make one entry, and every one of them succeeds', async () => {
    const userId = await addUser()
    await addBooking({ userId, status: 'completed', priceKopecks: 514_750 })
    const settled = await times(50, () => ledger(userId).settle())
    expect(settled).toHaveLength(50)
    expect(await rows('select kind, points from bonus_entries')).toEqual([{ kind: 'accrual', points: 154 }])
    expect(await balanceOf(userId)).toEqual({ balance: 154, sum: 154 })
    expect(await rows('select * from settlements_due')).toEqual([])
  })

  test('write-offs of a balance that covers twenty: twenty succeed, thirty are refused', async () => {
    const userId = await addUser()
    await giveBonuses(userId, 200)
    const results = await times(50, (i) => ledger(userId).change(spend({ idempotencyKey: `spend:${i}` })))
    expect(results.filter((result) => result.ok)).toHaveLength(20)
    expect(results.filter((result) => !result.ok && result.refusal === 'insufficient_balance')).toHaveLength(30)
    expect(await balanceOf(userId)).toEqual({ balance: 0, sum: 0 })
    const lowest = await row('select min(balance_after_points) as lowest from bonus_entries')
    expect(lowest).toEqual({ lowest: 0 })
  })

  test('write-offs with one key are one write-off', async () => {
    const userId = await addUser()
    await giveBonuses(userId, 200)
    const results = await times(50, () => ledger(userId).change(spend()))
    expect(results.filter((result) => result.ok && !result.value.replayed)).toHaveLength(1)
    expect(
      results.filter((result) => result.ok && result.value.replayed && result.value.balancePoints === 190),
    ).toHaveLength(49)
    expect(await balanceOf(userId)).toEqual({ balance: 190, sum: 190 })
  })

  test('settlements and write-offs together keep the balance the sum of the entries', async () => {
    const userId = await addUser()
    await giveBonuses(userId, 100)
    for (let n = 0; n < 5; n++) await addBooking({ userId, status: 'completed', priceKopecks: 100_000 })
    await times(50, async (i) =>
      i % 2 ? await ledger(userId).settle() : await ledger(userId).change(spend({ idempotencyKey: `spend:${i}` })),
    )
    const { balance, sum } = await balanceOf(userId)
    expect(balance).toBe(sum)
    expect(await row("select sum(points) as earned from bonus_entries where kind = 'accrual'")).toEqual({ earned: 150 })
  })

  test('with one key for two clients, whose objects know nothing of each other: one of them gets it', async () => {
    const users = [await addUser(), await addUser()]
    for (const userId of users) await giveBonuses(userId, 100)
    const results = await times(2, (i) => ledger(users[i] ?? 0).change(spend({ fingerprint: `${i}` })))
    expect(results.map((result) => (result.ok ? 'ok' : result.refusal)).sort()).toEqual([
      'idempotency_key_reused',
      'ok',
    ])
  })
})

describe('a command', () => {
  test('that fails does not hold up the next one', async () => {
    const userId = await addUser()
    await giveBonuses(userId, 50)
    // A kind the database refuses, as a fault in our own code would send it.
    const broken = spend({ kind: 'gift' as 'spend', idempotencyKey: 'spend:broken' })
    const results = await Promise.allSettled([ledger(userId).change(broken), ledger(userId).change(spend())])
    expect(results.map((result) => result.status)).toEqual(['rejected', 'fulfilled'])
    expect(await balanceOf(userId)).toEqual({ balance: 40, sum: 40 })
  })

  test('with a key that was used for something else is refused and changes nothing', async () => {
    const userId = await addUser()
    await giveBonuses(userId, 50)
    await ledger(userId).change(spend())
    const again = await ledger(userId).change(spend({ points: -20, fingerprint: 'other' }))
    expect(again).toMatchObject({ ok: false, refusal: 'idempotency_key_reused' })
    expect(await balanceOf(userId)).toEqual({ balance: 40, sum: 40 })
  })

  test('for a visit writes entry, visit and audit together', async () => {
    const userId = await addUser()
    await giveBonuses(userId, 50)
    const bookingId = await addBooking({ userId, status: 'pending', priceKopecks: 100_000 })
    await ledger(userId).change(spend({ bookingId, by: { actor: 'admin:1', role: 'desk', requestId: 'r1' } }))
    expect(await row('select spent_bonuses_points as spent from bookings')).toEqual({ spent: 10 })
    expect(
      await row(
        "select actor, role, action, entity_id, details, request_id from audit_log where action = 'bonuses.spend'",
      ),
    ).toEqual({
      actor: 'admin:1',
      role: 'desk',
      action: 'bonuses.spend',
      entity_id: String(userId),
      details: JSON.stringify({ before: { balance: 50 }, after: { balance: 40, points: -10, booking_id: bookingId } }),
      request_id: 'r1',
    })
  })
})

describe('settling', () => {
  test('goes by the level before each visit, oldest first, and keeps the percent when a price changes later', async () => {
    const userId = await addUser()
    const first = await addBooking({ userId, status: 'completed', priceKopecks: 3_000_000, startsAt: 1000 })
    await addBooking({ userId, status: 'completed', priceKopecks: 100_000, startsAt: 2000 })
    await ledger(userId).settle()
    expect(await rows('select level_code as level, points from bonus_entries order by id')).toEqual([
      { level: 'bronze', points: 900 },
      { level: 'silver', points: 50 },
    ])
    await env.DB.prepare('update bookings set price_kopecks = 1000000 where id = ?').bind(first).run()
    await ledger(userId).settle()
    expect(await row('select kind, level_code as level, points from bonus_entries order by id desc')).toEqual({
      kind: 'correction',
      level: 'bronze',
      points: -600,
    })
  })

  test('a visit completed, reopened and completed again has one net accrual', async () => {
    const userId = await addUser()
    await addBooking({ userId, status: 'completed', priceKopecks: 100_000 })
    for (const status of ['completed', 'pending', 'completed']) {
      await env.DB.prepare('update bookings set status = ?').bind(status).run()
      await ledger(userId).settle()
    }
    expect(await rows('select kind, points from bonus_entries order by id')).toEqual([
      { kind: 'accrual', points: 30 },
      { kind: 'reversal', points: -30 },
      { kind: 'correction', points: 30 },
    ])
  })

  test('a reversal may leave the balance negative when the points were spent meanwhile', async () => {
    const userId = await addUser()
    await addBooking({ userId, status: 'completed', priceKopecks: 100_000 })
    await ledger(userId).settle()
    await ledger(userId).change(spend({ points: -30 }))
    await env.DB.prepare("update bookings set status = 'cancelled'").run()
    await ledger(userId).settle()
    expect(await balanceOf(userId)).toEqual({ balance: -30, sum: -30 })
  })

  test('takes a visit that changed twice before it came to that as it is now', async () => {
    const userId = await addUser()
    const bookingId = await addBooking({ userId, status: 'completed', priceKopecks: 100_000 })
    await env.DB.prepare('update bookings set price_kopecks = 200000 where id = ?').bind(bookingId).run()
    expect(await rows('select generation from settlements_due')).toEqual([{ generation: 2 }])
    await ledger(userId).settle()
    expect(await rows('select * from settlements_due')).toEqual([])
    expect(await row('select points from bonus_entries')).toEqual({ points: 60 })
  })

  test('a visit given to another client takes its points along', async () => {
    const [from, to] = [await addUser(), await addUser()]
    await addBooking({ userId: from, status: 'completed', priceKopecks: 100_000 })
    await ledger(from).settle()
    await env.DB.prepare('update bookings set user_id = ?').bind(to).run()
    await settleBookings(createContext(env), [from, to])
    expect([await balanceOf(from), await balanceOf(to)]).toEqual([
      { balance: 0, sum: 0 },
      { balance: 30, sum: 30 },
    ])
    expect(await row('select accrued_bonuses_points as shown from bookings')).toEqual({ shown: 30 })
  })

  test('waits while the programme is off, and is made up for when it is switched on', async () => {
    const userId = await addUser()
    await addBooking({ userId, status: 'completed', priceKopecks: 100_000 })
    const on = createContext(env)
    const off = { ...on, config: { ...on.config, loyaltyEnabled: false } }
    await settleBookings(off, [userId])
    expect(await sweepSettlements(off)).toBe(0)
    expect(await rows('select * from bonus_entries')).toEqual([])

    const messages: unknown[] = []
    const sendBatch: typeof on.events.sendBatch = async (batch) => {
      messages.push(...[...batch].map(({ body }) => body))
      return { metadata: { metrics: { backlogCount: 0, backlogBytes: 0 } } }
    }
    expect(await sweepSettlements({ ...on, events: { ...on.events, sendBatch } })).toBe(1)
    expect(messages).toEqual([{ kind: 'settle', userId, trace: {} }])
    await settleBookings(on, [userId])
    expect(await balanceOf(userId)).toEqual({ balance: 30, sum: 30 })
  })
})

describe('the database itself', () => {
  const insertEntry = (values: string) =>
    env.DB.prepare(
      `insert into bonus_entries (user_id, kind, points, balance_after_points, idempotency_key, actor, created_at) values ${values}`,
    ).run()

  test('refuses to change or delete an entry', async () => {
    const userId = await addUser()
    await giveBonuses(userId, 10)
    await expect(env.DB.prepare('update bonus_entries set points = 5').run()).rejects.toThrow('LEDGER_IS_APPEND_ONLY')
    await expect(env.DB.prepare('delete from bonus_entries').run()).rejects.toThrow('LEDGER_IS_APPEND_ONLY')
  })

  test('refuses to spend more than there is, to repeat a key, and a wrong running balance', async () => {
    const userId = await addUser()
    await giveBonuses(userId, 10)
    await expect(insertEntry(`(${userId}, 'spend', -11, -1, 'a', 'x', 0)`)).rejects.toThrow('INSUFFICIENT_BALANCE')
    await insertEntry(`(${userId}, 'spend', -1, 9, 'a', 'x', 0)`)
    await expect(insertEntry(`(${userId}, 'spend', -1, 8, 'a', 'x', 0)`)).rejects.toThrow('idempotency_key')
    await expect(insertEntry(`(${userId}, 'spend', -1, 5, 'b', 'x', 0)`)).rejects.toThrow('LEDGER_BALANCE_MISMATCH')
    expect(await balanceOf(userId)).toEqual({ balance: 9, sum: 9 })
  })

  test('refuses an unknown status, a negative price, an owner without a reason, and a second open sync run', async () => {
    await addBooking({ userId: null, status: 'pending', priceKopecks: 0 })
    for (const wrong of [
      "status = 'done'",
      'price_kopecks = -1',
      "client_match = 'code'",
      "items = '{}'",
      "starts_at = 'x'",
    ]) {
      await expect(env.DB.prepare(`update bookings set ${wrong}`).run()).rejects.toThrow()
    }
    const run = () =>
      env.DB.prepare(
        "insert into sync_runs (trigger, mode, status, started_at, heartbeat_at) values ('cron', 'full', 'running', 0, 0)",
      ).run()
    await run()
    await expect(run()).rejects.toThrow()
  })
})
