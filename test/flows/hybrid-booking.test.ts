import { env } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import { type BookingBody, book, tryToBook } from '../support/own-salon.ts'
import { startSalon } from '../support/promised.ts'
import { addUser, MARIA, MASSAGE, row, rows } from '../support/salon.ts'
import { CLIENT } from '../support/world.ts'

const at = (time: string) => `2026-09-16T${time}:00+03:00`
const codeOf = async (answer: Response) => (await answer.json<{ code: string }>()).code

/** The salon of YClients, with its master's hours and services known here as well. */
async function hybrid() {
  const salon = await startSalon()
  const { serviceId, staffId } = salon
  await env.DB.batch([
    env.DB.prepare('insert into staff_services (staff_id, service_id) values (?, ?)').bind(staffId, serviceId),
    env.DB.prepare(
      `insert into staff_schedules (staff_id, day_of_week, start_minute, end_minute, updated_at)
      select ?, value, 540, 1260, 0 from json_each('[0,1,2,3,4,5,6]')`,
    ).bind(staffId),
  ])
  const wish = (time: string, more: object = {}) => ({ service_id: serviceId, appointment_datetime: at(time), ...more })
  const records = () => salon.world.sim.state.records.size
  const use = (method: string) => env.DB.prepare('update services set booking_method = ?').bind(method).run()
  return { ...salon, wish, records, use }
}

describe('a service that is booked in YClients', () => {
  test('is written there with the client’s code, and its webhook finds the same visit', async () => {
    const { world, userId, wish } = await hybrid()
    const booked = await book(world, userId, wish('10:00', { notes: 'Без музыки' }))
    expect(booked).toMatchObject({ source: 'yclients', provisional: false, appointment_datetime: at('10:00') })
    await world.deliverWebhooks()
    await world.drain()
    const stored = await rows('select user_id, status, client_code, comment from bookings')
    expect(stored).toEqual([
      {
        user_id: userId,
        status: 'pending',
        client_code: 'ABC12345',
        comment: expect.stringContaining('Код клиента: ABC12345'),
      },
    ])
    expect(stored[0]).toMatchObject({ comment: expect.stringContaining('Без музыки') })
  })

  test('is refused when it is taken there, with the nearest times, and leaves nothing behind', async () => {
    const { world, userId, wish } = await hybrid()
    world.sim.book({ staffId: MARIA, services: [{ id: MASSAGE }], client: null, startsAt: '2026-09-16 10:00' })
    const answer = await tryToBook(world, userId, wish('10:00'))
    const { code, nearest } = await answer.json<{ code: string; nearest: { starts_at: string }[] }>()
    expect([answer.status, code]).toEqual([409, 'slot_taken'])
    expect(nearest.map(({ starts_at }) => starts_at)).toEqual([at('09:00'), at('11:00'), at('11:30')])
    expect(await rows('select id from bookings')).toEqual([])
  })

  test('is cancelled and moved there as well', async () => {
    const { world, userId, wish } = await hybrid()
    const { id } = await book(world, userId, wish('10:00'))
    const patch = (body: object) => world.call('PATCH', `/api/v1/bookings/${id}`, { as: CLIENT(userId), body })
    const moved = await patch({ appointment_datetime: at('15:00') })
    expect([moved.status, await moved.json()]).toMatchObject([200, { appointment_datetime: at('15:00') }])
    expect((await patch({ status: 'cancelled' })).status).toBe(200)
    await world.deliverWebhooks()
    await world.drain()
    expect(await rows('select status, starts_at from bookings')).toEqual([
      { status: 'cancelled', starts_at: Date.parse(at('15:00')) },
    ])
    const again = await tryToBook(world, userId, wish('15:00'))
    expect(again.status).toBe(201)
  })

  test('while YClients is down is promised provisionally; an hour later all are written, and none twice', async () => {
    const { world, wish, records } = await hybrid()
    const before = records()
    const clients = [
      await addUser({ phone: '+79160000001' }),
      await addUser({ phone: '+79160000002' }),
      await addUser({ phone: '+79160000003' }),
    ]
    world.sim.knobs.serverErrorPercent = 100
    const promised: BookingBody[] = []
    for (const [i, client] of clients.entries()) promised.push(await book(world, client, wish(`${10 + 2 * i}:00`)))
    for (const booking of promised)
      expect(booking).toMatchObject({ provisional: true, source: 'internal', status: 'pending' })
    const other = await tryToBook(world, await addUser(), wish('10:30'))
    expect(await codeOf(other)).toBe('slot_taken')
    world.clock.now += 60 * 60_000
    world.sim.knobs.serverErrorPercent = 0
    await world.drain()
    await world.deliverWebhooks()
    await world.drain()
    expect(records() - before).toBe(3)
    expect(await rows('select source, sync_state, status from bookings')).toEqual(
      clients.map(() => ({ source: 'yclients', sync_state: null, status: 'pending' })),
    )
    expect(await rows('select id from parked_work where closed_at is null')).toEqual([])
  })

  test('a hold of it is told to YClients when it is confirmed', async () => {
    const { world, userId, wish, records } = await hybrid()
    const before = records()
    const { id } = await book(world, userId, wish('10:00', { hold: true }))
    expect(records()).toBe(before)
    const confirmed = await world.call('POST', `/api/v1/bookings/${id}/confirm`, { as: CLIENT(userId) })
    expect([confirmed.status, await confirmed.json()]).toMatchObject([200, { status: 'confirmed', source: 'yclients' }])
    expect(records()).toBe(before + 1)
  })

  test('that is moved to us and back keeps every visit', async () => {
    const { world, userId, wish, use } = await hybrid()
    await book(world, userId, wish('10:00'))
    await use('internal')
    expect(await book(world, userId, wish('12:00'))).toMatchObject({ source: 'internal' })
    await use('auto')
    await book(world, userId, wish('14:00'))
    await world.deliverWebhooks()
    await world.drain()
    const list = await world.call('GET', '/api/v1/booking?upcoming_only=true', { as: CLIENT(userId) })
    const visits = await list.json<BookingBody[]>()
    expect(visits.map(({ appointment_datetime, source }) => [appointment_datetime, source])).toEqual([
      [at('10:00'), 'yclients'],
      [at('12:00'), 'internal'],
      [at('14:00'), 'yclients'],
    ])
    expect(await row('select count(*) as n from bookings')).toEqual({ n: 3 })
  })
})

