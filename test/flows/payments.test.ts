import { describe, expect, test } from 'vitest'
import { CARDS } from '../../dev/yookassa/cards.ts'
import {
  balanceOf,
  cron,
  hold,
  moneyRows,
  payWith,
  readPayment,
  startPaying,
  startToPay,
  statusOfBooking,
  tellAll,
  tryToPay,
} from '../support/paying.ts'
import { row } from '../support/salon.ts'
import { CLIENT, startWorld } from '../support/world.ts'

const codeOf = async (answer: Response) => ((await answer.json()) as { code: string }).code

describe('paying for a hold', () => {
  test('the client pays on the provider’s page, and the visit is booked when the shop says so', async () => {
    const paying = await startPaying()
    const { id: bookingId } = await hold(paying)
    const payment = await startToPay(paying, bookingId)
    expect(payment).toMatchObject({ status: 'pending', amount: 100_000, bonuses: 0, reason: null })
    expect(payment.confirmation_url).toContain('http://yookassa.test/pay/')
    expect(payment.refund_policy).toContain('24')
    await payWith(paying, payment.id)
    expect(await statusOfBooking(bookingId)).toBe('pending')
    await tellAll(paying)
    expect(await statusOfBooking(bookingId)).toBe('confirmed')
    expect(await moneyRows()).toMatchObject([
      { status: 'succeeded', outcome: 'confirmed', captured: 100_000, exception: null },
    ])
    expect(await readPayment(paying, payment.id)).toMatchObject({ status: 'succeeded', confirmation_url: null })
  })

  test('a lost notification is made up for by the client who looks', async () => {
    const paying = await startPaying()
    const { id: bookingId } = await hold(paying)
    const { id } = await startToPay(paying, bookingId)
    await payWith(paying, id)
    paying.world.shop.notifications.take()
    // Not asked again within three seconds.
    expect((await readPayment(paying, id)).status).toBe('pending')
    paying.world.clock.now += 4000
    expect((await readPayment(paying, id)).status).toBe('succeeded')
    expect(await statusOfBooking(bookingId)).toBe('confirmed')
  })

  test('or by the cron', async () => {
    const paying = await startPaying()
    const { id: bookingId } = await hold(paying)
    const { id } = await startToPay(paying, bookingId)
    await payWith(paying, id)
    paying.world.shop.notifications.take()
    await cron(paying)
    expect(await statusOfBooking(bookingId)).toBe('confirmed')
  })

  test('the hold lives exactly as long as the payment can succeed', async () => {
    const paying = await startPaying()
    const { id: bookingId } = await hold(paying)
    const payment = await startToPay(paying, bookingId)
    const { until } = await row<{ until: number }>(
      'select hold_expires_at as until from bookings where id = ?',
      bookingId,
    )
    expect(until).toBe(Date.parse(payment.expires_at ?? ''))
    expect(until).toBeGreaterThan(paying.world.clock.now + 10 * 60_000)
  })

  test('bonuses are part of the price, up to the share; they are spent with the payment', async () => {
    const paying = await startPaying(800)
    const { id: bookingId } = await hold(paying)
    const payment = await startToPay(paying, bookingId, { use_bonuses: true })
    expect(payment).toMatchObject({ amount: 50_000, bonuses: 500 })
    expect(await balanceOf(paying.userId)).toBe(300)
    await payWith(paying, payment.id)
    await tellAll(paying)
    expect(await balanceOf(paying.userId)).toBe(300)
    const visit = await row('select spent_bonuses_points as spent from bookings where id = ?', bookingId)
    expect(visit).toEqual({ spent: 500 })
  })

  test('more bonuses than the share, or than there are, are refused and not lowered', async () => {
    const paying = await startPaying(300)
    const { id } = await hold(paying)
    expect(await codeOf(await tryToPay(paying, id, { use_bonuses: 501 }))).toBe('bonus_share_exceeded')
    expect(await codeOf(await tryToPay(paying, id, { use_bonuses: 301 }))).toBe('insufficient_balance')
    expect(await moneyRows()).toEqual([])
  })

  test('where bonuses may cover the whole price no provider is asked, and the visit is booked at once', async () => {
    const plain = startWorld().ctx.config
    const config = { ...plain, payments: { ...plain.payments, bonusShareBasisPoints: 10_000 } }
    const paying = await startPaying(1000, { config })
    const booking = await hold(paying, 12)
    const payment = await startToPay(paying, booking.id, { use_bonuses: true })
    expect(payment).toMatchObject({ status: 'succeeded', amount: 0, bonuses: 1000, confirmation_url: null })
    expect(await statusOfBooking(booking.id)).toBe('confirmed')
    expect(paying.world.shop.till.payments.size).toBe(0)
    expect(await balanceOf(paying.userId)).toBe(0)
  })

  test('the same key is the same payment, and with other input it is refused', async () => {
    const paying = await startPaying()
    const { id } = await hold(paying)
    const first = await startToPay(paying, id, { key: 'k' })
    const again = await tryToPay(paying, id, { key: 'k' })
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect(await again.json()).toMatchObject({ id: first.id, confirmation_url: first.confirmation_url })
    expect(await codeOf(await tryToPay(paying, id, { key: 'k', return_url: 'https://spa.example/other' }))).toBe(
      'idempotency_key_reused',
    )
    expect(await codeOf(await tryToPay(paying, id, { key: 'other' }))).toBe('payment_open')
  })

  test.each(['http://spa.example/back', 'javascript://alert', 'other-app://back', 'https:back'])(
    'the client is not sent back to %s',
    async (return_url) => {
      const paying = await startPaying()
      const { id } = await hold(paying)
      expect(await codeOf(await tryToPay(paying, id, { return_url }))).toBe('return_url_refused')
    },
  )

  test('back to the app is allowed', async () => {
    const paying = await startPaying()
    const { id } = await hold(paying)
    expect((await tryToPay(paying, id, { return_url: 'spa-app://paid' })).status).toBe(201)
  })

  test('what is being paid is neither confirmed without the money nor moved', async () => {
    const paying = await startPaying()
    const { world, userId } = paying
    const { id } = await hold(paying)
    await startToPay(paying, id)
    const confirmed = await world.call('POST', `/api/v1/bookings/${id}/confirm`, { as: CLIENT(userId) })
    expect(await codeOf(confirmed)).toBe('payment_open')
    const moved = await world.call('PATCH', `/api/v1/bookings/${id}`, {
      as: CLIENT(userId),
      body: { appointment_datetime: '2026-09-17T12:00:00+03:00' },
    })
    expect(await codeOf(moved)).toBe('payment_open')
    expect(await statusOfBooking(id)).toBe('pending')
  })

  test('of another client’s hold, a booked visit and an ended hold nothing is paid', async () => {
    const paying = await startPaying()
    const held = await hold(paying)
    expect(await codeOf(await tryToPay({ ...paying, userId: paying.userId + 1 }, held.id))).not.toBe('payment_open')
    await paying.world.call('POST', `/api/v1/bookings/${held.id}/confirm`, { as: CLIENT(paying.userId) })
    expect(await codeOf(await tryToPay(paying, held.id))).toBe('not_a_hold')
    const ended = await hold(paying, 14)
    paying.world.clock.now += 11 * 60_000
    expect(await codeOf(await tryToPay(paying, ended.id))).toBe('hold_expired')
  })
})

