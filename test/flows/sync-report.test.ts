import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { openDb } from '../../src/platform/db.ts'
import { DAY_MS, HOUR_MS } from '../../src/platform/time.ts'
import { reportSync } from '../../src/yclients/report-sync.ts'
import { countD1 } from '../support/count-d1.ts'
import { addUser, MARIA, MASSAGE, openSalon, rows } from '../support/salon.ts'
import { MANAGER, startWorld, type World } from '../support/world.ts'

interface Report {
  advice: { code: string; text: string }[]
  [other: string]: unknown
}
const report = async (world: World, headers?: Record<string, string>): Promise<Report> =>
  (await world.call('GET', '/api/v1/admin/sync/report', { as: MANAGER, ...(headers && { headers }) })).json()
const advised = async (world: World) => (await report(world)).advice.map(({ code }) => code)

const book = (world: World, phone: string) =>
  world.sim.book({
    staffId: MARIA,
    services: [{ id: MASSAGE }],
    client: { name: 'Анна', phone },
    startsAt: world.clock.now + DAY_MS,
  })

async function sync(world: World) {
  await world.call('POST', '/api/v1/yclients/sync-bookings?mode=full', { as: MANAGER, headers: { prefer: 'wait=0' } })
  await world.drain()
}

test('the report on the synchronisation counts what is there and says what to do', async () => {
  const world = startWorld()
  await openSalon(world)
  await addUser({ phone: '+79000000001', code: 'ABC23456' })
  await addUser({ phone: '+79000000002' })
  expect(await advised(world)).toEqual(['never_synced', 'codes_missing'])

  book(world, '+79000000001')
  book(world, '+79000000077')
  await world.deliverWebhooks()
  await world.drain()
  await sync(world)
  const stands = await report(world)
  expect(stands).toMatchObject({
    settings: {
      yclients_enabled: true,
      company_id: 235564,
      branch_timezone: 'Europe/Moscow',
      webhook_secret_set: true,
      push_internal: false,
      loyalty_enabled: true,
    },
    bookings: [{ source: 'yclients', status: 'pending', count: 2 }],
    clients: 2,
    clients_with_code: 1,
    unmatched: 1,
    undecided: 0,
    parked: 0,
    drifted_at: null,
    runs: [{ status: 'finished', missed_by_webhooks: 0 }],
    last_visits: [{ client_match: 'none' }, { client_match: 'phone', service_name: 'Массаж', status: 'pending' }],
  })
  expect(stands.advice.map(({ code }) => code)).toEqual(['codes_missing'])
  await rows("update bookings set client_match = 'ambiguous' where user_id is null")
  expect(await advised(world)).toEqual(['visits_unmatched', 'codes_missing'])
  expect((await report(world)).advice[0]?.text).toContain('укажите клиента')
  expect((await report(world, { 'accept-language': 'en' })).advice[0]?.text).toContain('say whose they are')
})

test('a change that no webhook told of is drift until a later run finds none', async () => {
  const world = startWorld()
  await openSalon(world)
  await sync(world)
  world.clock.now += HOUR_MS
  book(world, '+79000000001')
  world.sim.webhooks.clear()
  await sync(world)
  const drifted = await report(world)
  expect(drifted).toMatchObject({ drifted_at: expect.stringContaining('2026-09-15T13:'), clean_since: null })
  expect(await advised(world)).toContain('webhooks_missed')
  world.clock.now += HOUR_MS
  await sync(world)
  expect(await report(world)).toMatchObject({ clean_since: expect.stringContaining('2026-09-15T14:') })
})

test('the report notices runs that fail, runs that do not come, and webhooks that do not come', async () => {
  const world = startWorld()
  await openSalon(world)
  book(world, '+79000000001')
  await world.deliverWebhooks()
  await world.drain()
  await sync(world)
  world.clock.now += 2 * HOUR_MS
  expect(await advised(world)).toContain('sync_overdue')
  world.clock.now += DAY_MS
  Object.assign(world.sim.knobs, { forbidden: ['/records/'] })
  await sync(world)
  expect(await advised(world)).toEqual(expect.arrayContaining(['sync_failing', 'webhooks_silent']))
})

test('the report takes one round trip', async () => {
  const counted = countD1(env.DB)
  const world = startWorld({ db: openDb(counted.db) })
  await reportSync(world.ctx)
  expect(counted.counts.roundTrips).toBe(1)
})
