import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { confirmHold } from '../../src/booking/confirm-hold.ts'
import { finishVisit } from '../../src/booking/finish-visit.ts'
import { moveBooking } from '../../src/booking/move-booking.ts'
import { handleScheduled } from '../../src/handlers/scheduled.ts'
import { HOUR_MS } from '../../src/platform/time.ts'
import { Crash } from '../support/faults.ts'
import { interrupted } from '../support/interrupted.ts'
import { type BookingBody, book, tryToBook } from '../support/own-salon.ts'
import { standing } from '../support/promised.ts'
import { addUser, MARIA, MASSAGE, openSalon, row, rows } from '../support/salon.ts'
import { addHours, addTimedMaster, addTimedService, addVisit, linkServices } from '../support/time-line.ts'
import { CLIENT, DESK, MANAGER, startWorld } from '../support/world.ts'

/** Who is in YClients and who is not, services of both kinds in one visit: what is offered is what can be booked. */

const OLGA = 77
const at = (time: string) => `2026-09-16T${time}:00+03:00`
const instant = (time: string) => Date.parse(at(time))

type Fetch = typeof fetch
type WorldContext = ReturnType<typeof startWorld>['ctx']

/** Maria works in YClients and here, a service of hers is linked (`massage`) and one is ours alone (`sauna`). */
async function open(options: { yclients?: object; fetch?: (real: Fetch) => Fetch } = {}) {
  let toLose = 0
  const losing =
    (real: Fetch): Fetch =>
    (input, init) => {
      const isWriting = init?.method === 'POST' && /records\/|book_record\//.test(String(input))
      if (isWriting && toLose > 0) {
        Object.assign(world.sim.knobs, { failMoment: 'after', failNext: Array.from({ length: toLose }, () => 'reset') })
        toLose = 0
      }
      return real(input, init)
    }
  const world = startWorld(
    {},
    (ctx): WorldContext => ({
      ...ctx,
      fetch: losing(options.fetch?.(ctx.fetch) ?? ctx.fetch),
      config: { ...ctx.config, yclients: { ...ctx.config.yclients, ...options.yclients } },
    }),
  )
  const { serviceId: massage, staffId: maria } = await openSalon(world)
  const sauna = await addTimedService({ name: 'Баня', price_kopecks: 300_000 })
  await linkServices(maria, [massage, sauna])
  await addHours(maria, [0, 1, 2, 3, 4, 5, 6], [540, 1260])
  const client = await addUser({ name: 'Анна', code: 'ABC12345', phone: '+79161234567' })
  /** The next visit is written, but neither that answer is heard nor the following ones. */
  const loseAnswers = (answers: number) => {
    toLose = answers
  }
  const takenThere = (time: string, staffId = MARIA) => {
    world.sim.createRecord({ staffId, services: [{ id: MASSAGE }], client: null, startsAt: instant(time) })
    world.sim.webhooks.clear()
  }
  const move = (id: number, body: object, as = CLIENT(client)) =>
    world.call('PATCH', `/api/v1/bookings/${id}`, { as, body })
  const slotsOf = async (service: number, query = '') => {
    const path = `/api/v1/booking/time-slots/${service}?date=2026-09-16${query}`
    const { slots } = await (await world.call('GET', path, { as: CLIENT(client) })).json<{
      slots: { starts_at: string; available: boolean }[]
    }>()
    return slots.filter(({ available }) => available).map(({ starts_at }) => starts_at)
  }
  return { world, massage, sauna, maria, client, takenThere, loseAnswers, move, slotsOf }
}

type Salon = Awaited<ReturnType<typeof open>>

/** A second master, in YClients as well. */
async function addOlga({ world, massage, sauna }: Salon) {
  const maria = world.sim.state.staff.get(MARIA)
  const service = world.sim.state.services.get(MASSAGE)
  if (!maria || !service) throw new Error('the salon is not open')
  world.sim.putStaff({ ...maria, id: OLGA, name: 'Ольга' })
  world.sim.putService({ ...service, staff: [...service.staff, { id: OLGA, seanceLength: 3600, price: null }] })
  world.sim.webhooks.clear()
  return await addTimedMaster([massage, sauna], { yclientsStaffId: OLGA })
}

