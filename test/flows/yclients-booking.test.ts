import { env } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import { handleScheduled } from '../../src/handlers/scheduled.ts'
import { HOUR_MS, MINUTE_MS } from '../../src/platform/time.ts'
import { startSync } from '../../src/yclients/start-sync.ts'
import { tellNewBooking } from '../../src/yclients/tell-yclients.ts'
import { writeBooking } from '../../src/yclients/write-booking.ts'
import { type Faults, withFaults } from '../support/faults.ts'
import { interrupted } from '../support/interrupted.ts'
import { bookingOf, bookingsNow, eventsOf, promise, standing, startSalon, tomorrow } from '../support/promised.ts'
import { addUser, MARIA, MASSAGE, row, rows } from '../support/salon.ts'

const WRITTEN = { source: 'yclients', sync_state: null, status: 'pending' }

describe('a visit that is booked while YClients answers', () => {
  test('stands there with the code of the client, what he wrote, and our name for it', async () => {
    const salon = await startSalon()
    const id = await promise(salon, { notes: 'Тихую музыку' })
    expect(await tellNewBooking(salon.world.ctx, id)).toEqual({ kind: 'written' })

    const [record] = standing(salon.world.sim)
    const booking = await bookingOf(id)
    expect(record).toMatchObject({
      staffId: MARIA,
      startsAt: tomorrow(10),
      services: [{ id: MASSAGE }],
      comment: 'Код клиента: ABC12345\nТихую музыку',
      apiId: booking.api_id,
      online: true,
    })
    expect([...salon.world.sim.state.clients.values()]).toMatchObject([{ name: 'Анна', phone: '+79161234567' }])
    expect(booking).toMatchObject({
      ...WRITTEN,
      yclients_company_id: 235_564,
      yclients_record_id: record?.id,
      yclients_record_hash: record?.hash,
      comment: 'Код клиента: ABC12345\nТихую музыку',
      notes: `YClients. ID: ${record?.id}. Код клиента: ABC12345`,
    })
    expect(salon.world.queued).toEqual([])
  })

  test.each(['full', 'without our name'] as const)('is one booking when its webhook comes later, %s', async (body) => {
    const salon = await startSalon()
    const { world } = salon
    const id = await promise(salon, { notes: 'Тихую музыку' })
    await tellNewBooking(world.ctx, id)
    if (body === 'without our name') withoutApiId(world)
    await world.deliverWebhooks()
    await world.drain()
    expect(await bookingsNow()).toMatchObject([{ id, ...WRITTEN, user_id: salon.userId, client_match: 'code' }])
    expect(await eventsOf(id)).toEqual(['created'])
  })

  test.each(['full', 'without our name'] as const)(
    'is one booking when its webhook is quicker than we are, %s',
    async (body) => {
      const salon = await startSalon()
      const { world } = salon
      const id = await promise(salon)
      // The first question to the database reads the visit, the second notes that it was written.
      const ctx = interrupted(world.ctx, 2, async () => {
        if (body === 'without our name') withoutApiId(world)
        await world.deliverWebhooks()
        await world.drain()
      })
      expect(await tellNewBooking(ctx, id)).toEqual({ kind: 'written' })
      const [record] = standing(world.sim)
      expect(await bookingsNow()).toMatchObject([
        { id, ...WRITTEN, user_id: salon.userId, yclients_record_id: record?.id, yclients_record_hash: record?.hash },
      ])
      expect(await rows('select id from webhook_events where verdict = ?', 'parked')).toEqual([])
    },
  )

  test('belongs to him who booked it, even if it names the phone of another client', async () => {
    const salon = await startSalon()
    const { world } = salon
    const other = await addUser({ phone: '+79160000009' })
    const id = await promise(salon, { phone: '+79160000009' })
    await tellNewBooking(world.ctx, id)
    world.sim.changeRecord(standing(world.sim)[0]?.id ?? 0, { comment: 'Просит тишину' })
    await world.deliverWebhooks()
    await world.drain()
    expect(other).not.toBe(salon.userId)
    expect(await bookingOf(id)).toMatchObject({ user_id: salon.userId, client_match: 'code', comment: 'Просит тишину' })
  })

  test('that was confirmed here stays confirmed when YClients says that it waits', async () => {
    const salon = await startSalon()
    const id = await promise(salon, { status: 'confirmed' })
    await tellNewBooking(salon.world.ctx, id)
    await salon.world.deliverWebhooks()
    await salon.world.drain()
    expect(await bookingOf(id)).toMatchObject({ status: 'confirmed', yclients_attendance: '0' })
    expect(await eventsOf(id)).toEqual(['created'])
  })

  test('that is a hold is not told until it becomes firm, by nobody', async () => {
    const salon = await startSalon()
    const { world } = salon
    await promise(salon, { holdExpiresAt: world.clock.now + HOUR_MS })
    world.clock.now += 10 * MINUTE_MS
    await handleScheduled(world.ctx)
    await world.drain()
    expect(standing(world.sim)).toEqual([])
    expect(await bookingsNow()).toMatchObject([{ sync_state: null, status: 'pending' }])
  })
})

