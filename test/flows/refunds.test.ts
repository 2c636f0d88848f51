import { describe, expect, test } from 'vitest'
import { HOUR_MS } from '../../src/platform/time.ts'
import {
  balanceOf,
  cancel,
  cron,
  hold,
  moneyRows,
  type Paying,
  payWith,
  startPaying,
  startToPay,
  statusOfBooking,
  tellAll,
} from '../support/paying.ts'
import { tomorrow } from '../support/promised.ts'
import { row, rows } from '../support/salon.ts'
import { ADMIN, CLIENT, DESK, MANAGER } from '../support/world.ts'

/** A visit that is paid: 500 ₽ and 500 points, or 1,000 ₽. */
async function paidVisit(points: number, hour = 18): Promise<Paying & { bookingId: number; paymentId: number }> {
  const paying = await startPaying(points)
  const { id: bookingId } = await hold(paying, hour)
  const { id: paymentId } = await startToPay(paying, bookingId, { use_bonuses: points > 0 })
  await payWith(paying, paymentId)
  await tellAll(paying)
  expect(await statusOfBooking(bookingId)).toBe('confirmed')
  return { ...paying, bookingId, paymentId }
}

const refundRows = () =>
  rows<{ kopecks: number; points: number; status: string; cause: string }>(
    'select amount_kopecks as kopecks, bonus_points as points, status, cause from refunds order by id',
  )
const inShop = ({ world }: Paying) =>
  [...world.shop.till.refunds.values()].map(({ kopecks, status }) => [kopecks, status])

const refund = ({ world, paymentId }: Paying & { paymentId: number }, as: typeof DESK, body: object, key = 'r') =>
  world.call('POST', `/api/v1/admin/payments/${paymentId}/refund`, { as, body, headers: { 'idempotency-key': key } })
const codeOf = async (answer: Response) => ((await answer.json()) as { code: string }).code

describe('cancelling a paid visit', () => {
  test('a day before, all comes back, also the bonuses', async () => {
    const paid = await paidVisit(500)
    expect(await balanceOf(paid.userId)).toBe(0)
    expect((await cancel(paid, paid.bookingId)).status).toBe(200)
    expect(await refundRows()).toEqual([
      { kopecks: 50_000, points: 500, status: 'succeeded', cause: 'cancelled_visit' },
    ])
    expect(inShop(paid)).toEqual([[50_000, 'succeeded']])
    expect(await balanceOf(paid.userId)).toBe(500)
    expect(await row('select spent_bonuses_points as spent from bookings where id = ?', paid.bookingId)).toEqual({
      spent: 0,
    })
  })

  test.each([
    [24, 100_000],
    [23.9, 50_000],
    [3, 50_000],
  ])('%s hours before, %s kopecks come back, and the client saw it before', async (hours, kopecks) => {
    const paid = await paidVisit(0)
    paid.world.clock.now = tomorrow(18) - hours * HOUR_MS
    const seen = await paid.world.call('GET', `/api/v1/bookings/${paid.bookingId}`, { as: CLIENT(paid.userId) })
    expect(await seen.json()).toMatchObject({
      payment: { amount: 100_000, refund_now: { amount: kopecks, bonuses: 0 } },
    })
    await cancel(paid, paid.bookingId)
    expect(inShop(paid)).toEqual([[kopecks, 'succeeded']])
  })

  test('by the desk an hour before nothing comes back by itself, and a manager may give it back', async () => {
    const paid = await paidVisit(0)
    const { world, bookingId } = paid
    world.clock.now = tomorrow(17)
    await world.call('PATCH', `/api/v1/admin/bookings/${bookingId}`, { as: DESK, body: { status: 'cancelled' } })
    await world.drain()
    expect(await refundRows()).toEqual([])
    expect((await refund(paid, MANAGER, { amount: 30_000, reason: 'по просьбе клиента' })).status).toBe(200)
    expect(inShop(paid)).toEqual([[30_000, 'succeeded']])
  })

  test('a cancellation that comes from elsewhere is found by the cron', async () => {
    const paid = await paidVisit(0)
    await rows(
      "update bookings set status = 'cancelled', cancelled_at = ? where id = ?",
      paid.world.clock.now,
      paid.bookingId,
    )
    expect(await refundRows()).toEqual([])
    await cron(paid)
    expect(inShop(paid)).toEqual([[100_000, 'succeeded']])
  })

  test('a refund that is pending is asked for until it has ended; one that is refused is shown', async () => {
    const paid = await paidVisit(500)
    paid.world.shop.knobs.refunds = 'refused'
    await cancel(paid, paid.bookingId)
    expect(await refundRows()).toMatchObject([{ status: 'pending' }])
    expect(await balanceOf(paid.userId)).toBe(0)
    await cron(paid)
    expect(await refundRows()).toMatchObject([{ status: 'failed' }])
    expect(await moneyRows()).toMatchObject([{ exception: 'refund_failed' }])
    const listed = await paid.world.call('GET', '/api/v1/admin/payments/exceptions', { as: MANAGER })
    expect(await listed.json()).toMatchObject([{ id: paid.paymentId, exception: 'refund_failed', refunded: 0 }])
    const closed = await paid.world.call('POST', `/api/v1/admin/payments/${paid.paymentId}/close-exception`, {
      as: MANAGER,
    })
    expect(closed.status).toBe(204)
    expect(await (await paid.world.call('GET', '/api/v1/admin/payments/exceptions', { as: MANAGER })).json()).toEqual(
      [],
    )
  })

  test('an answer that was lost does not make two refunds', async () => {
    const paid = await paidVisit(0)
    paid.world.shop.knobs.failOnly = '/refunds'
    paid.world.shop.knobs.failNext = ['500after']
    await cancel(paid, paid.bookingId)
    expect(await refundRows()).toMatchObject([{ status: 'creating' }])
    await cron(paid)
    expect(await refundRows()).toMatchObject([{ status: 'succeeded' }])
    expect(inShop(paid)).toEqual([[100_000, 'succeeded']])
  })
})

