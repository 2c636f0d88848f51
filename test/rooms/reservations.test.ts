import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import { HOUR_MS, MINUTE_MS } from '../../src/platform/time.ts'
import {
  captureReservation,
  giveBackBonuses,
  postponeReservationOf,
  releaseReservation,
  reserveBonuses,
} from '../support/reservations.ts'
import { addBooking, addUser, balanceOf, giveBonuses, row, rows } from '../support/salon.ts'
import { startWorld } from '../support/world.ts'

/** A client with 500 points and a visit of 1 000 ₽ that waits for its payment. */
async function start() {
  const world = startWorld()
  const userId = await addUser()
  await giveBonuses(userId, 500)
  const bookingId = await addBooking({ userId, status: 'pending' })
  const reserve = (points: number, key = 'payment:1') =>
    reserveBonuses(world.ctx, userId, {
      points,
      bookingId,
      paymentId: 1,
      expiresAt: world.clock.now + 15 * MINUTE_MS,
      idempotencyKey: key,
    })
  const reserved = async (points: number) => {
    const result = await reserve(points)
    if (!result.ok) throw new Error(result.refusal)
    return result.value.entryId
  }
  return { world, ctx: world.ctx, userId, bookingId, reserve, reserved }
}

const left = async (userId: number) =>
  (
    await row<{ points: number }>(
      'select coalesce(sum(remaining_points), 0) as points from bonus_lots where user_id = ?',
      userId,
    )
  ).points
const spentOn = async (bookingId: number) =>
  (await row<{ spent: number }>('select spent_bonuses_points as spent from bookings where id = ?', bookingId)).spent

