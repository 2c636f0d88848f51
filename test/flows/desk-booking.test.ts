import { describe, expect, test } from 'vitest'
import { codeOf, lastAudit } from '../support/office.ts'
import { type BookingBody, book, openOwnSalon, tryToBook, type Wish } from '../support/own-salon.ts'
import { startSalon } from '../support/promised.ts'
import { addBooking, addUser, row, rows } from '../support/salon.ts'
import { DESK, MANAGER, NOON, startWorld, type World } from '../support/world.ts'

const BOOKINGS = '/api/v1/admin/bookings'
const today = (time: string) => `2026-09-15T${time}:00+03:00`
const at = (time: string) => `2026-09-16T${time}:00+03:00`

interface DeskWish extends Wish {
  readonly user_id: number
}

const bookFor = (world: World, wish: DeskWish, key = 'wish-1') =>
  world.call('POST', BOOKINGS, { as: DESK, body: wish, headers: { 'idempotency-key': key } })

async function salon() {
  const world = startWorld()
  const { serviceId: service_id, staffIds } = await openOwnSalon({ masters: 2 })
  const user_id = await addUser({ name: 'Анна', phone: '+79161234567' })
  return { world, service_id, user_id, staffIds }
}

describe('the desk books for a client', () => {
  test('who has the visit then, and the audit log says who booked it', async () => {
    const { world, service_id, user_id, staffIds } = await salon()
    const answer = await bookFor(world, {
      user_id,
      service_id,
      staff_id: staffIds[1] ?? 0,
      appointment_datetime: at('10:00'),
    })
    const booked = await answer.json<BookingBody & { user_id: number }>()
    expect([answer.status, answer.headers.get('etag')]).toEqual([201, '"1"'])
    expect(booked).toMatchObject({
      user_id,
      staff_id: staffIds[1],
      appointment_datetime: at('10:00'),
      source: 'internal',
    })
    expect(await lastAudit()).toMatchObject({
      actor: 'admin:3',
      role: 'desk',
      action: 'booking.create',
      entity_id: String(booked.id),
      after: { user_id, service_id, staff_id: staffIds[1], starts_at: Date.parse(at('10:00')) },
    })
  })

  test('also for the next half hour, which he could not do by himself', async () => {
    const { world, service_id, user_id } = await salon()
    const wish = { service_id, appointment_datetime: today('12:30') }
    expect(await codeOf(await tryToBook(world, user_id, wish))).toBe('too_soon')
    expect((await bookFor(world, { user_id, ...wish })).status).toBe(201)
  })

  test('but not in the past, and not when nobody works', async () => {
    const { world, service_id, user_id } = await salon()
    for (const [appointment_datetime, code] of [
      [today('11:30'), 'time_in_past'],
      [at('21:00'), 'outside_working_hours'],
      [at('10:10'), 'not_a_slot'],
    ] as const) {
      expect(await codeOf(await bookFor(world, { user_id, service_id, appointment_datetime }))).toBe(code)
    }
    expect(await rows('select id from audit_log')).toEqual([])
  })

  test('once, however often it is asked; and another wish with the same key is refused', async () => {
    const { world, service_id, user_id } = await salon()
    const wish = { user_id, service_id, appointment_datetime: at('10:00') }
    const first = await bookFor(world, wish)
    const again = await bookFor(world, wish)
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([201, 'true'])
    expect((await again.json<BookingBody>()).id).toBe((await first.json<BookingBody>()).id)
    expect((await rows('select id from bookings')).length).toBe(1)
    expect((await rows('select id from audit_log')).length).toBe(1)
    expect(await codeOf(await bookFor(world, { ...wish, appointment_datetime: at('12:00') }))).toBe(
      'idempotency_key_reused',
    )
  })

  test('with a key of its own: what the client sends as his is another one', async () => {
    const { world, service_id, user_id } = await salon()
    await tryToBook(world, user_id, { service_id, appointment_datetime: at('10:00') }, { 'idempotency-key': 'wish-1' })
    expect((await bookFor(world, { user_id, service_id, appointment_datetime: at('15:00') })).status).toBe(201)
  })

  test('and is told of a repetition, though the first time nobody could tell the audit log', async () => {
    const { world, service_id, user_id } = await salon()
    const wish = { user_id, service_id, appointment_datetime: at('10:00') }
    await bookFor(world, wish)
    await row('delete from audit_log returning id')
    await bookFor(world, wish)
    expect(await lastAudit()).toMatchObject({ action: 'booking.create' })
  })

  test('not without a key, not for nobody, and not at a time that is taken', async () => {
    const { world, service_id, user_id, staffIds } = await salon()
    const asked = { service_id, staff_id: staffIds[0] ?? 0, appointment_datetime: at('10:00') }
    const wish = { user_id, ...asked }
    expect(await codeOf(await world.call('POST', BOOKINGS, { as: DESK, body: wish }))).toBe('idempotency_key_required')
    expect(await codeOf(await bookFor(world, { ...wish, user_id: 4711 }))).toBe('user_not_found')
    await book(world, await addUser(), asked)
    const { code, nearest } = await (await bookFor(world, wish)).json<{ code: string; nearest: object[] }>()
    expect([code, nearest[0]]).toEqual(['slot_taken', { starts_at: at('09:00'), staff_id: staffIds[0] }])
  })
})