test('the hours of a service that is booked in YClients are those of YClients, not ours', async () => {
  const { world, userId, wish, staffId } = await hybrid()
  await env.DB.prepare('update staff_schedules set start_minute = 720 where staff_id = ?').bind(staffId).run()
  expect(await book(world, userId, wish('10:15'))).toMatchObject({
    source: 'yclients',
    appointment_datetime: at('10:15'),
  })
  const past = await tryToBook(world, userId, { ...wish('10:00'), appointment_datetime: '2026-09-15T11:00:00+03:00' })
  expect(await codeOf(past)).toBe('time_in_past')
})

test('what is held here alone keeps a visit of YClients from being moved there', async () => {
  const { world, userId, wish } = await hybrid()
  const { id } = await book(world, userId, wish('10:00'))
  await book(world, await addUser({ phone: '+79160000009' }), wish('15:00', { hold: true }))
  const body = { appointment_datetime: at('15:00') }
  const answer = await world.call('PATCH', `/api/v1/bookings/${id}`, { as: CLIENT(userId), body })
  expect([answer.status, await codeOf(answer)]).toEqual([409, 'slot_taken'])
  await world.deliverWebhooks()
  await world.drain()
  expect(await row('select starts_at from bookings where id = ?', id)).toEqual({ starts_at: Date.parse(at('10:00')) })
})

test.each([true, false])('while YClients is down our own hours decide (hold: %s)', async (hold) => {
  const { world, userId, wish } = await hybrid()
  world.sim.knobs.serverErrorPercent = 100
  expect(await codeOf(await tryToBook(world, userId, wish('03:07', { hold })))).toBe('outside_working_hours')
  expect(await rows('select id from bookings')).toEqual([])
})

test('a repetition while YClients is perhaps still being asked is not told that the visit stands', async () => {
  const { world, userId, wish } = await hybrid()
  world.sim.knobs.serverErrorPercent = 100
  const key = { 'idempotency-key': 'k1' }
  expect((await tryToBook(world, userId, wish('10:00'), key)).status).toBe(201)
  const soon = await tryToBook(world, userId, wish('10:00'), key)
  expect([soon.status, await codeOf(soon)]).toEqual([503, 'temporarily_unavailable'])
  world.clock.now += 15_000
  const later = await tryToBook(world, userId, wish('10:00'), key)
  expect([later.status, later.headers.get('idempotency-replayed')]).toEqual([201, 'true'])
  expect(await rows('select id from bookings')).toHaveLength(1)
})