const bodyOf = (answer: Response) => answer.json<BookingBody & { code: string; nearest: { starts_at: string }[] }>()

test('whoever asks for anybody gets the next master when YClients says that the first is taken', async () => {
  const salon = await open()
  const olga = await addOlga(salon)
  salon.takenThere('10:00')
  const wish = { service_id: salon.massage, appointment_datetime: at('10:00') }
  const booked = await book(salon.world, salon.client, wish)
  expect(booked).toMatchObject({ staff_id: olga, source: 'yclients', provisional: false })
  expect(await rows('select staff_id from bookings')).toEqual([{ staff_id: olga }])

  const refused = await tryToBook(salon.world, await addUser({ phone: '+79160000001' }), wish)
  expect([refused.status, (await bodyOf(refused)).code]).toEqual([409, 'slot_taken'])
  expect(await rows('select staff_id from bookings')).toHaveLength(1)
})

test('a key of a request that tried two masters is the key of one visit', async () => {
  const salon = await open()
  await addOlga(salon)
  salon.takenThere('10:00')
  const wish = { service_id: salon.massage, appointment_datetime: at('10:00') }
  const key = { 'idempotency-key': 'anybody' }
  const first = await bodyOf(await tryToBook(salon.world, salon.client, wish, key))
  const again = await bodyOf(await tryToBook(salon.world, salon.client, wish, key))
  expect(again).toMatchObject({ id: first.id, staff_id: first.staff_id })
})

test.each(['ours first', 'theirs first'] as const)(
  'a visit with a service of YClients and one of ours takes the whole time there, and stays whole (%s)',
  async (order) => {
    const { world, massage, sauna, client } = await open()
    const [main, other] = order === 'ours first' ? [sauna, massage] : [massage, sauna]
    const wish = { service_id: main, additional_services: [other], appointment_datetime: at('10:00') }
    const booked = await book(world, client, wish)
    expect(booked).toMatchObject({ source: 'yclients', service_price: 814_750 })
    expect(standing(world.sim)).toMatchObject([{ seanceLength: 7200, services: [{ id: MASSAGE }] }])
    expect(standing(world.sim)[0]?.comment).toContain('Баня')

    const asked = { as: MANAGER, headers: { prefer: 'wait=0' } }
    await world.deliverWebhooks()
    await world.call('POST', '/api/v1/yclients/sync-bookings', asked)
    await world.drain()
    expect(await rows('select service_id, price_kopecks, duration_minutes, status from bookings')).toEqual([
      { service_id: main, price_kopecks: 814_750, duration_minutes: 120, status: 'pending' },
    ])
    const before = await row('select revision, items from bookings')
    await world.call('POST', '/api/v1/yclients/sync-bookings', asked)
    await world.drain()
    expect(await row('select revision, items from bookings')).toEqual(before)
  },
)

test.each([
  [
    'a service that is to be booked in YClients, without a link',
    "update services set booking_method = 'yclients', yclients_service_id = null where id = 1",
    {},
  ],
  [
    'a service that is to be booked in YClients, which is switched off',
    "update services set booking_method = 'yclients' where id = 1",
    { enabled: false },
  ],
  ['a service of YClients, with a master who is not there', 'update staff set yclients_staff_id = null', {}],
] as const)('%s, is not offered, and not booked', async (_, change, yclients) => {
  const { world, massage, client, slotsOf, maria } = await open({ yclients })
  await env.DB.prepare(change.replace('id = 1', `id = ${massage}`)).run()
  expect(await slotsOf(massage)).toEqual([])
  expect(await slotsOf(massage, `&staff_id=${maria}`)).toEqual([])
  const refused = await tryToBook(world, client, { service_id: massage, appointment_datetime: at('10:00') })
  expect([refused.status, (await bodyOf(refused)).code]).toEqual([409, 'service_not_in_yclients'])
})

