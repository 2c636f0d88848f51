import { expect, test } from 'vitest'
import { HOUR_MS } from '../../src/platform/time.ts'
import { addUser, balanceOf, MARIA, MASSAGE, openSalon, row, rows } from '../support/salon.ts'
import { ADMIN, CLIENT, startWorld } from '../support/world.ts'

const SERVICE = [{ id: MASSAGE }]

test('a visit booked in YClients with the code in its comment appears in the app and gives bonuses once when completed', async () => {
  const world = startWorld()
  const { serviceId } = await openSalon(world)
  const userId = await addUser({ name: 'Иван', surname: 'Иванов', phone: '+79000000001' })

  const link = await world.call('GET', `/api/v1/yclients/widget-url/${serviceId}`, { as: CLIENT(userId) })
  expect(link.status).toBe(200)
  const { comment } = await link.json<{ comment: string }>()

  const record = world.sim.book({
    staffId: MARIA,
    services: SERVICE,
    client: { name: 'Кто-то', phone: '+79111111111' },
    startsAt: '2026-09-16 15:00',
    comment: `Хочу чай. ${comment}`,
  })
  await world.deliverWebhooks()
  await world.drain()

  const listed = await world.call('GET', '/api/v1/booking?upcoming_only=true', { as: CLIENT(userId) })
  expect(await listed.json()).toMatchObject([
    {
      service_name: 'Массаж',
      service_id: serviceId,
      service_price: 514_750,
      service_duration: 60,
      appointment_datetime: '2026-09-16T15:00:00+03:00',
      status: 'pending',
      source: 'yclients',
      yclients_record_id: record.id,
      loyalty_bonuses_awarded: false,
    },
  ])

  world.clock.now += 30 * HOUR_MS
  world.sim.complete(record.id)
  const [completed] = world.sim.webhooks.outbox.filter((d) => d.resource === 'record')
  await world.deliverWebhooks()
  if (!completed) throw new Error('no webhook')
  for (let again = 0; again < 2; again++) {
    await world.call('POST', new URL(completed.url).pathname + new URL(completed.url).search, {
      rawBody: completed.body,
    })
  }
  await world.drain()

  expect(await rows('select kind, points, percent_basis_points as percent from bonus_entries')).toEqual([
    { kind: 'accrual', points: 154, percent: 300 },
  ])
  expect(await balanceOf(userId)).toEqual({ balance: 154, sum: 154 })
  expect(await row('select status, accrued_bonuses_points as points from bookings')).toEqual({
    status: 'completed',
    points: 154,
  })
})

test('a visit whose webhook was lost is brought by the sync, matched by phone', async () => {
  const world = startWorld()
  await openSalon(world)
  const userId = await addUser({ phone: '+79000000002' })
  world.sim.book({
    staffId: MARIA,
    services: SERVICE,
    client: { name: 'Ольга', phone: '8 900 000-00-02' },
    startsAt: '2026-09-17 11:00',
  })
  world.sim.webhooks.clear()

  const asked = await world.call('POST', '/api/v1/yclients/sync-bookings', { as: ADMIN, headers: { prefer: 'wait=0' } })
  expect(asked.status).toBe(202)
  await world.drain()
  const run = await world.call('GET', asked.headers.get('location') ?? '', { as: ADMIN })
  expect(await run.json()).toMatchObject({ status: 'finished', fetched: 1, created: 1, unmatched: 0, failed: 0 })
  expect(await row('select user_id, client_match from bookings')).toEqual({ user_id: userId, client_match: 'phone' })
})

test('a visit that is finished when it is first seen has both of its events, in order', async () => {
  const world = startWorld()
  await openSalon(world)
  const record = world.sim.book({
    staffId: MARIA,
    services: SERVICE,
    client: { name: 'Ольга', phone: '+79000000002' },
    startsAt: '2026-09-15 11:00',
  })
  world.sim.complete(record.id)
  world.sim.webhooks.clear()
  await world.call('POST', '/api/v1/yclients/sync-bookings', { as: ADMIN, headers: { prefer: 'wait=0' } })
  await world.drain()
  expect(await rows('select kind from booking_events order by id')).toEqual([
    { kind: 'created' },
    { kind: 'completed' },
  ])
})
