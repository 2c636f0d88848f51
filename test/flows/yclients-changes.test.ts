import { env } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import { handleScheduled } from '../../src/handlers/scheduled.ts'
import { MINUTE_MS } from '../../src/platform/time.ts'
import { startSync } from '../../src/yclients/start-sync.ts'
import { mirrorCancel, moveInYclients, tellNewBooking } from '../../src/yclients/tell-yclients.ts'
import { interrupted } from '../support/interrupted.ts'
import {
  bookingOf,
  bookingsNow,
  eventsOf,
  type Promised,
  promise,
  standing,
  startSalon,
  tomorrow,
} from '../support/promised.ts'
import { MARIA, MASSAGE, row } from '../support/salon.ts'

/** A visit that stands in YClients, of which all webhooks have come. */
async function written(fields: Parameters<typeof promise>[1] = {}) {
  const salon = await startSalon()
  const { world } = salon
  const id = await promise(salon, fields)
  await tellNewBooking(world.ctx, id)
  await world.deliverWebhooks()
  await world.drain()
  world.clock.now += MINUTE_MS
  const [record] = standing(world.sim)
  if (!record) throw new Error('not written')
  return { ...salon, id, record }
}

/** As the client's cancelling leaves it before YClients is told; a crash may come between. */
const cancelHere = (id: number) =>
  env.DB.prepare(
    `update bookings set status = 'cancelled', cancelled_at = 1, cancelled_by = 'client:1', revision = revision + 1 where id = ?`,
  )
    .bind(id)
    .run()

const moveHere = ({ id, startsAt }: { id: number; startsAt: number }) =>
  env.DB.prepare('update bookings set starts_at = ?2, ends_at = ?2 + 3600000, revision = revision + 1 where id = ?1')
    .bind(id, startsAt)
    .run()

async function everythingArrives({ world }: Promised) {
  await world.deliverWebhooks()
  await world.drain()
  world.clock.now += 5 * MINUTE_MS
  await startSync(world.ctx, { trigger: 'manual', mode: 'full' })
  await world.drain()
}

const CANCELLED = { status: 'cancelled', sync_state: null, cancelled_by: 'client:1' }