describe('a payment that comes to nothing', () => {
  test('a declined card ends the hold at once, gives the bonuses back and says why', async () => {
    const paying = await startPaying(500)
    const { id: bookingId } = await hold(paying)
    const { id } = await startToPay(paying, bookingId, { use_bonuses: true })
    await payWith(paying, id, CARDS.noMoney)
    await tellAll(paying)
    expect(await statusOfBooking(bookingId)).toBe('cancelled')
    expect(await balanceOf(paying.userId)).toBe(500)
    expect(await readPayment(paying, id)).toMatchObject({
      status: 'cancelled',
      reason_code: 'insufficient_funds',
      reason: 'Не хватает денег на карте.',
      time_is_free: true,
    })
    // And the same time can be tried again.
    const again = await hold(paying)
    expect((await tryToPay(paying, again.id)).status).toBe(201)
  })

  test('one that is not paid in time ends with its hold', async () => {
    const paying = await startPaying(500)
    const { id: bookingId } = await hold(paying)
    const { id } = await startToPay(paying, bookingId, { use_bonuses: true })
    await cron(paying, 61 * 60_000)
    await cron(paying)
    expect(await statusOfBooking(bookingId)).toBe('cancelled')
    expect(await balanceOf(paying.userId)).toBe(500)
    expect(await readPayment(paying, id)).toMatchObject({ status: 'cancelled' })
    expect(paying.world.ctx.payments?.name).toBe('yookassa')
  })

  test('money for a hold that the client has given up goes back, and the administrators see it', async () => {
    const paying = await startPaying(500)
    const { world, userId } = paying
    const { id: bookingId } = await hold(paying)
    const { id } = await startToPay(paying, bookingId, { use_bonuses: true })
    await world.call('PATCH', `/api/v1/bookings/${bookingId}`, { as: CLIENT(userId), body: { status: 'cancelled' } })
    await world.drain()
    expect(await balanceOf(userId)).toBe(500)
    await payWith(paying, id, CARDS.SBP)
    await tellAll(paying)
    expect(await moneyRows()).toMatchObject([{ outcome: 'returned', captured: 50_000, exception: 'paid_in_vain' }])
    expect(await readPayment(paying, id)).toMatchObject({
      status: 'returned',
      refunded: 50_000,
      reason_code: 'hold_ended',
    })
    expect([...world.shop.till.refunds.values()]).toHaveLength(1)
    expect(await statusOfBooking(bookingId)).toBe('cancelled')
  })

  test('blocked money of such a hold is let go, which costs no fee', async () => {
    const paying = await startPaying()
    const { world, userId } = paying
    const { id: bookingId } = await hold(paying)
    const { id } = await startToPay(paying, bookingId)
    await world.call('PATCH', `/api/v1/bookings/${bookingId}`, { as: CLIENT(userId), body: { status: 'cancelled' } })
    await payWith(paying, id)
    await tellAll(paying)
    expect(await moneyRows()).toMatchObject([{ status: 'cancelled', captured: 0, exception: null }])
    expect(world.shop.till.refunds.size).toBe(0)
  })
})
