import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import type { Context } from '../../src/context.ts'
import { BonusLedger } from '../../src/loyalty/bonus-ledger.ts'
import { settleBookings } from '../../src/loyalty/settle-bookings.ts'
import { openDb } from '../../src/platform/db.ts'
import { DAY_MS } from '../../src/platform/time.ts'
import { applyRecords } from '../../src/yclients/apply-records.ts'
import { listRecords } from '../../src/yclients/client.ts'
import { translateRecord } from '../../src/yclients/translate.ts'
import { countD1 } from '../support/count-d1.ts'
import { inProcess } from '../support/ledger-in-process.ts'
import { addBooking, addUser, giveBonuses, MARIA, MASSAGE, openSalon, row, rows } from '../support/salon.ts'
import { CLIENT, NOON, startWorld, WEBHOOK, type World } from '../support/world.ts'

/** A salon with known clients, all of whose questions to the database are counted. */
async function startCounting(clients: number, replaced: Partial<Context> = {}) {
  const counted = countD1(env.DB)
  const world = startWorld({ db: openDb(counted.db), ...replaced })
  await openSalon(world)
  const userIds: number[] = []
  for (let client = 0; client < clients; client++) userIds.push(await addUser({ phone: phoneOf(client) }))
  return { world, counted, userIds }
}

const phoneOf = (client: number) => `+7900${String(client).padStart(7, '0')}`

function visit({ sim }: World, client: number, more: { startsAt?: number; attendance?: 0 | 1 } = {}) {
  const guest = { name: 'Анна', phone: phoneOf(client) }
  return sim.createRecord({
    staffId: MARIA,
    services: [{ id: MASSAGE }],
    client: guest,
    startsAt: NOON + DAY_MS,
    ...more,
  })
}

/** What a page of a sync brings, applied. */
async function applyPage({ ctx }: World) {
  const answer = await listRecords(ctx, { page: 1, count: 200 })
  if (!answer.ok) throw new Error('the simulator refused')
  const seen = { companyId: 235_564, origin: 'api' as const, observedAt: answer.askedAt, zone: 'Europe/Moscow' }
  const changes = answer.data.map((raw) => {
    const translation = translateRecord(raw, seen)
    if ('invalid' in translation) throw new Error(translation.invalid)
    return translation.change
  })
  return await applyRecords(ctx, changes)
}

async function postWebhooks(world: World) {
  const bodies = world.sim.webhooks.take().filter(({ resource }) => resource === 'record')
  for (const { body } of bodies) expect((await world.call('POST', WEBHOOK, { rawBody: body })).status).toBe(202)
}

test('a webhook is accepted with one message and no word to the database', async () => {
  const { world, counted } = await startCounting(1)
  visit(world, 0)
  counted.reset()
  await postWebhooks(world)
  expect(counted.counts).toEqual({ roundTrips: 0, statements: 0, rowsRead: 0, rowsWritten: 0 })
  expect(world.queued).toHaveLength(1)
})

test('a batch of a hundred events of known clients, half of them new visits, takes at most five round trips', async () => {
  const { world, counted } = await startCounting(100)
  const known = Array.from({ length: 50 }, (_, client) => visit(world, client))
  await applyPage(world)
  world.sim.webhooks.clear()
  world.clock.now += 60_000
  for (const { id } of known) world.sim.changeRecord(id, { comment: 'Просит тишину' })
  for (let client = 50; client < 100; client++) visit(world, client)
  await postWebhooks(world)
  const messages = world.queued.splice(0)
  expect(messages).toHaveLength(100)

  counted.reset()
  await world.consume(
    'events',
    messages.map(({ body }) => body),
  )
  expect(counted.counts.roundTrips).toBeLessThanOrEqual(5)
  expect(await rows('select verdict, count(*) as n from webhook_events group by verdict')).toEqual([
    { verdict: 'created', n: 50 },
    { verdict: 'updated', n: 50 },
  ])
  expect(await row('select count(user_id) as matched from bookings')).toEqual({ matched: 100 })
})

test('two hundred records that say nothing new take at most two round trips and write nothing', async () => {
  const { world, counted } = await startCounting(20)
  for (let number = 0; number < 200; number++) visit(world, number % 20)
  await applyPage(world)
  counted.reset()
  const { outcomes } = await applyPage(world)
  expect(outcomes.filter(({ kind }) => kind === 'unchanged')).toHaveLength(200)
  expect(counted.counts.roundTrips).toBeLessThanOrEqual(2)
  expect(counted.counts.rowsWritten).toBe(0)
})