test.each(['', 'down'] as const)(
  'every time that is offered for a visit of both kinds can be booked (YClients %s)',
  async (state) => {
    const salon = await open()
    await addTimedMaster([salon.massage, salon.sauna])
    if (state === 'down') salon.world.sim.knobs.serverErrorPercent = 100
    const more = `&additional_services=${salon.massage}`
    const offered = await salon.slotsOf(salon.sauna, more)
    // Nobody but Maria can take them: the other one is not in YClients.
    expect(offered[0]).toBe(at('09:00'))
    for (let time = offered[0]; time !== undefined; [time] = await salon.slotsOf(salon.sauna, more)) {
      const wish = { service_id: salon.sauna, additional_services: [salon.massage], appointment_datetime: time }
      expect(await book(salon.world, salon.client, wish)).toMatchObject({ staff_id: salon.maria })
    }
    expect(await rows('select id from bookings')).toHaveLength(6)
  },
)

test('a visit whose service was switched off since can still be moved, though not booked anew', async () => {
  const { world, sauna, client, move } = await open()
  const { id } = await book(world, client, { service_id: sauna, appointment_datetime: at('10:00') })
  await env.DB.prepare('update services set active = 0 where id = ?').bind(sauna).run()
  const moved = await move(id, { appointment_datetime: at('12:00') })
  expect([moved.status, await moved.json()]).toMatchObject([200, { appointment_datetime: at('12:00') }])
  const anew = await tryToBook(world, client, { service_id: sauna, appointment_datetime: at('15:00') })
  expect((await bodyOf(anew)).code).toBe('service_not_found')
})

/** A visit of ours with a master who is not in YClients, while what is booked here is written there for those who are. */
async function ownVisit(options: Parameters<typeof open>[0] = {}) {
  const salon = await open({ ...options, yclients: { pushInternal: true } })
  const vera = await addTimedMaster([salon.sauna])
  const wish = { service_id: salon.sauna, staff_id: vera, appointment_datetime: at('10:00') }
  const { id } = await book(salon.world, salon.client, wish)
  expect(standing(salon.world.sim)).toEqual([])
  return { ...salon, id, vera }
}

test('a visit of ours that goes to a master of YClients is written there with the move', async () => {
  const { world, id, maria, move } = await ownVisit()
  const moved = await move(id, { appointment_datetime: at('12:00'), staff_id: maria })
  expect([moved.status, await moved.json()]).toMatchObject([
    200,
    { staff_id: maria, source: 'yclients', provisional: false },
  ])
  expect(standing(world.sim)).toMatchObject([{ staffId: MARIA, startsAt: instant('12:00'), services: [] }])
  await world.deliverWebhooks()
  await world.drain()
  const visit = 'select id, staff_id, starts_at, sync_state, service_name, price_kopecks from bookings'
  expect(await rows(visit)).toEqual([
    {
      id,
      staff_id: maria,
      starts_at: instant('12:00'),
      sync_state: null,
      service_name: 'Баня',
      price_kopecks: 300_000,
    },
  ])
  expect(await rows('select kind from booking_events order by id')).toEqual([{ kind: 'created' }, { kind: 'moved' }])
})

test('a visit of ours stays where it is if YClients has no time for its new master, or does not answer', async () => {
  const { world, id, vera, maria, move, takenThere } = await ownVisit()
  takenThere('12:00')
  const taken = await move(id, { appointment_datetime: at('12:00'), staff_id: maria })
  expect([taken.status, (await bodyOf(taken)).code]).toEqual([409, 'slot_taken'])
  world.sim.knobs.serverErrorPercent = 100
  const unheard = await move(id, { appointment_datetime: at('15:00'), staff_id: maria })
  expect([unheard.status, (await bodyOf(unheard)).code]).toEqual([503, 'temporarily_unavailable'])
  expect(await rows('select staff_id, starts_at, source, sync_state from bookings')).toEqual([
    { staff_id: vera, starts_at: instant('10:00'), source: 'internal', sync_state: null },
  ])
})

test('a visit of ours whose writing was answered by nobody, but done, is found there and is moved', async () => {
  const { world, id, maria, move, loseAnswers } = await ownVisit()
  loseAnswers(1)
  const moved = await move(id, { appointment_datetime: at('12:00'), staff_id: maria })
  expect([moved.status, await moved.json()]).toMatchObject([200, { staff_id: maria, source: 'yclients' }])
  expect(standing(world.sim)).toHaveLength(1)
  expect(await rows('select id from bookings')).toEqual([{ id }])
})