describe('a visit that YClients refuses while its client waits', () => {
  test.each([false, true])('because the time is taken there leaves nothing behind (codes said: %s)', async (said) => {
    const salon = await startSalon()
    const { world } = salon
    world.sim.knobs.codesInMeta = said
    world.sim.createRecord({ staffId: MARIA, services: [{ id: MASSAGE }], client: null, startsAt: tomorrow(10) })
    const id = await promise(salon)
    expect(await tellNewBooking(world.ctx, id)).toMatchObject({ kind: 'refused', refusal: 'slot_taken' })
    expect(await bookingsNow()).toEqual([])
    expect(await rows('select * from booking_events')).toEqual([])
  })

  test('is cancelled with the reason if the client knew of it before', async () => {
    const salon = await startSalon()
    const { world } = salon
    world.sim.createRecord({ staffId: MARIA, services: [{ id: MASSAGE }], client: null, startsAt: tomorrow(10) })
    const id = await promise(salon, { revision: 2, status: 'confirmed' })
    expect(await tellNewBooking(world.ctx, id)).toMatchObject({ kind: 'refused', refusal: 'slot_taken' })
    expect(await bookingOf(id)).toMatchObject({
      status: 'cancelled',
      cancel_reason: 'slot_taken_in_yclients',
      cancelled_by: 'yclients',
      sync_state: null,
    })
  })

  test.each([false, true])('says whether it was the client or the service (codes said: %s)', async (said) => {
    const salon = await startSalon()
    const { world } = salon
    world.sim.knobs.codesInMeta = said
    const refusalOf = async (fields: Parameters<typeof promise>[1]) =>
      tellNewBooking(world.ctx, await promise(salon, fields))
    expect(await refusalOf({ phone: null })).toMatchObject({ kind: 'refused', refusal: 'phone_rejected' })
    expect(await refusalOf({ phone: '+700' })).toMatchObject({ kind: 'refused', refusal: 'phone_rejected' })
    world.sim.createClient({ name: 'Борис', phone: '79160000666', blacklisted: true })
    expect(await refusalOf({ phone: '+79160000666' })).toMatchObject({ kind: 'refused', refusal: 'client_blocked' })
    await env.DB.prepare("update services set yclients_service_id = null, booking_method = 'yclients'").run()
    expect(await refusalOf({})).toMatchObject({ kind: 'refused', refusal: 'service_not_bookable' })
    expect(await bookingsNow()).toEqual([])
  })
})

