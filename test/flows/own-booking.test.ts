import { env } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import { addOwnService, type BookingBody, book, openOwnSalon, tryToBook } from '../support/own-salon.ts'
import { addUser, giveBonuses, row, rows } from '../support/salon.ts'
import { ADMIN, CLIENT, DESK, startWorld } from '../support/world.ts'

/** The day after the one on which every test begins. */
const at = (time: string) => `2026-09-16T${time}:00+03:00`
const codeOf = async (answer: Response) => (await answer.json<{ code: string }>()).code

async function salon(options: Parameters<typeof openOwnSalon>[0] = {}) {
  const world = startWorld()
  const { serviceId: service_id, staffIds } = await openOwnSalon(options)
  const client = await addUser({ name: 'Анна', phone: '+79161234567' })
  return { world, service_id, staffIds, client }
}

describe('booking here', () => {
  test('makes a visit that the client sees, with what it costs and how long it takes', async () => {
    const { world, service_id, staffIds, client } = await salon()
    const wish = { service_id, staff_id: staffIds[0] ?? 0, appointment_datetime: at('10:00'), notes: 'Тихую музыку' }
    const booked = await book(world, client, wish)
    expect(booked).toMatchObject({
      staff_id: staffIds[0],
      status: 'pending',
      appointment_datetime: at('10:00'),
      ends_at: at('11:00'),
      service_price: 100_000,
      source: 'internal',
      provisional: false,
      expires_at: null,
      phone: '+79161234567',
      notes: 'Тихую музыку',
    })
    const list = await world.call('GET', '/api/v1/booking?upcoming_only=true', { as: CLIENT(client) })
    expect(await list.json()).toMatchObject([{ id: booked.id }])
    const one = await world.call('GET', `/api/v1/bookings/${booked.id}`, { as: CLIENT(client) })
    expect([one.headers.get('etag'), await one.json()]).toMatchObject(['"1"', { id: booked.id }])
    expect(await rows('select kind from booking_events')).toEqual([{ kind: 'created' }])
  })

  test('of others is not shown', async () => {
    const { world, service_id, client } = await salon()
    const { id } = await book(world, client, { service_id, appointment_datetime: at('10:00') })
    const other = await addUser()
    for (const [method, body] of [['GET'], ['PATCH', { status: 'cancelled' }]] as const) {
      const answer = await world.call(method, `/api/v1/bookings/${id}`, {
        as: CLIENT(other),
        ...(body ? { body } : {}),
      })
      expect([answer.status, await codeOf(answer)]).toEqual([404, 'booking_not_found'])
    }
    const confirmed = await world.call('POST', `/api/v1/bookings/${id}/confirm`, { as: CLIENT(other) })
    expect(confirmed.status).toBe(404)
  })

  test('additional services lengthen the visit and are paid for', async () => {
    const { world, service_id, staffIds, client } = await salon()
    const second = await addOwnService({ durationMinutes: 30, priceKopecks: 50_000, staffIds })
    const wish = { service_id, appointment_datetime: at('10:00'), additional_services: [second] }
    expect(await book(world, client, wish)).toMatchObject({ ends_at: at('11:30'), service_price: 150_000 })
    const other = await addUser()
    expect(await codeOf(await tryToBook(world, other, { service_id, appointment_datetime: at('11:00') }))).toBe(
      'slot_taken',
    )
    expect((await tryToBook(world, other, { service_id, appointment_datetime: at('11:30') })).status).toBe(201)
  })

  test.each([
    ['2026-09-15T11:00:00+03:00', 'time_in_past'],
    ['2026-09-15T12:30:00+03:00', 'too_soon'],
    ['2026-12-16T10:00:00+03:00', 'too_far'],
    [at('08:00'), 'outside_working_hours'],
    [at('20:30'), 'outside_working_hours'],
    [at('12:30'), 'break'],
    [at('13:00'), 'break'],
    [at('10:10'), 'not_a_slot'],
  ])('at %s is refused: %s', async (appointment_datetime, code) => {
    const { world, service_id, client } = await salon({ breakTime: [780, 840] })
    const answer = await tryToBook(world, client, { service_id, appointment_datetime })
    expect([answer.status, await codeOf(answer)]).toEqual([422, code])
    expect(await rows('select id from bookings')).toEqual([])
  })

  test('refuses in Russian, and in English who asks for it', async () => {
    const { world, service_id, client } = await salon()
    const past = { service_id, appointment_datetime: '2026-09-15T11:00:00+03:00' }
    expect(await (await tryToBook(world, client, past)).json()).toMatchObject({
      detail: 'Нельзя забронировать время в прошлом',
    })
    await book(world, client, { service_id, appointment_datetime: at('10:00') })
    const again = { service_id, appointment_datetime: at('10:00') }
    expect(await (await tryToBook(world, client, again)).json()).toMatchObject({ detail: 'Время уже занято' })
    const english = await tryToBook(world, client, again, { 'accept-language': 'en' })
    expect(await english.json()).not.toMatchObject({ detail: 'Время уже занято' })
  })

  test.each([
    [{ appointment_datetime: '2026-09-16T10:00:00' }, 422, 'validation_failed'],
    [{ appointment_datetime: 'завтра' }, 422, 'validation_failed'],
    [{ service_id: 4711 }, 404, 'service_not_found'],
    [{ staff_id: 4711 }, 404, 'staff_not_found'],
    [{ additional_services: [4711] }, 404, 'service_not_found'],
    [{ phone: '123' }, 422, 'validation_failed'],
    [{ user_id: 1 }, 422, 'validation_failed'],
  ])('with %j is refused', async (change, status, code) => {
    const { world, service_id, client } = await salon()
    const wish = { service_id, appointment_datetime: at('10:00'), ...change }
    const answer = await tryToBook(world, client, wish)
    expect([answer.status, await codeOf(answer)]).toEqual([status, code])
  })

  test('a master who does not do the service is refused', async () => {
    const { world, service_id, client } = await salon()
    const { id } = await row<{ id: number }>("insert into staff (name) values ('Другой') returning id")
    const answer = await tryToBook(world, client, { service_id, staff_id: id, appointment_datetime: at('10:00') })
    expect([answer.status, await codeOf(answer)]).toEqual([422, 'staff_does_not_do_service'])
  })

  test('without a master goes to the least loaded one who is free, the lowest number first', async () => {
    const { world, service_id, staffIds } = await salon({ masters: 3 })
    const [first, second, third] = staffIds
    const clients = [await addUser(), await addUser(), await addUser(), await addUser()]
    const bookAt = async (client: number | undefined, time: string, staff_id?: number) =>
      (
        await book(world, client ?? 0, {
          service_id,
          appointment_datetime: at(time),
          ...(staff_id ? { staff_id } : {}),
        })
      ).staff_id
    expect(await bookAt(clients[0], '10:00')).toBe(first)
    expect(await bookAt(clients[1], '12:00')).toBe(second)
    expect(await bookAt(clients[2], '10:00', third)).toBe(third)
    expect(await bookAt(clients[3], '10:00')).toBe(second)
  })

  test('keeps the time after the visit that the service needs', async () => {
    const { world, service_id, client } = await salon({ bufferAfterMinutes: 15 })
    await book(world, client, { service_id, appointment_datetime: at('10:00') })
    const other = await addUser()
    expect(await codeOf(await tryToBook(world, other, { service_id, appointment_datetime: at('11:00') }))).toBe(
      'slot_taken',
    )
    expect((await tryToBook(world, other, { service_id, appointment_datetime: at('11:30') })).status).toBe(201)
  })

  test('sees a longer visit that began earlier', async () => {
    const { world, service_id, client, staffIds } = await salon({ durationMinutes: 180 })
    const short = await addOwnService({ durationMinutes: 30, staffIds })
    await book(world, client, { service_id, appointment_datetime: at('10:00') })
    const answer = await tryToBook(world, client, { service_id: short, appointment_datetime: at('12:30') })
    expect(await answer.json()).toMatchObject({ code: 'slot_taken', nearest: expect.any(Array) })
  })

  test('offers the three nearest free times when the wanted one is taken', async () => {
    const { world, service_id, client } = await salon()
    await book(world, client, { service_id, appointment_datetime: at('14:00') })
    const answer = await tryToBook(world, await addUser(), { service_id, appointment_datetime: at('14:00') })
    const { nearest } = await answer.json<{ nearest: { starts_at: string }[] }>()
    expect(nearest.map(({ starts_at }) => starts_at)).toEqual([at('13:00'), at('15:00'), at('12:30')])
    const other = await addUser()
    for (const { starts_at } of nearest.slice(0, 2)) {
      expect((await tryToBook(world, other, { service_id, appointment_datetime: starts_at })).status).toBe(201)
    }
  })

  test('twenty at once for overlapping times of one master: one wins', async () => {
    const { world, service_id } = await salon()
    const clients = await Promise.all(Array.from({ length: 20 }, () => addUser()))
    const times = ['10:00', '10:30', '09:30']
    const answers = await Promise.all(
      clients.map((client, i) =>
        tryToBook(world, client, { service_id, appointment_datetime: at(i === 0 ? '10:00' : (times[i % 3] ?? '')) }),
      ),
    )
    const booked = await rows<{ starts_at: number; ends_at: number }>(
      'select starts_at, ends_at from bookings order by starts_at',
    )
    for (const [index, { ends_at }] of booked.entries()) {
      expect(ends_at).toBeLessThanOrEqual(booked[index + 1]?.starts_at ?? Number.POSITIVE_INFINITY)
    }
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(booked.length)
    expect(booked.length).toBeLessThanOrEqual(2)
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(20 - booked.length)
  })

  test('a client has at most twenty visits to come', async () => {
    const { world, service_id, client } = await salon({ masters: 2 })
    for (let i = 0; i < 20; i++) {
      const appointment_datetime = `2026-09-${16 + Math.floor(i / 10)}T${String(9 + (i % 10)).padStart(2, '0')}:00:00+03:00`
      await book(world, client, { service_id, appointment_datetime })
    }
    const answer = await tryToBook(world, client, { service_id, appointment_datetime: '2026-09-19T10:00:00+03:00' })
    expect([answer.status, await codeOf(answer)]).toEqual([409, 'too_many_bookings'])
  })
})