test('a visit that stands in YClients does not go to a master who is not there', async () => {
  const { id, vera, maria, move } = await ownVisit()
  await move(id, { appointment_datetime: at('12:00'), staff_id: maria })
  const refused = await move(id, { appointment_datetime: at('15:00'), staff_id: vera })
  expect([refused.status, (await bodyOf(refused)).code]).toEqual([422, 'staff_not_in_yclients'])
})

test('a visit of ours that is cancelled while it is being written for its move is cancelled there, too', async () => {
  let meanwhile = async () => {}
  const salon = await ownVisit({
    fetch: (real) => async (input, init) => {
      const answer = await real(input, init)
      if (init?.method === 'POST' && String(input).includes('/records/')) await meanwhile()
      return answer
    },
  })
  const { world, id, maria, move, client } = salon
  meanwhile = async () => {
    meanwhile = async () => {}
    const cancelled = await world.call('PATCH', `/api/v1/bookings/${id}`, {
      as: CLIENT(client),
      body: { status: 'cancelled' },
    })
    expect(cancelled.status).toBe(200)
  }
  const moved = await move(id, { appointment_datetime: at('12:00'), staff_id: maria })
  expect([moved.status, (await bodyOf(moved)).code]).toEqual([409, 'booking_not_changeable'])
  await world.drain()
  expect(standing(world.sim)).toEqual([])
  expect(await rows('select status, sync_state from bookings')).toEqual([{ status: 'cancelled', sync_state: null }])
})

test('what YClients has moved is moved, even if somebody took the time here in that moment, and the desk is shown both', async () => {
  let meanwhile = async () => {}
  const { world, massage, maria, client, move } = await open({
    fetch: (real) => async (input, init) => {
      if (init?.method === 'PUT') await meanwhile()
      return await real(input, init)
    },
  })
  const { id } = await book(world, client, { service_id: massage, appointment_datetime: at('10:00') })
  const rival = await addUser({ phone: '+79160000002' })
  meanwhile = async () => {
    await book(world, rival, { service_id: massage, appointment_datetime: at('15:00'), hold: true })
  }
  const moved = await move(id, { appointment_datetime: at('15:00') })
  expect([moved.status, await moved.json()]).toMatchObject([200, { appointment_datetime: at('15:00') }])
  expect(standing(world.sim)).toMatchObject([{ startsAt: instant('15:00') }])
  const conflicts = await world.call('GET', '/api/v1/admin/bookings/conflicts', { as: DESK })
  expect(await conflicts.text()).toContain(String(maria))
})

test('a hold that YClients does not take when it is confirmed is answered with other times', async () => {
  const { world, massage, client, takenThere } = await open()
  const { id } = await book(world, client, { service_id: massage, appointment_datetime: at('10:00'), hold: true })
  takenThere('10:00')
  const refused = await world.call('POST', `/api/v1/bookings/${id}/confirm`, { as: CLIENT(client) })
  const { code, nearest } = await bodyOf(refused)
  expect([refused.status, code]).toEqual([409, 'slot_taken'])
  expect(nearest.map(({ starts_at }) => starts_at)).toEqual([at('09:00'), at('11:00'), at('11:30')])
})

test('confirming once more while YClients is perhaps still being asked promises nothing', async () => {
  const { world, massage, client } = await open()
  const { id } = await book(world, client, { service_id: massage, appointment_datetime: at('10:00'), hold: true })
  world.sim.knobs.serverErrorPercent = 100
  const confirm = () => world.call('POST', `/api/v1/bookings/${id}/confirm`, { as: CLIENT(client) })
  expect((await confirm()).status).toBe(200)
  expect((await confirm()).status).toBe(503)
  world.clock.now += 15_000
  expect((await confirm()).status).toBe(200)
})

test('who was promised a time that YClients then did not have is shown the nearest ones', async () => {
  const { world, massage, client, takenThere } = await open()
  world.sim.knobs.serverErrorPercent = 100
  const { id } = await book(world, client, { service_id: massage, appointment_datetime: at('10:00') })
  takenThere('10:00')
  world.sim.knobs.serverErrorPercent = 0
  await world.drain()
  const show = async () => bodyOf(await world.call('GET', `/api/v1/bookings/${id}`, { as: CLIENT(client) }))
  const shown = await show()
  expect(shown).toMatchObject({ status: 'cancelled', cancel_reason: 'slot_taken_in_yclients' })
  expect(shown.nearest.map(({ starts_at }) => starts_at)).toEqual([at('09:00'), at('11:00'), at('11:30')])
  world.clock.now = instant('10:00')
  expect((await show()).nearest).toBeUndefined()
})