describe('a visit of which YClients did not answer', () => {
  test.each(['reset', '502', 'html', 'successFalse'] as const)(
    '(%s) although it had written it is found by our name, at once',
    async (failure) => {
      const salon = await startSalon()
      const { world } = salon
      Object.assign(world.sim.knobs, { failNext: [failure], failOnly: '/book_record/', failMoment: 'after' })
      const id = await promise(salon)
      expect(await tellNewBooking(world.ctx, id)).toEqual({ kind: 'written' })
      const [record] = standing(world.sim)
      expect(standing(world.sim)).toHaveLength(1)
      expect(await bookingsNow()).toMatchObject([{ id, ...WRITTEN, yclients_record_id: record?.id }])
    },
  )

  test('although it had written it is found later, if even looking failed', async () => {
    const salon = await startSalon()
    const { world } = salon
    const id = await promise(salon)
    Object.assign(world.sim.knobs, { failNext: ['reset', 'reset'], failOnly: '/', failMoment: 'after' })
    world.sim.knobs.failOnly = 'record'
    expect(await tellNewBooking(world.ctx, id)).toMatchObject({ kind: 'provisional' })
    expect(await bookingOf(id)).toMatchObject({ source: 'internal', sync_state: 'provisional' })
    await world.drain()
    expect(standing(world.sim)).toHaveLength(1)
    expect(await bookingsNow()).toMatchObject([{ id, ...WRITTEN }])
  })

  test('in time, and wrote it after we had given up and looked, is found and not written again', async () => {
    const salon = await startSalon()
    const { world } = salon
    const id = await promise(salon)
    Object.assign(world.sim.knobs, { failNext: ['slow'], failOnly: '/book_record/', slowMs: 3_300 })
    expect(await tellNewBooking(world.ctx, id)).toMatchObject({ kind: 'provisional' })
    await new Promise((resolve) => setTimeout(resolve, 600))
    await world.drain()
    expect(standing(world.sim)).toHaveLength(1)
    expect(await bookingsNow()).toMatchObject([{ id, ...WRITTEN }])
  })

  test('until we began to write it again is found behind the refusal', async () => {
    const salon = await startSalon()
    const { world } = salon
    const id = await promise(salon)
    const { api_id: apiId } = await row<{ api_id: string }>('select api_id from bookings')
    const { fetch } = world.ctx
    const ctx: typeof world.ctx = {
      ...world.ctx,
      fetch: (input, init) => {
        if (String(input).includes('/book_check/')) {
          const services = [{ id: MASSAGE }]
          world.sim.createRecord({ staffId: MARIA, services, client: null, startsAt: tomorrow(10), apiId })
        }
        return fetch(input, init)
      },
    }
    expect(await writeBooking(ctx, { kind: 'write-booking', bookingId: id }, 2)).toEqual({ kind: 'done' })
    expect(standing(world.sim)).toHaveLength(1)
    expect(await bookingsNow()).toMatchObject([{ id, ...WRITTEN, user_id: salon.userId }])
  })

  test('before it wrote anything is written by the queue', async () => {
    const salon = await startSalon()
    const { world } = salon
    const id = await promise(salon)
    Object.assign(world.sim.knobs, { failNext: ['reset'], failOnly: '/book_record/' })
    expect(await tellNewBooking(world.ctx, id)).toMatchObject({ kind: 'provisional' })
    expect(standing(world.sim)).toEqual([])
    await world.drain()
    expect(standing(world.sim)).toHaveLength(1)
    expect(await bookingsNow()).toMatchObject([{ id, ...WRITTEN }])
  })

  test('for an hour is written when it is back, with all others, and none twice', async () => {
    const salon = await startSalon()
    const { world } = salon
    const people = [salon.userId, await addUser({ code: 'ABC00002' }), await addUser({ code: 'ABC00003' })]
    Object.assign(world.sim.knobs, { resetPercent: 40, htmlPercent: 100 })
    const ids: number[] = []
    for (const [index, userId] of people.entries()) {
      for (const hour of [10, 13]) {
        const id = await promise({ ...salon, userId }, { startsAt: tomorrow(hour + index) })
        expect(await tellNewBooking(world.ctx, id)).toMatchObject({ kind: 'provisional' })
        ids.push(id)
      }
    }
    // Some messages are lost; the sweep finds their bookings.
    world.queued.splice(0, 3)
    const until = world.clock.now + HOUR_MS
    for (; world.clock.now < until; world.clock.now += 10 * MINUTE_MS) {
      await handleScheduled(world.ctx)
      const due = world.queued.splice(0).filter(({ queue }) => queue === 'spa-events')
      const { retried } = await world.consume(
        'events',
        due.map(({ body }) => body),
      )
      for (const { body } of retried) await world.ctx.events.send(body as never) // as it came
    }
    expect(standing(world.sim)).toEqual([])
    Object.assign(world.sim.knobs, { resetPercent: 0, htmlPercent: 0 })
    await handleScheduled(world.ctx)
    await world.drain()
    await world.deliverWebhooks()
    await world.drain()
    await startSync(world.ctx, { trigger: 'manual', mode: 'full' })
    await handleScheduled(world.ctx)
    await world.drain()

    const bookings = await bookingsNow()
    expect(bookings.map(({ id }) => id)).toEqual(ids)
    for (const booking of bookings) expect(booking).toMatchObject({ ...WRITTEN, client_match: 'code' })
    expect(
      standing(world.sim)
        .map(({ apiId }) => apiId)
        .sort(),
    ).toEqual(bookings.map(({ api_id }) => api_id).sort())
    expect(await rows('select key from parked_work where closed_at is null')).toEqual([])
  })

  test('and whose time somebody else took there meanwhile is cancelled, with the reason', async () => {
    const salon = await startSalon()
    const { world } = salon
    const id = await promise(salon)
    world.sim.knobs.htmlPercent = 100
    await tellNewBooking(world.ctx, id)
    world.sim.knobs.htmlPercent = 0
    world.sim.createRecord({ staffId: MARIA, services: [{ id: MASSAGE }], client: null, startsAt: tomorrow(10) })
    await world.drain()
    expect(await bookingOf(id)).toMatchObject({
      status: 'cancelled',
      cancel_reason: 'slot_taken_in_yclients',
      cancelled_by: 'yclients',
      sync_state: null,
      yclients_record_id: null,
      starts_at: tomorrow(10),
      service_id: salon.serviceId,
    })
    expect(await eventsOf(id)).toEqual(['created', 'cancelled'])
    expect(standing(world.sim).filter(({ apiId }) => apiId !== '')).toEqual([])
  })

  test('and that the salon wrote off there meanwhile is cancelled here', async () => {
    const salon = await startSalon()
    const { world } = salon
    const id = await promise(salon)
    Object.assign(world.sim.knobs, { failNext: ['reset', 'reset'], failOnly: 'record', failMoment: 'after' })
    await tellNewBooking(world.ctx, id)
    world.sim.cancel(standing(world.sim)[0]?.id ?? 0)
    await world.drain()
    expect(await bookingsNow()).toMatchObject([{ id, status: 'cancelled', sync_state: null }])
    expect(standing(world.sim)).toEqual([])
  })

  test('waits for a person if YClients does not know the service, and closes the matter when it does', async () => {
    const salon = await startSalon()
    const { world } = salon
    const service = world.sim.state.services.get(MASSAGE)
    if (!service) throw new Error('no service')
    world.sim.knobs.codesInMeta = true
    service.active = false
    const id = await promise(salon)
    await world.consume('events', [{ kind: 'write-booking', bookingId: id }])
    const open = () => rows<{ key: string }>('select key from parked_work where closed_at is null')
    expect(await open()).toEqual([{ key: `write-booking:${id}` }])
    expect(await bookingOf(id)).toMatchObject({ status: 'pending', sync_state: 'provisional' })
    service.active = true
    await world.consume('events', [{ kind: 'write-booking', bookingId: id }])
    await handleScheduled(world.ctx)
    expect(await open()).toEqual([])
    expect(await bookingOf(id)).toMatchObject(WRITTEN)
  })

  test('while the integration is switched off is left to the time when it is on again', async () => {
    const salon = await startSalon()
    const { ctx, sim } = salon.world
    const off = { ...ctx, config: { ...ctx.config, yclients: { ...ctx.config.yclients, enabled: false } } }
    const id = await promise(salon)
    expect(await tellNewBooking(off, id)).toMatchObject({ kind: 'provisional' })
    salon.world.clock.now += 5 * MINUTE_MS
    await handleScheduled(off)
    expect(salon.world.queued).toEqual([])
    await handleScheduled(ctx)
    await salon.world.drain()
    expect(standing(sim)).toHaveLength(1)
    expect(await bookingOf(id)).toMatchObject(WRITTEN)
  })

  test('of somebody who was erased meanwhile is not written', async () => {
    const salon = await startSalon()
    const { world } = salon
    const id = await promise(salon)
    await env.DB.prepare('update bookings set erased_at = 1, client_name = null, phone = null, revision = 2').run()
    await world.consume('events', [{ kind: 'write-booking', bookingId: id }])
    expect(standing(world.sim)).toEqual([])
    expect(await bookingOf(id)).toMatchObject({ status: 'cancelled', cancel_reason: 'client_erased', sync_state: null })
  })
})

