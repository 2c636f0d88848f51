import { expect, test } from 'vitest'
import { CARDS } from '../../dev/yookassa/cards.ts'
import {
  cron,
  hold,
  moneyRows,
  payWith,
  startPaying,
  startToPay,
  statusOfBooking,
  tellAll,
  tryToPay,
} from '../support/paying.ts'
import { addUser, rows } from '../support/salon.ts'
import { PAYMENT_NOTIFICATIONS } from '../support/world.ts'

test('of 20 clients who want to pay for one time one gets it, and the others are never charged', async () => {
  const first = await startPaying()
  const { world, salon } = first
  const clients = await Promise.all(Array.from({ length: 20 }, (_, n) => addUser({ email: `client${n}@example.ru` })))
  const held = await Promise.allSettled(clients.map((userId) => hold({ ...first, userId })))
  const winners = held.flatMap((result, index) =>
    result.status === 'fulfilled' ? [{ index, id: result.value.id }] : [],
  )
  expect(winners).toHaveLength(1)
  const [winner] = winners
  if (!winner) throw new Error('nobody won')
  // Each tries to pay for it, also those whose hold it is not.
  const answers = await Promise.all(clients.map((userId) => tryToPay({ world, salon, userId }, winner.id)))
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
  const [payment] = await rows<{ id: number }>('select id from payments')
  await payWith(first, payment?.id ?? 0)
  await tellAll(first)
  expect(await rows("select user_id as userId from bookings where status = 'confirmed'")).toEqual([
    { userId: clients[winner.index] },
  ])
  expect([...world.shop.till.payments.values()].map(({ status }) => status)).toEqual(['succeeded'])
})

test('of the same client’s 10 payments for one hold one is made', async () => {
  const paying = await startPaying(500)
  const { id } = await hold(paying)
  const answers = await Promise.all(Array.from({ length: 10 }, () => tryToPay(paying, id, { use_bonuses: true })))
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
  expect(paying.world.shop.till.payments.size).toBe(1)
  expect(await moneyRows()).toHaveLength(1)
})

test('two who hold the time one after the other and both pay: one visit, and the late money goes back', async () => {
  const paying = await startPaying()
  const { world, salon } = paying
  const early = await hold(paying)
  const first = await startToPay(paying, early.id)
  // His hold and his payment end; the shop tells it late, and he pays in the last moment by a way that takes the money at once.
  await payWith(paying, first.id, CARDS.SBP)
  world.shop.notifications.take()
  world.clock.now += 61 * 60_000
  const second = { world, salon, userId: await addUser({ email: 'second@example.ru' }) }
  const late = await hold(second)
  const { id } = await startToPay(second, late.id)
  await payWith(second, id)
  await tellAll(second)
  await cron(paying)
  expect(await statusOfBooking(late.id)).toBe('confirmed')
  expect(await statusOfBooking(early.id)).toBe('cancelled')
  expect(await moneyRows()).toMatchObject([
    { outcome: 'returned', captured: 100_000, exception: 'paid_in_vain' },
    { outcome: 'confirmed', captured: 100_000, exception: null },
  ])
  expect([...world.shop.till.refunds.values()].map(({ kopecks }) => kopecks)).toEqual([100_000])
})

const notify = (paying: Awaited<ReturnType<typeof startPaying>>, rawBody: string, address = '185.71.76.5') =>
  paying.world.call('POST', PAYMENT_NOTIFICATIONS, { rawBody, headers: { 'cf-connecting-ip': address } })

test('a notification from a stranger is refused, and one with nothing in it, too', async () => {
  const paying = await startPaying()
  const body = JSON.stringify({ type: 'notification', event: 'payment.succeeded', object: { id: 'x' } })
  expect((await notify(paying, body, '203.0.113.66')).status).toBe(403)
  expect((await notify(paying, 'not json')).status).toBe(400)
  expect(paying.world.queued).toEqual([])
})

test('what a notification claims is not believed: the payment itself is read', async () => {
  const paying = await startPaying()
  const { id: bookingId } = await hold(paying)
  await startToPay(paying, bookingId)
  const [there] = [...paying.world.shop.till.payments.values()]
  const claim = { id: there?.id, status: 'succeeded', paid: true, amount: { value: '1000.00', currency: 'RUB' } }
  const body = JSON.stringify({ type: 'notification', event: 'payment.succeeded', object: claim })
  expect((await notify(paying, body)).status).toBe(200)
  await paying.world.drain()
  expect(await statusOfBooking(bookingId)).toBe('pending')
  expect(await moneyRows()).toMatchObject([{ status: 'pending', captured: 0 }])
})

test('a sum that differs from the order does not book the visit: it goes back and is shown', async () => {
  const paying = await startPaying()
  const { id: bookingId } = await hold(paying)
  const { id } = await startToPay(paying, bookingId)
  const [there] = [...paying.world.shop.till.payments.values()]
  if (there) there.kopecks = 100
  await payWith(paying, id, CARDS.SBP)
  await tellAll(paying)
  expect(await statusOfBooking(bookingId)).not.toBe('confirmed')
  expect(await moneyRows()).toMatchObject([{ outcome: 'returned', captured: 100, exception: 'payment_differs' }])
  expect([...paying.world.shop.till.refunds.values()].map(({ kopecks }) => kopecks)).toEqual([100])
})

test('money for a payment that nobody here knows is an alarm', async () => {
  const paying = await startPaying()
  const { id: bookingId } = await hold(paying)
  const { id } = await startToPay(paying, bookingId)
  const [there] = [...paying.world.shop.till.payments.values()]
  if (there) Object.assign(there, { id: 'stranger', metadata: {} })
  if (there) paying.world.shop.till.payments.set('stranger', there)
  paying.world.shop.pay('stranger', CARDS.SBP)
  await tellAll(paying)
  expect(await rows('select key from parked_work')).toEqual([{ key: 'alarm:payment:stranger' }])
  expect((await moneyRows())[0]).toMatchObject({ id, status: 'pending', captured: 0 })
})