test('two devices that move a visit to a master of YClients at once write it there once', async () => {
  const { world, id, maria, move } = await ownVisit()
  const answers = await Promise.all(
    ['12:00', '14:00', '16:00'].map((time) => move(id, { appointment_datetime: at(time), staff_id: maria })),
  )
  const winners = await Promise.all(answers.filter(({ status }) => status === 200).map(bodyOf))
  expect(winners.length).toBeGreaterThan(0)
  await world.deliverWebhooks()
  await world.drain()
  const [visit] = await rows<{ starts_at: number }>('select starts_at from bookings')
  expect(await rows('select id, sync_state from bookings')).toEqual([{ id, sync_state: null }])
  expect(standing(world.sim).map(({ startsAt }) => startsAt)).toEqual([visit?.starts_at])
})

test.each([1, 2, 3, 4, 5, 6, 7])(
  'a process that dies before its %i-th word with the database leaves one visit, and one record at most, at the same time',
  async (turn) => {
    const { world, id, maria } = await ownVisit()
    const killed = interrupted(world.ctx, turn, () => Promise.reject(new Crash('killed')))
    const wish = { bookingId: id, revision: undefined, startsAt: instant('12:00'), staffId: maria }
    await moveBooking(killed, wish, 'desk', { actor: 'admin:1', role: 'desk', requestId: 'r' }).catch(() => undefined)
    await world.deliverWebhooks()
    await world.drain()
    world.clock.now += HOUR_MS
    await handleScheduled(world.ctx)
    await world.drain()
    const visits = await rows<{ starts_at: number }>('select starts_at, sync_state from bookings')
    expect(visits).toMatchObject([{ sync_state: null }])
    const records = standing(world.sim)
    expect(records.map(({ startsAt }) => startsAt)).toEqual(records.map(() => visits[0]?.starts_at))
  },
)

test('a move of which nobody heard, and that is repeated, makes one record and one visit', async () => {
  const { world, id, maria, move, loseAnswers } = await ownVisit()
  loseAnswers(3)
  expect((await move(id, { appointment_datetime: at('12:00'), staff_id: maria })).status).toBe(503)
  expect((await move(id, { appointment_datetime: at('15:00'), staff_id: maria })).status).toBe(503)
  await world.drain()
  const moved = await move(id, { appointment_datetime: at('15:00'), staff_id: maria })
  expect([moved.status, await moved.json()]).toMatchObject([200, { appointment_datetime: at('15:00') }])
  await world.deliverWebhooks()
  await world.drain()
  expect(standing(world.sim).map(({ startsAt }) => startsAt)).toEqual([instant('15:00')])
  expect(await rows('select id, starts_at, move_claimed_at from bookings')).toEqual([
    { id, starts_at: instant('15:00'), move_claimed_at: null },
  ])
})

test('a move that dies after it was claimed costs no visit, even if its old time is taken in YClients', async () => {
  const salon = await open()
  const { world, sauna, maria, client, takenThere } = salon
  const { id } = await book(world, client, { service_id: sauna, staff_id: maria, appointment_datetime: at('10:00') })
  takenThere('10:00')
  const { config } = world.ctx
  const pushing = { ...world.ctx, config: { ...config, yclients: { ...config.yclients, pushInternal: true } } }
  const claimed = () => row<{ at: number | null }>('select move_claimed_at as at from bookings where id = ?', id)
  const wish = { bookingId: id, revision: undefined, startsAt: instant('12:00'), staffId: maria }
  for (let turn = 1; (await claimed()).at === null; turn++) {
    const killed = interrupted(pushing, turn, () => Promise.reject(new Crash('killed')))
    await moveBooking(killed, wish, 'desk', { actor: 'admin:1', role: 'desk', requestId: 'r' }).catch(() => undefined)
    if (turn > 9) throw new Error('never claimed')
  }
  world.clock.now += HOUR_MS
  await handleScheduled(world.ctx)
  await world.drain()
  expect(await row('select status, starts_at, move_claimed_at from bookings where id = ?', id)).toEqual({
    status: 'pending',
    starts_at: instant('10:00'),
    move_claimed_at: null,
  })
})