describe('a service that YClients does not know, with a master whom it knows', () => {
  test('takes his time there, and stays the visit that was booked', async () => {
    const salon = await startSalon()
    const { world } = salon
    await env.DB.prepare("update services set yclients_service_id = null, booking_method = 'internal'").run()
    const id = await promise(salon, {
      items: [{ yclientsServiceId: null, name: 'Баня', priceKopecks: 514_750, amount: 1 }],
    })
    expect(await tellNewBooking(world.ctx, id)).toEqual({ kind: 'written' })
    expect(standing(world.sim)).toMatchObject([
      {
        staffId: MARIA,
        startsAt: tomorrow(10),
        seanceLength: 3600,
        services: [],
        comment: 'Код клиента: ABC12345\nУслуга: Массаж',
      },
    ])
    const other = await promise(salon, { startsAt: tomorrow(10) + 30 * MINUTE_MS })
    expect(await tellNewBooking(world.ctx, other)).toMatchObject({ kind: 'refused', refusal: 'slot_taken' })

    await world.deliverWebhooks()
    await startSync(world.ctx, { trigger: 'manual', mode: 'full' })
    await world.drain()
    expect(await bookingsNow()).toMatchObject([
      {
        id,
        ...WRITTEN,
        service_id: salon.serviceId,
        price_kopecks: 514_750,
        service_name: 'Баня',
        user_id: salon.userId,
      },
    ])
    expect(await rows('select kind from booking_events')).toEqual([{ kind: 'created' }])
  })

  test('is kept here only, if YClients does not know the master either', async () => {
    const salon = await startSalon()
    await env.DB.batch([
      env.DB.prepare('update staff set yclients_staff_id = null'),
      env.DB.prepare("update services set yclients_service_id = null, booking_method = 'internal'"),
    ])
    const id = await promise(salon)
    expect(await tellNewBooking(salon.world.ctx, id)).toEqual({ kind: 'written' })
    expect(standing(salon.world.sim)).toEqual([])
    expect(await bookingOf(id)).toMatchObject({ source: 'internal', sync_state: null, status: 'pending' })
  })
})

