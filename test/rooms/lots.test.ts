import { applyD1Migrations } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import { expiringLots } from '../../src/loyalty/lots.statements.ts'
import { sweepEnded } from '../../src/loyalty/sweep-ended.ts'
import { DAY_MS, HOUR_MS } from '../../src/platform/time.ts'
import { mergeUsers } from '../../src/users/merge-users.ts'
import { emptyStores } from '../support/fresh-database.ts'
import { inProcess } from '../support/ledger-in-process.ts'
import { captureReservation, giveBackBonuses, releaseReservation, reserveBonuses } from '../support/reservations.ts'
import { addBooking, addUser, balanceOf, giveBonuses, row, rows } from '../support/salon.ts'
import { CLIENT, NOON, startWorld } from '../support/world.ts'

const BY = { actor: 'admin:2', role: 'manager', requestId: null } as const
const MONTH = 30 * DAY_MS

/** A client whose points live twelve months, and a salon whose ledger goes by the test's clock. */
async function start(months = 12) {
  const world = startWorld({}, (ctx) => inProcess({ ...ctx, config: { ...ctx.config, bonusLifetimeMonths: months } }))
  const { ctx, clock } = world
  const userId = await addUser()
  let key = 0
  const change = async (points: number, kind: 'adjustment' | 'spend' = 'adjustment', of = userId) =>
    await ctx.ledgerOf(of).change({
      points,
      kind,
      bookingId: null,
      reason: 'тест',
      by: BY,
      dailyLimit: null,
      idempotencyKey: `change:${++key}`,
      fingerprint: '',
    })
  const reserve = async (points: number, bookingId: number, of = userId) => {
    const expiresAt = ctx.now() + HOUR_MS
    const idempotencyKey = `reserve:${++key}`
    const request = { points, bookingId, paymentId: null, expiresAt, idempotencyKey }
    const reserved = await reserveBonuses(ctx, of, request)
    if (!reserved.ok) throw new Error(reserved.refusal)
    return reserved.value.entryId
  }
  return { world, ctx, clock, userId, change, reserve }
}

/** What is left, in the order in which it expires. */
const left = async (userId: number) =>
  (
    await rows<{ left: number }>(
      'select remaining_points as left from bonus_lots where user_id = ? and remaining_points > 0 order by expires_at, id',
      userId,
    )
  ).map((lot) => lot.left)

const kinds = async (userId: number) =>
  (
    await rows<{ kind: string; points: number }>(
      'select coalesce(finer_kind, kind) as kind, points from bonus_entries where user_id = ? order by id',
      userId,
    )
  ).map(({ kind, points }) => `${kind} ${points}`)