test('of two devices that saw the same visit of YClients one moves it, there and here, and the other is told so', async () => {
  const { world, massage, client, move } = await open()
  const { id } = await book(world, client, { service_id: massage, appointment_datetime: at('10:00') })
  await world.deliverWebhooks()
  await world.drain()
  const answers = await Promise.all(['15:00', '17:00'].map((time) => move(id, { appointment_datetime: at(time) })))
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 503])
  const winner = answers.find(({ status }) => status === 200)
  const { appointment_datetime } = await bodyOf(winner ?? Response.json({}))
  await world.deliverWebhooks()
  await world.drain()
  expect(standing(world.sim)).toMatchObject([{ startsAt: Date.parse(appointment_datetime) }])
  expect(await rows('select starts_at from bookings')).toEqual([{ starts_at: Date.parse(appointment_datetime) }])
})

test('a hold that goes to a master of YClients is written there when it is confirmed', async () => {
  const { world, sauna, maria, client, move } = await open({ yclients: { pushInternal: true } })
  const vera = await addTimedMaster([sauna])
  const wish = { service_id: sauna, staff_id: vera, appointment_datetime: at('10:00'), hold: true }
  const { id } = await book(world, client, wish)
  expect((await move(id, { appointment_datetime: at('12:00'), staff_id: maria })).status).toBe(200)
  expect(standing(world.sim)).toEqual([])
  const confirmed = await world.call('POST', `/api/v1/bookings/${id}/confirm`, { as: CLIENT(client) })
  expect([confirmed.status, await confirmed.json()]).toMatchObject([200, { source: 'yclients' }])
  expect(standing(world.sim)).toMatchObject([{ staffId: MARIA, startsAt: instant('12:00') }])
})

test('a hold of a service that has gone to YClients since is written there when it is confirmed', async () => {
  const { world, massage, client } = await open()
  await env.DB.prepare("update services set booking_method = 'internal'").run()
  const { id } = await book(world, client, { service_id: massage, appointment_datetime: at('10:00'), hold: true })
  await env.DB.prepare("update services set booking_method = 'auto'").run()
  expect((await world.call('POST', `/api/v1/bookings/${id}/confirm`, { as: CLIENT(client) })).status).toBe(200)
  expect(standing(world.sim)).toMatchObject([{ startsAt: instant('10:00') }])
})

test('a hold of a service of YClients can be moved before it is confirmed', async () => {
  const { world, massage, client, move } = await open()
  const { id } = await book(world, client, { service_id: massage, appointment_datetime: at('10:00'), hold: true })
  expect((await move(id, { appointment_datetime: at('12:00') })).status).toBe(200)
  await world.call('POST', `/api/v1/bookings/${id}/confirm`, { as: CLIENT(client) })
  expect(standing(world.sim)).toMatchObject([{ startsAt: instant('12:00') }])
})

test('a time of YClients is held only if YClients has it, also where our own hours are out of date', async () => {
  const { world, massage, client, takenThere } = await open()
  await env.DB.prepare('update staff_schedules set start_minute = 840').run()
  takenThere('10:00')
  const hold = (time: string) =>
    tryToBook(world, client, { service_id: massage, appointment_datetime: at(time), hold: true })
  expect((await bodyOf(await hold('10:00'))).code).toBe('slot_taken')
  expect(await rows('select id from bookings')).toEqual([])
  expect((await hold('12:00')).status).toBe(201)
  expect(standing(world.sim)).toHaveLength(1)
})

test('a hold whose end comes while it is being confirmed gives way to whoever took the time then', async () => {
  const { world, sauna, client, maria } = await open()
  const wish = { service_id: sauna, staff_id: maria, appointment_datetime: at('10:00') }
  const { id } = await book(world, client, { ...wish, hold: true })
  const rival = await addUser({ phone: '+79160000002' })
  const endsAt = world.clock.now + 600_000
  for (const turn of [1, 2, 3]) {
    const late = interrupted({ ...world.ctx, now: () => endsAt - 1 }, turn, async () => {
      world.clock.now = endsAt
      await tryToBook(world, rival, wish)
    })
    expect((await confirmHold(late, { bookingId: id, userId: client })).ok).toBe(false)
  }
})