describe('a repetition with the same key', () => {
  const KEY = { 'idempotency-key': 'k1' }

  test('gives the first answer, also when both come at once; with another wish it is refused', async () => {
    const { world, service_id, client } = await salon()
    const wish = { service_id, appointment_datetime: at('10:00') }
    const answers = await Promise.all(Array.from({ length: 5 }, () => tryToBook(world, client, wish, KEY)))
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201])
    const ids = await Promise.all(answers.map(async (answer) => (await answer.json<BookingBody>()).id))
    expect(new Set(ids).size).toBe(1)
    expect(answers.filter((answer) => answer.headers.get('idempotency-replayed') === 'true')).toHaveLength(4)
    const other = await tryToBook(world, client, { ...wish, appointment_datetime: at('12:00') }, KEY)
    expect([other.status, await codeOf(other)]).toEqual([422, 'idempotency_key_reused'])
    expect(await rows('select id from bookings')).toHaveLength(1)
  })

  test('of another client is another request', async () => {
    const { world, service_id, client } = await salon()
    await tryToBook(world, client, { service_id, appointment_datetime: at('10:00') }, KEY)
    const answer = await tryToBook(world, await addUser(), { service_id, appointment_datetime: at('12:00') }, KEY)
    expect([answer.status, answer.headers.get('idempotency-replayed')]).toEqual([201, null])
  })
})