describe('a process that dies at any moment', () => {
  test.each(Array.from({ length: 12 }, (_, index) => index + 1))(
    'leaves one visit here and one there (%i)',
    async (seed) => {
      const faults: Faults = { rate: 0.4 }
      let state = seed
      const random = () => {
        state = (state * 48_271) % 2_147_483_647
        return state / 2_147_483_647
      }
      const salon = await startSalon({}, (ctx) => withFaults(ctx, faults, random))
      const { world } = salon
      const id = await promise(salon)
      Object.assign(world.sim.knobs, { serverErrorPercent: 30, failMoment: seed % 2 === 0 ? 'after' : 'before' })
      await tellNewBooking(world.ctx, id).catch(() => undefined)
      for (let turn = 0; turn < 4; turn++) {
        world.clock.now += 5 * MINUTE_MS
        if (turn % 2 === 1) await world.deliverWebhooks().catch(() => undefined)
        await handleScheduled(world.ctx)
        await world.drain()
      }
      faults.rate = 0
      world.sim.knobs.serverErrorPercent = 0
      world.clock.now += 5 * MINUTE_MS
      await handleScheduled(world.ctx)
      await world.drain()
      expect(standing(world.sim)).toHaveLength(1)
      expect(await bookingsNow()).toMatchObject([{ id, ...WRITTEN, user_id: salon.userId }])
      expect(await rows("select key from parked_work where closed_at is null and key like 'write-booking%'")).toEqual(
        [],
      )
    },
  )
})

/** The webhooks that are on their way say nothing of our name, as trimmed bodies do. */
function withoutApiId(world: Awaited<ReturnType<typeof startSalon>>['world']): void {
  for (const { url, body } of world.sim.webhooks.take()) {
    const { data, ...envelope } = JSON.parse(body)
    const { api_id: _, ...rest } = data
    world.ctx.events.send({
      kind: 'webhook',
      eventId: `${url.length}-${world.queued.length}`,
      receivedAt: world.clock.now,
      raw: JSON.stringify({ ...envelope, data: rest }),
    })
  }
}