test('what applying records reads does not grow with the number of clients who were erased lately', async () => {
  const { world, counted } = await startCounting(20)
  for (let number = 0; number < 200; number++) visit(world, number % 20)
  await applyPage(world)
  const read = async () => {
    counted.reset()
    await applyPage(world)
    return counted.counts.rowsRead
  }
  const before = await read()
  await env.DB.prepare(
    `with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < 1000)
     insert into erased_contacts select 'hash ' || n, n from numbers`,
  ).run()
  expect(await read()).toBe(before)
  expect(counted.counts.roundTrips).toBeLessThanOrEqual(2)
})

test("a client's fifty completed visits are settled by one call to his object in at most two round trips", async () => {
  const inside = countD1(env.DB)
  let calls = 0
  const nobody = () => {
    throw new Error('nobody does anything else here')
  }
  const { world, userIds } = await startCounting(1, {
    ledgerOf: (userId) => ({
      settle: () => {
        calls++
        // The object's own class on the object's own state; only its database is counted.
        return runInDurableObject(env.LEDGER.getByName(String(userId)), (_, state) =>
          new BonusLedger(state, { ...env, DB: inside.db }).settle(),
        )
      },
      change: nobody,
      takeOver: nobody,
      reserve: nobody,
      resolve: nobody,
      postpone: nobody,
      giveBack: nobody,
      end: nobody,
    }),
  })
  for (let number = 0; number < 50; number++) {
    visit(world, 0, { startsAt: NOON - (number + 1) * DAY_MS, attendance: 1 })
  }
  const { usersToSettle } = await applyPage(world)
  expect(usersToSettle).toEqual(userIds)
  expect(await settleBookings(world.ctx, usersToSettle)).toEqual({ visits: 50, entries: 50, failed: [] })
  expect(calls).toBe(1)
  expect(inside.counts.roundTrips).toBeLessThanOrEqual(2)
})

test('bonuses are put aside, spent and given back in at most two round trips each', async () => {
  const counted = countD1(env.DB)
  const world = startWorld({ db: openDb(counted.db) }, inProcess)
  const userId = await addUser()
  const bookingId = await addBooking({ userId, status: 'pending' })
  await giveBonuses(userId, 500)
  const { ctx } = world
  const at = ctx.now()
  const ledger = ctx.ledgerOf(userId)
  const trips = async <T>(work: Promise<T>) => {
    counted.reset()
    const result = await work
    expect(counted.counts.roundTrips).toBeLessThanOrEqual(2)
    return result
  }
  const request = { points: 100, bookingId, paymentId: null, expiresAt: at + DAY_MS, idempotencyKey: 'a', at }
  const reserved = await trips(ledger.reserve(request))
  const entryId = reserved.ok ? reserved.value.entryId : 0
  expect(await trips(ledger.resolve({ as: 'captured', entryId, at }))).toMatchObject({ ok: true })
  const given = ledger.giveBack({ bookingId, points: 50, idempotencyKey: 'b', actor: 'system', at })
  expect(await trips(given)).toMatchObject({ ok: true })
  expect(await trips(ledger.end(at))).toMatchObject({ releases: 0, expiries: 0 })
})

test('the visits to come are one query whose rows do not grow with the visits of others', async () => {
  const { world, counted, userIds } = await startCounting(2)
  const [owner, other] = userIds
  for (let number = 0; number < 30; number++) visit(world, 0)
  await applyPage(world)

  const read = async () => {
    counted.reset()
    const answer = await world.call('GET', '/api/v1/booking?upcoming_only=true', { as: CLIENT(owner ?? 0) })
    expect(await answer.json()).toHaveLength(20)
    expect(counted.counts).toMatchObject({ roundTrips: 1, statements: 1, rowsWritten: 0 })
    return counted.counts.rowsRead
  }
  await addBookings(other ?? 0, 20)
  const few = await read()
  await addBookings(other ?? 0, 980)
  expect(await read()).toBe(few)
  expect(few).toBeLessThan(50)

  const [text = ''] = counted.texts
  const parameters = Array.from({ length: text.split('?').length - 1 }, () => null)
  const plan = await rows<{ detail: string }>(`explain query plan ${text}`, ...parameters)
  expect(plan.map(({ detail }) => detail)).toContainEqual(
    expect.stringMatching(/^SEARCH b USING INDEX bookings_of_user/),
  )
})

async function addBookings(userId: number, count: number): Promise<void> {
  await env.DB.prepare(
    `with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < ?1)
     insert into bookings (user_id, client_match, source, status, service_name, price_kopecks, duration_minutes, items,
       starts_at, ends_at, created_at, updated_at)
     select ?2, 'manual', 'internal', 'confirmed', 'Массаж', 0, 0, '[]', ?3 + n, ?3 + n, 0, 0 from numbers`,
  )
    .bind(count, userId, NOON)
    .run()
}