describe('a hold', () => {
  test('keeps the time for ten minutes, to the second, whether or not the cron ran', async () => {
    const { world, service_id, client } = await salon()
    const wish = { service_id, appointment_datetime: at('10:00') }
    const held = await book(world, client, { ...wish, hold: true })
    expect(held).toMatchObject({ status: 'pending', expires_at: '2026-09-15T12:10:00+03:00' })
    const other = await addUser()
    world.clock.now += 10 * 60_000 - 1
    expect(await codeOf(await tryToBook(world, other, wish))).toBe('slot_taken')
    world.clock.now += 1
    expect((await tryToBook(world, other, wish)).status).toBe(201)
    const confirm = await world.call('POST', `/api/v1/bookings/${held.id}/confirm`, { as: CLIENT(client) })
    expect([confirm.status, await codeOf(confirm)]).toEqual([409, 'hold_expired'])
  })

  test('is one of two at most, so that nobody keeps a whole day from others', async () => {
    const { world, service_id, client } = await salon()
    const hold = (time: string) => tryToBook(world, client, { service_id, appointment_datetime: at(time), hold: true })
    expect([(await hold('10:00')).status, (await hold('12:00')).status]).toEqual([201, 201])
    expect(await codeOf(await hold('14:00'))).toBe('too_many_bookings')
    world.clock.now += 10 * 60_000
    expect((await hold('14:00')).status).toBe(201)
  })

  test('is made firm by confirming it, once', async () => {
    const { world, service_id, client } = await salon()
    const { id } = await book(world, client, { service_id, appointment_datetime: at('10:00'), hold: true })
    const confirm = () => world.call('POST', `/api/v1/bookings/${id}/confirm`, { as: CLIENT(client) })
    for (const answer of [await confirm(), await confirm()]) {
      expect([answer.status, await answer.json()]).toMatchObject([200, { status: 'confirmed', expires_at: null }])
    }
    world.clock.now += 60 * 60_000
    expect(
      await codeOf(await tryToBook(world, await addUser(), { service_id, appointment_datetime: at('10:00') })),
    ).toBe('slot_taken')
    expect(await rows('select kind from booking_events order by id')).toEqual([{ kind: 'held' }, { kind: 'created' }])
  })

  test('that ended is no booking any more, before and after the cron says so', async () => {
    const { world, service_id, client } = await salon()
    const { id } = await book(world, client, { service_id, appointment_datetime: at('10:00'), hold: true })
    world.clock.now += 10 * 60_000
    const isGone = async () => {
      const list = await world.call('GET', '/api/v1/bookings', { as: CLIENT(client) })
      expect(await list.json()).toEqual([])
      expect((await world.call('GET', `/api/v1/bookings/${id}`, { as: CLIENT(client) })).status).toBe(404)
    }
    await isGone()
    const { releaseHolds } = await import('../../src/booking/release-holds.ts')
    expect([await releaseHolds(world.ctx), await releaseHolds(world.ctx)]).toEqual([1, 0])
    await isGone()
    expect(await row('select status, cancelled_by, cancel_reason from bookings')).toEqual({
      status: 'cancelled',
      cancelled_by: 'system',
      cancel_reason: 'hold_expired',
    })
    expect(await rows('select kind from booking_events order by id')).toEqual([{ kind: 'held' }, { kind: 'released' }])
  })
})