describe('a refund by an administrator', () => {
  test('needs a key, is done once for it, and is audited', async () => {
    const paid = await paidVisit(0)
    expect((await refund(paid, MANAGER, { amount: 1000, reason: 'сервис' }, 'two words')).status).toBe(422)
    const first = await refund(paid, MANAGER, { amount: 1000, reason: 'сервис' })
    expect(await first.json()).toMatchObject({ refunded: 1000, refunds: [{ status: 'succeeded', reason: 'сервис' }] })
    const again = await refund(paid, MANAGER, { amount: 1000, reason: 'сервис' })
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect(await codeOf(await refund(paid, MANAGER, { amount: 2000, reason: 'сервис' }))).toBe('idempotency_key_reused')
    expect(inShop(paid)).toEqual([[1000, 'succeeded']])
    const audit = await rows("select entity_id as id, details from audit_log where action = 'payment.refund'")
    expect(audit).toEqual([
      {
        id: String(paid.paymentId),
        details: JSON.stringify({ before: { refunded_kopecks: 0 }, after: { refunded_kopecks: 1000 } }),
      },
    ])
  })

  test('is never more than came, however many ask at once', async () => {
    const paid = await paidVisit(0)
    expect(await codeOf(await refund(paid, MANAGER, { amount: 100_001, reason: 'x' }, 'too-much'))).toBe(
      'refund_exceeds_payment',
    )
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, n) => refund(paid, MANAGER, { amount: 40_000, reason: 'x' }, `at-once-${n}`)),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(2)
    expect(inShop(paid)).toEqual([
      [40_000, 'succeeded'],
      [40_000, 'succeeded'],
    ])
    // What is left when the client cancels is what comes back then.
    await cancel(paid, paid.bookingId)
    expect(inShop(paid).map(([kopecks]) => kopecks)).toEqual([40_000, 40_000, 20_000])
  })

  test('of a large sum is the owner’s', async () => {
    const paid = await paidVisit(0)
    const { config } = paid.world.ctx
    Object.assign(config.payments, { managerRefundKopecks: 50_000 })
    try {
      expect(await codeOf(await refund(paid, MANAGER, { reason: 'x' }, 'm'))).toBe('refund_needs_owner')
      expect((await refund(paid, ADMIN, { reason: 'x' }, 'o')).status).toBe(200)
    } finally {
      Object.assign(config.payments, { managerRefundKopecks: 3_000_000 })
    }
    expect(inShop(paid)).toEqual([[100_000, 'succeeded']])
  })
})

describe('what follows the visit', () => {
  const complete = async ({ world }: Paying, bookingId: number) => {
    world.clock.now = tomorrow(19) + 60_000
    const done = await world.call('POST', `/api/v1/admin/bookings/${bookingId}/complete`, { as: DESK })
    expect(done.status).toBe(200)
    await cron({ world } as Paying)
  }

  test('cashback is earned on the money only', async () => {
    const paid = await paidVisit(500)
    await complete(paid, paid.bookingId)
    // 3 % of 500 ₽.
    expect(await balanceOf(paid.userId)).toBe(15)
  })

  test('the second receipt is sent when the visit is over, over the money alone', async () => {
    const paid = await paidVisit(500)
    const before = [...paid.world.shop.till.receipts.values()]
    expect(before.map(({ items }) => items.map(({ kopecks, mode }) => [kopecks, mode]))).toEqual([
      [[50_000, 'full_prepayment']],
    ])
    await complete(paid, paid.bookingId)
    const [, second] = [...paid.world.shop.till.receipts.values()]
    expect(second).toMatchObject({
      settlements: [{ type: 'prepayment', kopecks: 50_000 }],
      items: [{ kopecks: 50_000, mode: 'full_payment' }],
      customer: { email: 'anna@example.ru' },
    })
    expect(await rows('select status from receipts')).toEqual([{ status: 'registered' }])
  })

  test('a receipt that the cash desk refuses stays owed, is tried again and is late in the health check', async () => {
    const paid = await paidVisit(0)
    paid.world.shop.knobs.receipts = 'failed'
    await complete(paid, paid.bookingId)
    for (let days = 0; days < 3; days++) await cron(paid, 24 * HOUR_MS)
    expect(await rows('select status from receipts')).not.toEqual([{ status: 'registered' }])
    const health = await (await paid.world.call('GET', '/api/v1/admin/health', { as: MANAGER })).json()
    expect(health).toMatchObject({ status: 'red' })
    expect(JSON.stringify(health)).toContain('receipts_late')
    paid.world.shop.knobs.receipts = 'at_once'
    for (let hours = 0; hours < 3; hours++) await cron(paid, 2 * HOUR_MS)
    expect(await rows('select status from receipts')).toEqual([{ status: 'registered' }])
  })
})