describe('a visit that its client cancels here', () => {
  test('is cancelled in YClients as he would do it there, and stays so', async () => {
    const salon = await written()
    const { world, id } = salon
    // Whoever is not the client is refused.
    world.sim.knobs.forbidden = ['/record/']
    await cancelHere(id)
    await mirrorCancel(world.ctx, id)
    expect(standing(world.sim)).toEqual([])
    expect(await bookingOf(id)).toMatchObject(CANCELLED)
    world.sim.knobs.forbidden = []
    await everythingArrives(salon)
    expect(await bookingsNow()).toMatchObject([{ id, ...CANCELLED }])
    expect(await eventsOf(id)).toEqual(['created', 'cancelled'])
  })

  test.each(['the salon closed that way', 'there is no hash'] as const)(
    'is cancelled by the administrator if %s',
    async (why) => {
      const salon = await written()
      const { world, id } = salon
      if (why === 'there is no hash') await env.DB.prepare('update bookings set yclients_record_hash = null').run()
      else world.sim.knobs.clientMayChange = false
      await cancelHere(id)
      await mirrorCancel(world.ctx, id)
      expect(standing(world.sim)).toEqual([])
      expect(await bookingOf(id)).toMatchObject(CANCELLED)
    },
  )

  test('that is gone in YClients already needs nothing more', async () => {
    const { world, id, record } = await written()
    world.sim.forget(record.id)
    await cancelHere(id)
    await mirrorCancel(world.ctx, id)
    expect(await bookingOf(id)).toMatchObject(CANCELLED)
    expect(world.queued).toEqual([])
  })

  test('is not brought back by what YClients says before it has heard', async () => {
    const salon = await written()
    const { world, id, record } = salon
    world.sim.knobs.failNext = ['reset', 'reset']
    world.sim.knobs.failOnly = '/records/'
    await cancelHere(id)
    await mirrorCancel(world.ctx, id)
    expect(await bookingOf(id)).toMatchObject({ status: 'cancelled', sync_state: 'cancel' })
    const [message] = world.queued.splice(0)
    world.sim.changeRecord(record.id, { comment: 'Просит тишину' })
    world.sim.knobs.failNext = []
    await everythingArrives(salon)
    expect(await bookingOf(id)).toMatchObject({ status: 'cancelled', sync_state: 'cancel', comment: 'Просит тишину' })
    expect(standing(world.sim)).toHaveLength(1)

    await world.consume('events', [message?.body])
    expect(standing(world.sim)).toEqual([])
    await everythingArrives(salon)
    expect(await bookingsNow()).toMatchObject([{ id, ...CANCELLED }])
    expect(await eventsOf(id)).toEqual(['created', 'cancelled'])
  })

  test.each(['before', 'after'] as const)(
    'is cancelled by the sweep, if the process died and an answer was lost %s the work',
    async (failMoment) => {
      const salon = await written()
      const { world, id } = salon
      Object.assign(world.sim.knobs, { failNext: ['reset', 'html'], failOnly: 'record', failMoment })
      await cancelHere(id)
      await mirrorCancel(world.ctx, id)
      world.queued.splice(0)
      world.clock.now += 5 * MINUTE_MS
      await handleScheduled(world.ctx)
      await world.drain()
      expect(standing(world.sim)).toEqual([])
      expect(await bookingOf(id)).toMatchObject(CANCELLED)
    },
  )

  test.each([
    ['before', 0],
    ['after', 1],
  ] as const)('and of which YClients did not answer %s the work is looked for first', async (failMoment, records) => {
    const salon = await startSalon()
    const { world } = salon
    const id = await promise(salon)
    Object.assign(world.sim.knobs, { failNext: ['reset', 'reset'], failOnly: 'record', failMoment })
    await tellNewBooking(world.ctx, id)
    expect(standing(world.sim)).toHaveLength(records)
    await cancelHere(id)
    await mirrorCancel(world.ctx, id)
    await world.drain()
    expect(standing(world.sim)).toEqual([])
    expect(await bookingOf(id)).toMatchObject(CANCELLED)
    await everythingArrives(salon)
    expect(await bookingsNow()).toMatchObject([{ id, ...CANCELLED }])
  })

  test('while it is being written is cancelled there as soon as it stands', async () => {
    const salon = await startSalon()
    const { world } = salon
    const id = await promise(salon)
    const ctx = interrupted(world.ctx, 2, async () => {
      await cancelHere(id)
      await mirrorCancel(world.ctx, id)
      // Nothing was found in YClients… which is not so any more.
      await env.DB.prepare('update bookings set sync_state = null').run()
      world.queued.splice(0)
    })
    await tellNewBooking(ctx, id)
    expect(await bookingOf(id)).toMatchObject({ status: 'cancelled', sync_state: 'cancel' })
    await world.drain()
    expect(standing(world.sim)).toEqual([])
    expect(await bookingOf(id)).toMatchObject(CANCELLED)
  })

  test('and was only held is told to nobody', async () => {
    const salon = await startSalon()
    const { world } = salon
    const id = await promise(salon, { holdExpiresAt: world.clock.now + MINUTE_MS })
    await cancelHere(id)
    await mirrorCancel(world.ctx, id)
    expect(await bookingOf(id)).toMatchObject(CANCELLED)
    expect(world.queued).toEqual([])
  })

  test('and that nobody may cancel there waits for a person', async () => {
    const { world, id } = await written()
    world.sim.knobs.forbidden = ['record']
    await cancelHere(id)
    await mirrorCancel(world.ctx, id)
    await world.drain()
    expect(await row('select key, reason from parked_work where closed_at is null')).toEqual({
      key: `write-booking:${id}`,
      reason: 'yclients_refused_403',
    })
  })
})