describe('changing a visit', () => {
  const patch = (
    world: Awaited<ReturnType<typeof salon>>['world'],
    client: number,
    id: number,
    body: unknown,
    headers: Record<string, string> = {},
  ) => world.call('PATCH', `/api/v1/bookings/${id}`, { as: CLIENT(client), body, headers })

  test('cancelling frees the time at once', async () => {
    const { world, service_id, client } = await salon()
    const wish = { service_id, appointment_datetime: at('10:00') }
    const { id } = await book(world, client, wish)
    const answer = await patch(world, client, id, { status: 'cancelled', reason: 'Заболела' })
    expect([answer.status, await answer.json()]).toMatchObject([
      200,
      { status: 'cancelled', cancel_reason: 'Заболела' },
    ])
    expect((await tryToBook(world, await addUser(), wish)).status).toBe(201)
    const again = await patch(world, client, id, { status: 'cancelled' })
    expect([again.status, await codeOf(again)]).toEqual([409, 'booking_not_changeable'])
    expect(await row("select actor, details from audit_log where action = 'booking.cancel'")).toEqual({
      actor: `client:${client}`,
      details: JSON.stringify({ before: { status: 'pending' }, after: { status: 'cancelled', with_reason: true } }),
    })
  })

  test('is not possible for the client within the notice, but for the desk', async () => {
    const { world, service_id, client } = await salon()
    const { id } = await book(world, client, { service_id, appointment_datetime: '2026-09-15T14:30:00+03:00' })
    const answer = await patch(world, client, id, { status: 'cancelled' })
    expect([answer.status, await codeOf(answer)]).toEqual([409, 'too_late_to_change'])
    const desk = await world.call('PATCH', `/api/v1/admin/bookings/${id}`, { as: DESK, body: { status: 'cancelled' } })
    expect([desk.status, await desk.json()]).toMatchObject([200, { status: 'cancelled' }])
  })

  test('moving frees the old time and takes the new one', async () => {
    const { world, service_id, client } = await salon()
    const { id } = await book(world, client, { service_id, appointment_datetime: at('10:00') })
    const moved = await patch(world, client, id, { appointment_datetime: at('10:30') })
    expect([moved.status, await moved.json()]).toMatchObject([
      200,
      { appointment_datetime: at('10:30'), ends_at: at('11:30') },
    ])
    const other = await addUser()
    expect(await codeOf(await tryToBook(world, other, { service_id, appointment_datetime: at('11:00') }))).toBe(
      'slot_taken',
    )
    expect((await tryToBook(world, other, { service_id, appointment_datetime: at('09:30') })).status).toBe(201)
    expect(await rows("select kind from booking_events where kind = 'moved'")).toHaveLength(1)
  })

  test('to a taken time leaves it where it was and offers others', async () => {
    const { world, service_id, client } = await salon()
    await book(world, await addUser(), { service_id, appointment_datetime: at('12:00') })
    const { id } = await book(world, client, { service_id, appointment_datetime: at('10:00') })
    const answer = await patch(world, client, id, { appointment_datetime: at('12:00') })
    expect([answer.status, await answer.json()]).toMatchObject([
      409,
      { code: 'slot_taken', nearest: expect.any(Array) },
    ])
    expect(await row('select starts_at from bookings where id = ?', id)).toEqual({ starts_at: Date.parse(at('10:00')) })
    const past = await patch(world, client, id, { appointment_datetime: '2026-09-14T10:00:00+03:00' })
    expect(await codeOf(past)).toBe('time_in_past')
  })

  test('by two devices at once: the one that saw an old state is told so', async () => {
    const { world, service_id, client } = await salon()
    const { id } = await book(world, client, { service_id, appointment_datetime: at('10:00') })
    const first = await patch(world, client, id, { appointment_datetime: at('12:00') }, { 'if-match': '"1"' })
    expect([first.status, first.headers.get('etag')]).toEqual([200, '"2"'])
    for (const tag of ['"1"', 'W/"1"', 'x']) {
      const second = await patch(world, client, id, { status: 'cancelled' }, { 'if-match': tag })
      expect([second.status, await codeOf(second)]).toEqual([412, 'precondition_failed'])
    }
    expect((await patch(world, client, id, { status: 'cancelled' }, { 'if-match': 'W/"2"' })).status).toBe(200)
  })

  test('two moves of one visit and a rival for the new time, all at once, never overlap', async () => {
    const { world, service_id, client } = await salon()
    const rival = await addUser()
    const { id } = await book(world, client, { service_id, appointment_datetime: at('10:00') })
    await Promise.all([
      patch(world, client, id, { appointment_datetime: at('12:00') }),
      patch(world, client, id, { appointment_datetime: at('12:30') }),
      tryToBook(world, rival, { service_id, appointment_datetime: at('12:00') }),
      tryToBook(world, rival, { service_id, appointment_datetime: at('10:00') }),
    ])
    const visits = await rows<{ starts_at: number; ends_at: number }>(
      "select starts_at, ends_at from bookings where status <> 'cancelled' order by starts_at",
    )
    for (const [index, { ends_at }] of visits.entries()) {
      expect(ends_at).toBeLessThanOrEqual(visits[index + 1]?.starts_at ?? Number.POSITIVE_INFINITY)
    }
  })

  test.each([{}, { status: 'completed' }, { appointment_datetime: at('12:00'), status: 'cancelled' }, { staff_id: 1 }])(
    '%j is no change',
    async (body) => {
      const { world, service_id, client } = await salon()
      const { id } = await book(world, client, { service_id, appointment_datetime: at('10:00') })
      const answer = await patch(world, client, id, body)
      expect([answer.status, await codeOf(answer)]).toEqual([422, 'validation_failed'])
    },
  )
})