describe('a visit as the desk reads it', () => {
  test('has its events and what it brought in bonuses', async () => {
    const { world, service_id, user_id } = await salon()
    const { id } = await book(world, user_id, { service_id, appointment_datetime: at('10:00') })
    await world.call('PATCH', `${BOOKINGS}/${id}`, { as: DESK, body: { appointment_datetime: at('11:00') } })
    world.clock.now = Date.parse(at('12:00'))
    await world.call('POST', `${BOOKINGS}/${id}/complete`, { as: DESK })
    const answer = await world.call('GET', `${BOOKINGS}/${id}`, { as: DESK })
    const visit = await answer.json<{ events: object[]; bonus_entries: object[] }>()
    expect(answer.headers.get('etag')).toBe('"3"')
    expect(visit.events).toMatchObject([
      { kind: 'created' },
      { kind: 'moved', previous_datetime: at('10:00') },
      { kind: 'completed', at: at('12:00') },
    ])
    expect(visit.bonus_entries).toMatchObject([{ kind: 'accrual', points: 30 }])
    expect(await codeOf(await world.call('GET', `${BOOKINGS}/4711`, { as: DESK }))).toBe('booking_not_found')
  })

  test('is found by day, master and who keeps it', async () => {
    const { world, service_id, user_id, staffIds } = await salon()
    const booked = await book(world, user_id, {
      service_id,
      staff_id: staffIds[0] ?? 0,
      appointment_datetime: at('10:00'),
    })
    const foreign = await addBooking({ userId: null, status: 'pending', startsAt: NOON })
    const idsOf = async (query: string) =>
      (await (await world.call('GET', `${BOOKINGS}?${query}`, { as: DESK })).json<{ id: number }[]>()).map(
        ({ id }) => id,
      )
    expect(await idsOf('date=2026-09-16')).toEqual([booked.id])
    expect(await idsOf('date=2026-09-15')).toEqual([foreign])
    expect(await idsOf('date=2026-09-17')).toEqual([])
    expect(await idsOf(`staff_id=${staffIds[0]}`)).toEqual([booked.id])
    expect(await idsOf(`staff_id=${staffIds[1]}`)).toEqual([])
    expect(await idsOf('source=yclients')).toEqual([foreign])
    expect(await codeOf(await world.call('GET', `${BOOKINGS}?date=2026-02-30`, { as: DESK }))).toBe('validation_failed')
  })
})

describe('two people at one visit do not overwrite each other', () => {
  test('when it is finished', async () => {
    const { world, service_id, user_id } = await salon()
    const { id } = await book(world, user_id, { service_id, appointment_datetime: at('10:00') })
    world.clock.now = Date.parse(at('11:00'))
    const finish = (how: string, headers: Record<string, string> = {}) =>
      world.call('POST', `${BOOKINGS}/${id}/${how}`, { as: DESK, headers })
    const first = await finish('no-show', { 'if-match': '"1"' })
    expect([first.status, first.headers.get('etag')]).toEqual([200, '"2"'])
    expect(await codeOf(await finish('complete', { 'if-match': '"1"' }))).toBe('precondition_failed')
    expect(await row('select status from bookings')).toEqual({ status: 'no_show' })
    expect((await finish('complete')).status).toBe(200)
  })

  test('when it is linked', async () => {
    const { world } = await salon()
    const [anna, boris] = [await addUser(), await addUser()]
    const id = await addBooking({ userId: null, status: 'completed' })
    const link = (user_id: number, headers: Record<string, string> = {}) =>
      world.call('POST', `${BOOKINGS}/${id}/link`, { as: MANAGER, body: { user_id }, headers })
    expect((await link(anna, { 'if-match': '"1"' })).headers.get('etag')).toBe('"2"')
    expect(await codeOf(await link(boris, { 'if-match': '"1"' }))).toBe('precondition_failed')
    expect(await row('select user_id from bookings')).toEqual({ user_id: anna })
    expect((await link(boris)).status).toBe(200)
  })
})

test('the desk books in YClients what is booked there', async () => {
  const { world, serviceId, staffId, userId } = await startSalon()
  await row('insert into staff_services (staff_id, service_id) values (?, ?) returning staff_id', staffId, serviceId)
  const answer = await bookFor(world, { user_id: userId, service_id: serviceId, appointment_datetime: at('10:00') })
  expect([answer.status, await answer.json()]).toMatchObject([201, { source: 'yclients', provisional: false }])
  expect(world.sim.state.records.size).toBe(1)
})