describe('a visit that is moved', () => {
  const to = { startsAt: tomorrow(15) }

  test('stands in YClients at the new time, with all that it had', async () => {
    const salon = await written({ notes: 'Тихую музыку' })
    const { world, id, record, staffId } = salon
    world.sim.changeRecord(record.id, { attendance: 2, customColor: 'f44336', customFields: { room: 'синяя' } })
    const { changedAt: _1, startsAt: _2, smsHours: _3, ...rest } = { ...record }
    expect(await moveInYclients(world.ctx, id, { ...to, staffId })).toBe('moved')
    expect(standing(world.sim)).toMatchObject([{ ...rest, startsAt: to.startsAt }])
    await moveHere({ id, ...to })
    await everythingArrives(salon)
    expect(await bookingsNow()).toMatchObject([
      { id, starts_at: to.startsAt, status: 'confirmed', user_id: salon.userId },
    ])
    expect((await eventsOf(id)).filter((kind) => kind === 'moved')).toEqual(['moved'])
  })

  test('is not taken back by a webhook that was on its way', async () => {
    const salon = await written()
    const { world, id, record, staffId } = salon
    world.sim.changeRecord(record.id, { comment: 'Просит тишину' })
    const late = world.sim.webhooks.take()
    world.clock.now += MINUTE_MS
    await moveInYclients(world.ctx, id, { ...to, staffId })
    await moveHere({ id, ...to })
    for (const { url, body } of late) await world.call('POST', url.replace('http://spa.test', ''), { rawBody: body })
    await world.drain()
    expect(await bookingOf(id)).toMatchObject({ starts_at: to.startsAt })
    await everythingArrives(salon)
    expect((await eventsOf(id)).filter((kind) => kind === 'moved')).toEqual(['moved'])
    expect(await bookingOf(id)).toMatchObject({ comment: 'Просит тишину' })
  })

  test('keeps its client, also when YClients hides contacts from us', async () => {
    const { world, id, record, staffId } = await written()
    world.sim.knobs.hiddenContacts = 'everywhere'
    const sent: string[] = []
    const { fetch } = world.ctx
    const ctx: typeof world.ctx = {
      ...world.ctx,
      fetch: (input, init) => {
        if (init?.method === 'PUT') sent.push(String(init.body))
        return fetch(input, init)
      },
    }
    expect(await moveInYclients(ctx, id, { ...to, staffId })).toBe('moved')
    expect(sent.map((body) => JSON.parse(body).client)).toMatchObject([{ id: record.clientId, phone: '79161234567' }])
    expect(standing(world.sim)[0]?.clientId).toBe(record.clientId)
  })

  test('to a taken time stays where it is', async () => {
    const { world, id, staffId } = await written()
    world.sim.createRecord({ staffId: MARIA, services: [{ id: MASSAGE }], client: null, ...to })
    expect(await moveInYclients(world.ctx, id, { ...to, staffId })).toBe('taken')
    expect(standing(world.sim).map(({ startsAt }) => startsAt)).toEqual([tomorrow(10), to.startsAt])
  })

  test('to a master whom YClients does not know is refused', async () => {
    const { world, id } = await written()
    const { id: staffId } = await row<{ id: number }>("insert into staff (name) values ('Вера') returning id")
    expect(await moveInYclients(world.ctx, id, { ...to, staffId })).toBe('refused')
  })

  test('although it was cancelled in YClients is refused, and cancelled here', async () => {
    const { world, id, record, staffId } = await written()
    world.sim.cancel(record.id)
    expect(await moveInYclients(world.ctx, id, { ...to, staffId })).toBe('refused')
    expect(await bookingOf(id)).toMatchObject({ status: 'cancelled' })
  })

  test.each([
    ['before', 'unavailable', tomorrow(10)],
    ['after', 'moved', to.startsAt],
  ] as const)('with the answer lost %s the work is looked at again: %s', async (failMoment, said, startsAt) => {
    const { world, id, staffId } = await written()
    Object.assign(world.sim.knobs, { failMoment, failOnly: '/record/' })
    // Reading comes first; of the writing the answer is lost.
    const { fetch } = world.ctx
    const ctx: typeof world.ctx = {
      ...world.ctx,
      fetch: (input, init) => {
        if (init?.method === 'PUT') world.sim.knobs.failNext = ['reset']
        return fetch(input, init)
      },
    }
    expect(await moveInYclients(ctx, id, { ...to, staffId })).toBe(said)
    expect(standing(world.sim)).toMatchObject([{ startsAt }])
  })

  test('while YClients does not answer stays where it is', async () => {
    const { world, id, staffId } = await written()
    world.sim.knobs.htmlPercent = 100
    expect(await moveInYclients(world.ctx, id, { ...to, staffId })).toBe('unavailable')
    expect(await bookingOf(id)).toMatchObject({ starts_at: tomorrow(10), sync_state: null })
  })

  test('here while it was being written is moved there afterwards, whatever comes between', async () => {
    const salon = await startSalon()
    const { world } = salon
    const id = await promise(salon)
    await tellNewBooking(
      interrupted(world.ctx, 2, () => moveHere({ id, ...to })),
      id,
    )
    expect(await bookingOf(id)).toMatchObject({ sync_state: 'move', starts_at: to.startsAt })
    const [message] = world.queued.splice(0)
    await everythingArrives(salon)
    expect(await bookingOf(id)).toMatchObject({ sync_state: 'move', starts_at: to.startsAt })
    await world.consume('events', [message?.body])
    await everythingArrives(salon)
    expect(standing(world.sim)).toMatchObject([{ startsAt: to.startsAt }])
    expect(await bookingsNow()).toMatchObject([{ id, sync_state: null, starts_at: to.startsAt }])
  })

  test('here while it was being written goes back if YClients has no time then', async () => {
    const salon = await startSalon()
    const { world } = salon
    const id = await promise(salon)
    await tellNewBooking(
      interrupted(world.ctx, 2, () => moveHere({ id, ...to })),
      id,
    )
    world.sim.createRecord({ staffId: MARIA, services: [{ id: MASSAGE }], client: null, ...to })
    await world.drain()
    expect(await bookingOf(id)).toMatchObject({ sync_state: null, starts_at: tomorrow(10) })
  })
})