describe('the desk', () => {
  const finish = (world: Awaited<ReturnType<typeof salon>>['world'], id: number, how: string) =>
    world.call('POST', `/api/v1/admin/bookings/${id}/${how}`, { as: DESK })

  test('completes a visit, which gives its bonuses once; reopening takes them back', async () => {
    const { world, service_id, client } = await salon()
    const { id } = await book(world, client, { service_id, appointment_datetime: at('10:00') })
    world.clock.now = Date.parse(at('11:00'))
    for (let i = 0; i < 2; i++) expect((await finish(world, id, 'complete')).status).toBe(200)
    await world.drain()
    expect(await rows('select kind, points from bonus_entries')).toEqual([{ kind: 'accrual', points: 30 }])
    await finish(world, id, 'reopen')
    await world.drain()
    expect(await row('select sum(points) as sum from bonus_entries')).toEqual({ sum: 0 })
    expect(await row('select status from bookings')).toEqual({ status: 'confirmed' })
    await finish(world, id, 'no-show')
    expect(await rows('select kind from booking_events order by id')).toEqual([
      { kind: 'created' },
      { kind: 'completed' },
      { kind: 'reopened' },
      { kind: 'no_show' },
    ])
  })

  test('cannot finish what is cancelled, what is only held, or what YClients keeps', async () => {
    const { world, service_id, client } = await salon()
    const { id } = await book(world, client, { service_id, appointment_datetime: at('10:00') })
    await world.call('PATCH', `/api/v1/bookings/${id}`, { as: CLIENT(client), body: { status: 'cancelled' } })
    expect(await codeOf(await finish(world, id, 'complete'))).toBe('booking_not_changeable')
    const hold = await book(world, client, { service_id, appointment_datetime: at('12:00'), hold: true })
    expect(await codeOf(await finish(world, hold.id, 'complete'))).toBe('booking_not_changeable')
    await giveBonuses(client, 1)
    const { addBooking } = await import('../support/salon.ts')
    const foreign = await addBooking({ userId: client, status: 'pending' })
    expect(await codeOf(await finish(world, foreign, 'complete'))).toBe('booked_in_yclients')
    expect(await codeOf(await finish(world, 4711, 'complete'))).toBe('booking_not_found')
  })

  test('cannot bring a missed visit back into a time that somebody else has by now', async () => {
    const { world, service_id, client } = await salon()
    const wish = { service_id, appointment_datetime: at('10:00') }
    const { id } = await book(world, client, wish)
    world.clock.now = Date.parse(at('08:00'))
    await finish(world, id, 'no-show')
    await book(world, await addUser(), wish)
    for (const how of ['reopen', 'complete']) expect(await codeOf(await finish(world, id, how))).toBe('slot_taken')
    expect(await row('select status from bookings where id = ?', id)).toEqual({ status: 'no_show' })
  })

  test('moves a visit to a dearer master at his price, on short notice', async () => {
    const { world, service_id, staffIds, client } = await salon({ masters: 2 })
    await env.DB.prepare('update staff_services set price_kopecks = 900000 where staff_id = ?').bind(staffIds[1]).run()
    const { id } = await book(world, client, {
      service_id,
      staff_id: staffIds[0] ?? 0,
      appointment_datetime: at('10:00'),
    })
    const body = { appointment_datetime: '2026-09-15T12:30:00+03:00', staff_id: staffIds[1] }
    const moved = await world.call('PATCH', `/api/v1/admin/bookings/${id}`, { as: DESK, body })
    expect([moved.status, await moved.json()]).toMatchObject([200, { service_price: 900_000, staff_id: staffIds[1] }])
  })

  test('sees where a visit of YClients meets one that was booked here', async () => {
    const { world, service_id, staffIds, client } = await salon()
    const { id } = await book(world, client, { service_id, appointment_datetime: at('10:00') })
    const { addBooking } = await import('../support/salon.ts')
    const starts = Date.parse(at('10:30'))
    const foreign = await addBooking({ userId: null, status: 'pending', startsAt: starts })
    await env.DB.prepare('update bookings set staff_id = ? where id = ?').bind(staffIds[0], foreign).run()
    const answer = await world.call('GET', '/api/v1/admin/bookings/conflicts', { as: ADMIN })
    expect(await answer.json()).toEqual([
      { staff_id: staffIds[0], booking_ids: expect.arrayContaining([id, foreign]), starts_at: at('10:30') },
    ])
  })
})