describe('points that are put aside', () => {
  test('leave the balance at once, and are spent on the visit only when it is paid', async () => {
    const { ctx, userId, bookingId, reserve, reserved } = await start()
    const entryId = await reserved(300)
    expect(await balanceOf(userId)).toEqual({ balance: 200, sum: 200 })
    expect(await spentOn(bookingId)).toBe(0)
    expect(await reserve(300)).toMatchObject({ ok: true, value: { entryId, replayed: true } })

    expect(await captureReservation(ctx, entryId)).toEqual({
      ok: true,
      value: { entryId, resolution: 'captured', bookingId, points: 300, balancePoints: 200, replayed: false },
    })
    expect(await spentOn(bookingId)).toBe(300)
    expect(await captureReservation(ctx, entryId)).toMatchObject({ value: { resolution: 'captured', replayed: true } })
    expect(await releaseReservation(ctx, entryId, 'late')).toMatchObject({ value: { resolution: 'captured' } })
    expect(await spentOn(bookingId)).toBe(300)
    expect(await balanceOf(userId)).toEqual({ balance: 200, sum: 200 })
  })

  test('go back to where they came from when it is not, once', async () => {
    const { ctx, userId, bookingId, reserved } = await start()
    const lots = await rows('select * from bonus_lots')
    const entryId = await reserved(300)
    const [first, second] = await Promise.all([
      releaseReservation(ctx, entryId, 'Платёж отменён'),
      releaseReservation(ctx, entryId, 'Платёж отменён'),
    ])
    expect([first, second].map((result) => result.ok && result.value.replayed).sort()).toEqual([false, true])
    expect(await balanceOf(userId)).toEqual({ balance: 500, sum: 500 })
    expect(await rows('select * from bonus_lots')).toEqual(lots)
    expect(await captureReservation(ctx, entryId)).toMatchObject({ ok: true, value: { resolution: 'released' } })
    expect(await spentOn(bookingId)).toBe(0)
  })

  test.each([
    ['more than there is', 501, 'insufficient_balance'],
    ['more than the price', 1_001, 'exceeds_price'],
  ])('are not %s', async (_, points, refusal) => {
    const { userId, reserve } = await start()
    if (refusal === 'exceeds_price') await giveBonuses(userId, 1_000)
    expect(await reserve(points)).toEqual({ ok: false, refusal })
  })

  test('count towards the price of the visit together', async () => {
    const { userId, reserve } = await start()
    await giveBonuses(userId, 1_000)
    expect(await reserve(700, 'a')).toMatchObject({ ok: true })
    expect(await reserve(301, 'b')).toEqual({ ok: false, refusal: 'exceeds_price' })
    expect(await reserve(300, 'b')).toMatchObject({ ok: true })
  })

  test('are for his own visit, that is not cancelled, under a key of their own', async () => {
    const { ctx, userId, reserve, bookingId } = await start()
    const common = { points: 10, paymentId: null, expiresAt: ctx.now() + HOUR_MS }
    const others = await addBooking({ userId: await addUser(), status: 'pending' })
    const cancelled = await addBooking({ userId, status: 'cancelled' })
    for (const [id, refusal] of [
      [others, 'booking_of_another_client'],
      [cancelled, 'booking_cancelled'],
      [999, 'booking_not_found'],
    ] as const) {
      const result = await reserveBonuses(ctx, userId, { ...common, bookingId: id, idempotencyKey: `on ${id}` })
      expect(result).toEqual({ ok: false, refusal })
    }
    expect(await reserve(10, 'mine')).toMatchObject({ ok: true })
    expect(await reserve(11, 'mine')).toEqual({ ok: false, refusal: 'idempotency_key_reused' })
    expect(await reserveBonuses(ctx, userId + 1, { ...common, bookingId, idempotencyKey: 'mine' })).toMatchObject({
      ok: false,
    })
  })

  test('of fifty who ask at the same moment are never more than there is', async () => {
    const { ctx, userId } = await start()
    const bookings = await Promise.all(Array.from({ length: 50 }, () => addBooking({ userId, status: 'pending' })))
    const results = await Promise.all(
      bookings.map((bookingId) =>
        reserveBonuses(ctx, userId, {
          points: 30,
          bookingId,
          paymentId: null,
          expiresAt: ctx.now() + HOUR_MS,
          idempotencyKey: `of ${bookingId}`,
        }),
      ),
    )
    expect(results.filter(({ ok }) => ok)).toHaveLength(16)
    expect(await balanceOf(userId)).toEqual({ balance: 20, sum: 20 })
    expect(await left(userId)).toBe(20)
    expect(await row('select min(balance_after_points) as lowest from bonus_entries')).toEqual({ lowest: 20 })
  })

  test('come back by themselves when their time is over, and not before', async () => {
    const { world, ctx, userId, reserved } = await start()
    const entryId = await reserved(300)
    expect(await ctx.ledgerOf(userId).end(world.clock.now + 14 * MINUTE_MS)).toMatchObject({ releases: 0 })
    expect(await postponeReservationOf(ctx, entryId, world.clock.now + 30 * MINUTE_MS)).toMatchObject({ ok: true })
    expect(await ctx.ledgerOf(userId).end(world.clock.now + 16 * MINUTE_MS)).toMatchObject({ releases: 0 })
    expect(await ctx.ledgerOf(userId).end(world.clock.now + 31 * MINUTE_MS)).toMatchObject({ releases: 1 })
    expect(await ctx.ledgerOf(userId).end(world.clock.now + 31 * MINUTE_MS)).toMatchObject({ releases: 0 })
    expect(await balanceOf(userId)).toEqual({ balance: 500, sum: 500 })
    expect(await captureReservation(ctx, entryId)).toMatchObject({ value: { resolution: 'expired', replayed: true } })
    expect(await postponeReservationOf(ctx, entryId, 0)).toMatchObject({ ok: true, value: { resolution: 'expired' } })
  })

  test('wake the object when their time is over, which then ends them and waits for what is over next', async () => {
    // The object goes by the real clock.
    const world = startWorld({ now: () => Date.now() })
    const { ctx } = world
    const userId = await addUser()
    const bookingId = await addBooking({ userId, status: 'pending' })
    await giveBonuses(userId, 500)
    const reserve = async (idempotencyKey: string, minutes: number) => {
      const expiresAt = ctx.now() + minutes * MINUTE_MS
      const reserved = await reserveBonuses(ctx, userId, {
        points: 10,
        bookingId,
        paymentId: null,
        expiresAt,
        idempotencyKey,
      })
      if (!reserved.ok) throw new Error(reserved.refusal)
      return { entryId: reserved.value.entryId, expiresAt }
    }
    const ledger = env.LEDGER.getByName(String(userId))
    const alarm = () => runInDurableObject(ledger, (_, state) => state.storage.getAlarm())
    expect(await alarm()).toBeNull()
    const later = await reserve('later', 60)
    const sooner = await reserve('sooner', 15)
    expect(Math.abs(((await alarm()) ?? 0) - sooner.expiresAt)).toBeLessThan(MINUTE_MS)

    await rows('update bonus_reservations set expires_at = ? where entry_id = ?', Date.now() - 1, sooner.entryId)
    expect(await runDurableObjectAlarm(ledger)).toBe(true)
    expect(await rows('select resolution from bonus_reservations order by entry_id')).toEqual([
      { resolution: null },
      { resolution: 'expired' },
    ])
    expect(await balanceOf(userId)).toEqual({ balance: 490, sum: 490 })
    expect(await alarm()).toBe(later.expiresAt)
  })

  test('are given back later if the database was down when the object woke up', async () => {
    const { userId, reserved } = await start()
    await reserved(300)
    const ledger = env.LEDGER.getByName(String(userId))
    await rows('alter table bonus_reservations rename to gone')
    expect(await runDurableObjectAlarm(ledger)).toBe(true)
    const again = await runInDurableObject(ledger, (_, state) => state.storage.getAlarm())
    expect(again).toBeGreaterThan(Date.now())
    await rows('alter table gone rename to bonus_reservations')
    expect(await runDurableObjectAlarm(ledger)).toBe(true)
    expect(await balanceOf(userId)).toEqual({ balance: 500, sum: 500 })
  })

  test('are unknown by another number', async () => {
    const { ctx } = await start()
    for (const result of [
      captureReservation(ctx, 999),
      releaseReservation(ctx, 999, 'x'),
      postponeReservationOf(ctx, 999, 0),
    ]) {
      expect(await result).toEqual({ ok: false, refusal: 'reservation_not_found' })
    }
  })

  test('are resolved once even by somebody who goes past the ledger', async () => {
    const { ctx, reserved } = await start()
    const entryId = await reserved(300)
    await captureReservation(ctx, entryId)
    const change = env.DB.prepare("update bonus_reservations set resolution = 'released' where entry_id = ?")
    await expect(change.bind(entryId).run()).rejects.toThrow('RESERVATION_RESOLVED')
  })
})

describe('points spent on a visit', () => {
  test('are given back wholly or in part, and never more than were spent', async () => {
    const { ctx, userId, bookingId, reserved } = await start()
    await captureReservation(ctx, await reserved(300))
    const giveBack = (points: number, idempotencyKey: string) =>
      giveBackBonuses(ctx, userId, { bookingId, points, idempotencyKey, actor: 'system' })
    expect(await giveBack(100, 'refund:1')).toMatchObject({ ok: true, value: { points: 100, balancePoints: 300 } })
    expect(await giveBack(100, 'refund:1')).toMatchObject({ ok: true, value: { balancePoints: 300, replayed: true } })
    expect(await giveBack(200, 'refund:1')).toEqual({ ok: false, refusal: 'idempotency_key_reused' })
    expect(await giveBack(201, 'refund:2')).toEqual({ ok: false, refusal: 'exceeds_spent' })
    expect(await giveBack(200, 'refund:2')).toMatchObject({ ok: true })
    expect(await balanceOf(userId)).toEqual({ balance: 500, sum: 500 })
    expect(await spentOn(bookingId)).toBe(0)
    expect(await left(userId)).toBe(500)
  })
})
