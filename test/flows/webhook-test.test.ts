import { beforeEach, describe, expect, test } from 'vitest'
import { HOUR_MS, MINUTE_MS } from '../../src/platform/time.ts'
import { codeOf, lastAudit } from '../support/office.ts'
import { MARIA, MASSAGE, openSalon, row, rows } from '../support/salon.ts'
import { ADMIN, startWorld, type World } from '../support/world.ts'

const PATH = '/api/v1/admin/yclients/webhook-test'
const records = (world: World) => [...world.sim.state.records.values()]
const standing = (world: World) => records(world).filter(({ deleted }) => !deleted)

async function create(world: World): Promise<{ record_id: number; starts_at: string; removed_at: string }> {
  const answer = await world.call('POST', PATH, { as: ADMIN })
  expect(answer.status).toBe(201)
  return await answer.json()
}
const call = (world: World, method: string, id: number) => world.call(method, `${PATH}/${id}`, { as: ADMIN })

/** Lets the webhooks come and be worked on, but not what is due much later. */
async function settle(world: World) {
  await world.deliverWebhooks()
  const later = world.queued.splice(0).filter(({ body, ...message }) => {
    if (message.dueAt <= world.clock.now) world.queued.push({ body, ...message })
    return message.dueAt > world.clock.now
  })
  await world.drain()
  world.queued.push(...later)
}

describe('a test of the webhook', () => {
  let world: World
  beforeEach(async () => {
    world = startWorld()
    await openSalon(world)
  })

  test('can be followed from the record in the journal to the cancelled booking here', async () => {
    const { record_id: id } = await create(world)
    await settle(world)
    const created = await (await call(world, 'GET', id)).json()
    expect(created).toMatchObject({ events: [{ status: 'create', verdict: 'created', error: null }] })

    world.clock.now += MINUTE_MS
    expect((await call(world, 'PATCH', id)).status).toBe(200)
    world.clock.now += MINUTE_MS
    await settle(world)
    expect((await call(world, 'DELETE', id)).status).toBe(204)
    await settle(world)
    expect(await (await call(world, 'GET', id)).json()).toMatchObject({
      record_id: id,
      events: [
        { status: 'create', verdict: 'created' },
        { status: 'update', verdict: 'updated' },
        { status: 'delete', verdict: 'updated' },
      ],
      booking: { status: 'cancelled' },
    })
    expect(standing(world)).toEqual([])
  })

  test('takes no time that somebody may want soon, names nobody, and is nothing to the inbox of unmatched visits', async () => {
    const { starts_at } = await create(world)
    // The salon closes at nine in the evening.
    expect(starts_at).toBe('2026-10-15T20:45:00+03:00')
    expect(records(world)).toMatchObject([{ clientId: null, services: [], staffId: MARIA }])
    await settle(world)
    expect(await row('select client_match from bookings')).toEqual({ client_match: 'technical' })
    expect(await lastAudit()).toMatchObject({ actor: 'admin:1', action: 'webhook_test.create' })
  })

  test('goes on to another day where the time is taken, and gives up if all are', async () => {
    const book = (day: number) =>
      world.sim.book({
        staffId: MARIA,
        services: [{ id: MASSAGE }],
        client: { name: 'Анна', phone: '+79000000001' },
        startsAt: Date.UTC(2026, 9, day, 17),
      })
    book(15)
    expect((await create(world)).starts_at).toBe('2026-10-14T20:45:00+03:00')
    for (const day of [11, 12, 13]) book(day)
    const answer = await world.call('POST', PATH, { as: ADMIN })
    expect([answer.status, await codeOf(answer)]).toEqual([409, 'no_free_time'])
  })

  test('removes its record by itself when whoever started it is gone', async () => {
    await create(world)
    await settle(world)
    expect(standing(world)).toHaveLength(1)
    await world.drain()
    expect(standing(world)).toEqual([])
    expect(world.logged).toContainEqual(expect.objectContaining({ event: 'webhook_test.left_behind' }))
  })

  test('removes also a record whose number nobody heard, because the answer was lost', async () => {
    Object.assign(world.sim.knobs, { failNext: ['reset'], failOnly: '/records/', failMoment: 'after' })
    const answer = await world.call('POST', PATH, { as: ADMIN })
    expect(await codeOf(answer)).toBe('yclients_unavailable')
    expect(standing(world)).toHaveLength(1)
    await world.drain()
    expect(standing(world)).toEqual([])
  })

  test('parks the removal when YClients does not let it through', async () => {
    await create(world)
    Object.assign(world.sim.knobs, { htmlPercent: 100 })
    await world.drain()
    expect(await rows('select key, reason from parked_work')).toEqual([
      { key: expect.stringMatching(/^test-record:webhook-test-/), reason: 'yclients_unavailable_502' },
    ])
  })

  test.each(['PATCH', 'DELETE'])('touches no real visit by %s, whatever number is given', async (method) => {
    const { id } = world.sim.book({
      staffId: MARIA,
      services: [{ id: MASSAGE }],
      client: { name: 'Анна', phone: '+79000000001' },
      startsAt: world.clock.now + HOUR_MS,
      comment: 'Как обычно',
    })
    const answer = await call(world, method, id)
    expect([answer.status, await codeOf(answer)]).toEqual([409, 'not_a_test_record'])
    expect(standing(world)).toMatchObject([{ id, comment: 'Как обычно' }])
    expect(await rows('select * from audit_log')).toEqual([])
  })

  test('deleted twice is deleted', async () => {
    const { record_id: id } = await create(world)
    expect((await call(world, 'DELETE', id)).status).toBe(204)
    expect((await call(world, 'DELETE', id)).status).toBe(204)
    expect((await call(world, 'PATCH', id)).status).toBe(404)
  })
})