describe('points with a life', () => {
  test('of one day are one lot, of another day another, and what expires first is spent first', async () => {
    const { clock, userId, change } = await start()
    await change(100)
    await change(20)
    clock.now += MONTH
    await change(50)
    expect(await left(userId)).toEqual([120, 50])
    await change(-130, 'spend')
    expect(await left(userId)).toEqual([40])
  })

  test('expire once, at the end of their last day, and only what is left of them', async () => {
    const { ctx, clock, userId, change } = await start()
    await change(100)
    clock.now += MONTH
    await change(50)
    await change(-30)
    clock.now = Date.UTC(2027, 8, 15, 20, 59, 59)
    expect(await sweepEnded(ctx)).toBe(0)
    clock.now += 1000
    expect(await sweepEnded(ctx)).toBe(1)
    expect(await sweepEnded(ctx)).toBe(0)
    await Promise.all([ctx.ledgerOf(userId).end(clock.now), ctx.ledgerOf(userId).end(clock.now)])
    expect(await kinds(userId)).toEqual(['adjustment 100', 'adjustment 50', 'adjustment -30', 'expiry -70'])
    expect(await balanceOf(userId)).toEqual({ balance: 50, sum: 50 })
  })

  test('are not spent after their last day, though nobody has swept', async () => {
    const { clock, userId, change } = await start()
    await change(100)
    clock.now += 400 * DAY_MS
    expect(await change(-1, 'spend')).toEqual({ ok: false, refusal: 'insufficient_balance' })
    expect(await balanceOf(userId)).toEqual({ balance: 0, sum: 0 })
  })

  test('do not expire where the setting is 0, not even those with a date', async () => {
    const { world, ctx, clock, userId, change } = await start(0)
    await change(100)
    await rows('update bonus_lots set expires_at = ?', NOON)
    clock.now += 4000 * DAY_MS
    expect(await sweepEnded(ctx)).toBe(0)
    expect(await ctx.ledgerOf(userId).end(clock.now)).toMatchObject({ expiries: 0 })
    expect(await change(-100, 'spend')).toMatchObject({ ok: true })
    expect(await (await world.call('GET', '/api/v1/loyalty', { as: CLIENT(userId) })).json()).toMatchObject({
      expiring: [],
    })
  })

  test('come back with the date that they had, and expire at once if it is past', async () => {
    const { ctx, clock, userId, change, reserve } = await start()
    const visit = await addBooking({ userId, status: 'pending' })
    await change(100)
    clock.now += MONTH
    await change(50)
    const entryId = await reserve(120, visit)
    expect(await left(userId)).toEqual([30])
    clock.now = Date.UTC(2027, 8, 16)
    await releaseReservation(ctx, entryId, 'тест')
    expect(await kinds(userId)).toEqual(['adjustment 100', 'adjustment 50', 'hold -120', 'release 120', 'expiry -100'])
    expect(await left(userId)).toEqual([50])
  })

  test('that were spent on a visit come back to where they came from, what lives longest first', async () => {
    const { ctx, clock, userId, change, reserve } = await start()
    const visit = await addBooking({ userId, status: 'pending' })
    await change(100)
    clock.now += MONTH
    await change(50)
    await captureReservation(ctx, await reserve(120, visit))
    const giveBack = (points: number, idempotencyKey: string) =>
      giveBackBonuses(ctx, userId, { bookingId: visit, points, idempotencyKey, actor: 'system' })
    await giveBack(30, 'a')
    expect(await left(userId)).toEqual([10, 50])
    await giveBack(90, 'b')
    expect(await left(userId)).toEqual([100, 50])
  })

  test('that a visit loses are taken from what it was given', async () => {
    const { ctx, clock, userId, change } = await start()
    await change(100)
    clock.now += MONTH
    const visit = await addBooking({ userId, status: 'completed', priceKopecks: 1_000_000 })
    await ctx.ledgerOf(userId).settle()
    expect(await left(userId)).toEqual([100, 300])
    await rows("update bookings set status = 'confirmed' where id = ?", visit)
    await ctx.ledgerOf(userId).settle()
    expect(await left(userId)).toEqual([100])
  })

  test('pay a debt before they become a lot', async () => {
    const { ctx, userId, change } = await start()
    const visit = await addBooking({ userId, status: 'completed', priceKopecks: 1_000_000 })
    await ctx.ledgerOf(userId).settle()
    await change(-250, 'spend')
    await rows("update bookings set status = 'confirmed' where id = ?", visit)
    await ctx.ledgerOf(userId).settle()
    expect(await balanceOf(userId)).toEqual({ balance: -250, sum: -250 })
    expect(await left(userId)).toEqual([])
    await change(200)
    expect(await left(userId)).toEqual([])
    await change(80)
    expect(await left(userId)).toEqual([30])
  })

  test('keep their date when their client turns out to be another, and pay the debt of either', async () => {
    const { ctx, clock, userId, change, reserve } = await start()
    const twin = await addUser()
    const visit = await addBooking({ userId: twin, status: 'pending' })
    await change(100, 'adjustment', twin)
    clock.now += MONTH
    await change(50)
    const entryId = await reserve(30, visit, twin)
    await mergeUsers(ctx, userId, { from: twin, idempotencyKey: 'm', by: BY })
    expect(await left(userId)).toEqual([70, 50])
    expect(await left(twin)).toEqual([])
    expect(await releaseReservation(ctx, entryId, 'тест')).toMatchObject({ ok: true, value: { balancePoints: 150 } })
    expect(await left(userId)).toEqual([100, 50])

    const debtor = await addUser()
    const undone = await addBooking({ userId: debtor, status: 'completed', priceKopecks: 400_000 })
    await ctx.ledgerOf(debtor).settle()
    await change(-120, 'spend', debtor)
    await rows("update bookings set status = 'confirmed' where id = ?", undone)
    await ctx.ledgerOf(debtor).settle()
    await mergeUsers(ctx, userId, { from: debtor, idempotencyKey: 'n', by: BY })
    expect(await balanceOf(userId)).toEqual({ balance: 30, sum: 30 })
    expect(await left(userId)).toEqual([30])
  })

  test('are shown to the client by date, and to whoever tells him that they are about to expire', async () => {
    const { world, ctx, clock, userId, change } = await start()
    await change(100)
    clock.now += MONTH
    await change(50)
    const other = await addUser()
    await change(7, 'adjustment', other)
    const answer = await world.call('GET', '/api/v1/loyalty', { as: CLIENT(userId) })
    expect(await answer.json()).toMatchObject({
      balance: 150,
      expiring: [
        { points: 100, expires_at: '2027-09-16T00:00:00+03:00' },
        { points: 50, expires_at: '2027-10-16T00:00:00+03:00' },
      ],
    })
    const span = { from: NOON, until: NOON + 500 * DAY_MS, months: 12 }
    const first = await expiringLots(ctx.db, span, { after: { expiresAt: 0, userId: 0 }, limit: 2 })
    expect(first).toMatchObject([
      { userId, points: 100 },
      { userId, points: 50 },
    ])
    const after = first[1] ?? { expiresAt: 0, userId: 0 }
    expect(await expiringLots(ctx.db, span, { after, limit: 2 })).toMatchObject([{ userId: other, points: 7 }])
    expect(
      await expiringLots(ctx.db, { ...span, until: NOON }, { after: { expiresAt: 0, userId: 0 }, limit: 2 }),
    ).toEqual([])
  })

  test('say in words what became of them', async () => {
    const { world, ctx, clock, userId, change, reserve } = await start()
    const visit = await addBooking({ userId, status: 'pending' })
    await change(100)
    await releaseReservation(ctx, await reserve(10, visit), 'Карта отклонена')
    await captureReservation(ctx, await reserve(20, visit))
    await giveBackBonuses(ctx, userId, { bookingId: visit, points: 5, idempotencyKey: 'a', actor: 'system' })
    clock.now += 400 * DAY_MS
    await sweepEnded(ctx)
    const told = async (language: string) => {
      const answer = await world.call('GET', '/api/v1/loyalty/entries', {
        as: CLIENT(userId),
        headers: { 'accept-language': language },
      })
      return (await answer.json<{ kind: string; explanation: string }[]>()).map(
        ({ kind, explanation }) => `${kind}: ${explanation}`,
      )
    }
    expect(await told('ru')).toEqual([
      'expiry: Срок действия бонусов истёк',
      'return: Возврат бонусов, потраченных на визит',
      'hold: Бонусы в счёт оплаты визита',
      'release: Оплата не состоялась, бонусы возвращены',
      'hold: Бонусы в счёт оплаты визита',
      'adjustment: Ручная корректировка: тест',
    ])
    expect((await told('en')).slice(0, 4)).toEqual([
      'expiry: Points expired: they were not spent in time',
      'return: Points spent on a visit were given back',
      'hold: Points towards the price of a visit',
      'release: Not paid, points given back',
    ])
  })

  test('are what is left of every lot by the database itself', async () => {
    const { userId, change } = await start()
    await change(100)
    await rows('update bonus_lots set remaining_points = 90')
    await expect(change(1)).rejects.toThrow('LEDGER_LOTS_MISMATCH')
    expect(await row('select bonus_balance_points as balance from users where id = ?', userId)).toEqual({
      balance: 100,
    })
  })
})

test('points from before they had a life get one that begins with the migration', async () => {
  await emptyStores()
  const before = env.TEST_MIGRATIONS.findIndex(({ name }) => name.includes('points_with_a_life'))
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS.slice(0, before))
  const [rich, poor] = [await addUser(), await addUser()]
  await giveBonuses(rich, 70)
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS)
  const lots = await rows<{ user_id: number; points: number; expires_at: number }>('select * from bonus_lots')
  expect(lots).toMatchObject([{ user_id: rich, points: 70, remaining_points: 70 }])
  expect(((lots[0]?.expires_at ?? 0) - Date.now()) / DAY_MS).toBeGreaterThan(364)
  await giveBonuses(poor, 5)
  await giveBonuses(rich, -30)
  expect([await left(rich), await left(poor)]).toEqual([[40], [5]])
})