test('a booking outside our hours of which YClients did not answer stands until it is known', async () => {
  const { world, massage, client, loseAnswers } = await open()
  await env.DB.prepare('update staff_schedules set start_minute = 840').run()
  loseAnswers(3)
  const booked = await tryToBook(world, client, { service_id: massage, appointment_datetime: at('10:00') })
  expect([booked.status, await booked.json()]).toMatchObject([201, { provisional: true }])
  await world.drain()
  expect(standing(world.sim)).toHaveLength(1)
  expect(await rows('select source, sync_state from bookings')).toEqual([{ source: 'yclients', sync_state: null }])
})

test('a client who cancels what is just being refused is not booked with the next master', async () => {
  let meanwhile = async () => {}
  const salon = await open({
    fetch: (real) => async (input, init) => {
      const answer = await real(input, init)
      if (String(input).includes('book_check')) await meanwhile()
      return answer
    },
  })
  const { world, massage, client, takenThere, move } = salon
  await addOlga(salon)
  takenThere('10:00')
  meanwhile = async () => {
    meanwhile = async () => {}
    const { id } = await row<{ id: number }>('select id from bookings')
    expect((await move(id, { status: 'cancelled' })).status).toBe(200)
  }
  const refused = await tryToBook(world, client, { service_id: massage, appointment_datetime: at('10:00') })
  expect([refused.status, (await bodyOf(refused)).code]).toEqual([409, 'slot_taken'])
  expect(standing(world.sim)).toHaveLength(1)
})

test('while YClients is switched off its visits are moved here, and there when it is on again', async () => {
  const { world, massage, client } = await open()
  const { id } = await book(world, client, { service_id: massage, appointment_datetime: at('10:00') })
  await world.deliverWebhooks()
  await world.drain()
  const { config } = world.ctx
  const off = { ...world.ctx, config: { ...config, yclients: { ...config.yclients, enabled: false } } }
  const wish = { bookingId: id, revision: undefined, startsAt: instant('15:00'), staffId: undefined }
  const moved = await moveBooking(off, wish, 'desk', { actor: 'admin:1', role: 'desk', requestId: 'r' })
  expect(moved).toMatchObject({ ok: true, value: { startsAt: instant('15:00') } })
  world.clock.now += HOUR_MS
  await handleScheduled(world.ctx)
  await world.drain()
  expect(standing(world.sim)).toMatchObject([{ startsAt: instant('15:00') }])
  expect(await rows('select starts_at, sync_state from bookings')).toEqual([
    { starts_at: instant('15:00'), sync_state: null },
  ])
})

test('a day that does not exist is refused, not taken for the next one', async () => {
  const { world, sauna, client } = await open()
  const wish = { service_id: sauna, appointment_datetime: '2026-09-31T10:00:00+03:00' }
  expect((await tryToBook(world, client, wish)).status).toBe(422)
})

test('a time of YClients is offered with the master who works then', async () => {
  const salon = await open()
  const { world, massage, client } = salon
  const maria = world.sim.state.staff.get(MARIA)
  const service = world.sim.state.services.get(MASSAGE)
  if (!maria || !service) throw new Error('the salon is not open')
  const week = (from: string, to: string) => Array.from({ length: 7 }, () => [{ from, to }])
  world.sim.putStaff({ ...maria, week: week('09:00', '13:00') })
  world.sim.putStaff({ ...maria, id: OLGA, name: 'Ольга', week: week('14:00', '20:00') })
  world.sim.putService({ ...service, staff: [...service.staff, { id: OLGA, seanceLength: 3600, price: null }] })
  await env.DB.prepare('update staff_schedules set end_minute = 780').run()
  const olga = await addTimedMaster([massage], { yclientsStaffId: OLGA, hours: [840, 1200] })
  const path = `/api/v1/booking/time-slots/${massage}?date=2026-09-16`
  const { slots } = await (await world.call('GET', path, { as: CLIENT(client) })).json<{
    slots: { starts_at: string; staff_id: number }[]
  }>()
  const slot = slots.find(({ starts_at }) => starts_at === at('15:00'))
  expect(slot?.staff_id).toBe(olga)
  const wish = { service_id: massage, staff_id: slot?.staff_id ?? 0, appointment_datetime: at('15:00') }
  expect((await tryToBook(world, client, wish)).status).toBe(201)
})

