import { expect, test } from 'vitest'
import { CARDS } from '../../dev/yookassa/cards.ts'
import { reconcilePayments } from '../../src/payments/reconcile-payments.ts'
import { HOUR_MS } from '../../src/platform/time.ts'
import { cancel, hold, moneyRows, type Paying, payWith, startPaying, startToPay, tellAll } from '../support/paying.ts'
import { rows } from '../support/salon.ts'
import { ADMIN, CLIENT, MANAGER } from '../support/world.ts'

async function paid(paying: Paying, hour: number): Promise<{ bookingId: number; paymentId: number }> {
  const { id: bookingId } = await hold(paying, hour)
  const { id: paymentId } = await startToPay(paying, bookingId)
  await payWith(paying, paymentId, CARDS.SBP)
  return { bookingId, paymentId }
}

test('the nightly comparison finds each kopeck where it should be', async () => {
  const paying = await startPaying()
  const stays = await paid(paying, 17)
  const goes = await paid(paying, 18)
  await tellAll(paying)
  paying.world.clock.now += 7 * HOUR_MS
  await cancel(paying, goes.bookingId)
  const { differences, sums } = await reconcilePayments(paying.world.ctx)
  expect(differences).toEqual([])
  expect(sums).toEqual({
    capturedKopecks: 200_000,
    prepaidKopecks: 100_000,
    keptKopecks: 50_000,
    refundedKopecks: 50_000,
    exceptedKopecks: 0,
    underWayKopecks: 0,
    unexplainedKopecks: 0,
  })
  expect(stays.paymentId).toBeLessThan(goes.paymentId)
})

test('what the provider has and nobody here knows of is an alarm, and a lost notification is only late', async () => {
  const paying = await startPaying()
  const { shop, clock, ctx } = paying.world
  await paid(paying, 17)
  shop.notifications.take()
  const [there] = [...shop.till.payments.values()]
  if (!there) throw new Error('nothing was paid')
  shop.till.payments.set('stranger', { ...there, id: 'stranger' })
  clock.now += 3 * HOUR_MS
  const { differences } = await reconcilePayments(ctx)
  expect(differences).toEqual([{ providerPaymentId: 'stranger', what: 'unknown_here' }])
  expect(await rows('select key from parked_work')).toEqual([{ key: 'alarm:payment:stranger' }])
  // Its hold was over by then, so the money is on its way back.
  expect(await moneyRows()).toMatchObject([{ captured: 100_000, outcome: 'returned' }])
})

test('money that goes back at the provider without us is shown', async () => {
  const paying = await startPaying()
  const { shop, clock, ctx } = paying.world
  await paid(paying, 17)
  await tellAll(paying)
  const [there] = [...shop.till.payments.values()]
  if (!there) throw new Error('nothing was paid')
  const refund = { id: 'by-hand', paymentId: there.id, status: 'succeeded', kopecks: 700, endsAs: 'succeeded' } as const
  const at = { createdAt: clock.now, endsAt: clock.now, description: undefined, reason: undefined, receipt: undefined }
  shop.till.refunds.set('by-hand', { ...refund, ...at })
  clock.now += 3 * HOUR_MS
  expect((await reconcilePayments(ctx)).differences).toEqual([{ providerPaymentId: there.id, what: 'sums_differ' }])
  expect(await moneyRows()).toMatchObject([{ exception: 'sums_differ' }])
})

test('an export holds the payments, and an erasure what the sums need and nothing else', async () => {
  const paying = await startPaying()
  const { world, userId } = paying
  const { paymentId } = await paid(paying, 17)
  await tellAll(paying)
  await world.call('POST', `/api/v1/admin/payments/${paymentId}/refund`, {
    as: MANAGER,
    body: { amount: 500, reason: 'Анна просила' },
    headers: { 'idempotency-key': 'r' },
  })
  const exported = await world.call('GET', '/api/v1/me/export', { as: CLIENT(userId) })
  expect(await exported.json()).toMatchObject({
    payments: [{ id: paymentId, captured: 100_000, return_url: 'https://spa.example/back' }],
    refunds: [{ payment_id: paymentId, amount: 500, reason: 'Анна просила' }],
  })
  expect((await world.call('DELETE', `/api/v1/admin/users/${userId}`, { as: ADMIN })).status).toBe(200)
  expect(await rows('select return_url as url, captured_kopecks as kopecks from payments')).toEqual([
    { url: '', kopecks: 100_000 },
  ])
  expect(await rows('select reason, amount_kopecks as kopecks from refunds')).toEqual([{ reason: null, kopecks: 500 }])
})