test('the times that are offered instead are those of YClients, where YClients keeps them', async () => {
  const { world, massage, client, takenThere } = await open()
  await env.DB.prepare('delete from staff_schedules').run()
  for (const time of ['09:00', '10:00', '11:00', '12:00']) takenThere(time)
  const refused = await tryToBook(world, client, { service_id: massage, appointment_datetime: at('10:00') })
  const { nearest } = await bodyOf(refused)
  expect(nearest.map(({ starts_at }) => starts_at)).toEqual([at('13:00'), at('13:30'), at('14:00')])
  for (const { starts_at } of nearest.slice(0, 1)) {
    expect((await tryToBook(world, client, { service_id: massage, appointment_datetime: starts_at })).status).toBe(201)
  }
})

test('other times are looked for further away when the days around are full', async () => {
  const { world, sauna, client } = await open()
  const day = 24 * HOUR_MS
  const first = instant('00:00') - day
  for (let n = 0; n < 6; n++) {
    await addVisit({ staffId: 1, startsAt: first + n * day, minutes: 24 * 60 })
  }
  const { nearest } = await bodyOf(
    await tryToBook(world, client, { service_id: sauna, appointment_datetime: at('10:00') }),
  )
  expect(nearest).toHaveLength(3)
})

test('what YClients is not to be told of after all does not come back as parked work', async () => {
  const { world, massage, client } = await open()
  world.sim.knobs.serverErrorPercent = 100
  await book(world, client, { service_id: massage, appointment_datetime: at('10:00') })
  world.clock.now = instant('12:00')
  world.sim.knobs.serverErrorPercent = 0
  await world.drain()
  const [parked] = await rows<{ id: number }>('select id from parked_work where closed_at is null')
  await world.call('POST', `/api/v1/admin/parked/${parked?.id}/dismiss`, { as: MANAGER })
  world.clock.now += HOUR_MS
  await handleScheduled(world.ctx)
  await world.drain()
  expect(await rows('select id from parked_work where closed_at is null')).toEqual([])
  expect(await rows('select status, sync_state, source from bookings')).toEqual([
    { status: 'pending', sync_state: null, source: 'internal' },
  ])
})

test('an app may send null for what was not filled in, and no time within a minute', async () => {
  const { world, sauna, client } = await open()
  const body = { service_id: sauna, staff_id: null, phone: null, notes: null, additional_services: null }
  const send = (appointment_datetime: string) =>
    world.call('POST', '/api/v1/bookings', { as: CLIENT(client), body: { ...body, appointment_datetime } })
  expect((await send('2026-09-16T10:00:00.500+03:00')).status).toBe(422)
  expect((await send(at('10:00'))).status).toBe(201)
})

test('a visit of another day cannot be completed yet; one of YClients can be while YClients is switched off', async () => {
  const { world, sauna, massage, client } = await open()
  const { id } = await book(world, client, { service_id: sauna, appointment_datetime: at('10:00') })
  const complete = () => world.call('POST', `/api/v1/admin/bookings/${id}/complete`, { as: DESK })
  const early = await complete()
  expect([early.status, (await bodyOf(early)).code]).toEqual([409, 'visit_not_begun'])
  world.clock.now = instant('08:00')
  expect((await complete()).status).toBe(200)

  const there = await book(world, client, { service_id: massage, appointment_datetime: at('15:00') })
  const { config } = world.ctx
  const off = { ...world.ctx, config: { ...config, yclients: { ...config.yclients, enabled: false } } }
  const wish = { bookingId: there.id, outcome: 'completed' } as const
  const desk = { actor: 'admin:1', role: 'desk', requestId: 'r' } as const
  expect(await finishVisit(world.ctx, wish, desk)).toMatchObject({ refusal: 'booked_in_yclients' })
  expect(await finishVisit(off, wish, desk)).toMatchObject({ ok: true, value: { status: 'completed' } })
})
