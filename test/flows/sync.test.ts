import { env } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import { createContext } from '../../src/context.ts'
import { handleScheduled } from '../../src/handlers/scheduled.ts'
import { checkAdminHealth } from '../../src/ops/health/check-admin-health.ts'
import { HOUR_MS, MINUTE_MS } from '../../src/platform/time.ts'
import { createPacer } from '../../src/yclients/pacer.ts'
import { startSync } from '../../src/yclients/start-sync.ts'
import { addUser, balanceOf, MARIA, MASSAGE, openSalon, row, rows } from '../support/salon.ts'
import { registerAtDesk } from '../support/sign-in.ts'
import { ADMIN, startWorld, type World } from '../support/world.ts'

/** So many visits, an hour apart, whose webhooks are lost. */
function bookMany(world: World, count: number, phone = '+79000000001') {
  const records = Array.from({ length: count }, (_, i) =>
    world.sim.book({
      staffId: MARIA,
      services: [{ id: MASSAGE, cost: 1000 }],
      client: { name: 'Анна', phone },
      startsAt: world.clock.now + (i % 600) * HOUR_MS,
    }),
  )
  world.sim.webhooks.clear()
  return records
}

const lastRun = () => row('select * from sync_runs order by id desc')
const syncNow = async (world: World, mode = 'full') => {
  await world.call('POST', `/api/v1/yclients/sync-bookings?mode=${mode}`, { as: ADMIN, headers: { prefer: 'wait=0' } })
  await world.drain()
}

describe('a sync run', () => {
  test('reads all pages, one after another, and says what it did', async () => {
    const world = startWorld()
    await openSalon(world)
    await addUser({ phone: '+79000000001' })
    bookMany(world, 401)
    bookMany(world, 2, '+79000000099')
    await syncNow(world)
    expect(await lastRun()).toMatchObject({
      status: 'finished',
      mode: 'full',
      window_from: '2026-08-16',
      window_to: '2026-10-15',
      pages: 3,
      fetched: 403,
      created: 403,
      updated: 0,
      unchanged: 0,
      unmatched: 2,
      failed: 0,
      error: null,
    })
    expect(world.logged).toContainEqual(
      expect.objectContaining({
        event: 'sync.finished',
        fields: expect.objectContaining({ created: 403, updated: 0, skipped: 0 }),
      }),
    )
    await syncNow(world)
    expect(await lastRun()).toMatchObject({ fetched: 403, created: 0, unchanged: 403, missed_by_webhooks: 0 })
  })

  test('is incremental most times, and counts what the webhooks had missed', async () => {
    const world = startWorld()
    await openSalon(world)
    const [first] = bookMany(world, 3)
    await handleScheduled(world.ctx)
    await world.drain()
    world.clock.now += 30 * MINUTE_MS
    world.sim.move(first?.id ?? 0, world.clock.now + HOUR_MS)
    world.sim.webhooks.clear()
    bookMany(world, 1)
    world.clock.now += 30 * MINUTE_MS
    await handleScheduled(world.ctx)
    await world.drain()
    expect(await lastRun()).toMatchObject({
      mode: 'incremental',
      status: 'finished',
      created: 1,
      updated: 1,
      missed_by_webhooks: 2,
    })
  })

  test('finds a deletion whose webhook was lost, and takes its bonuses back', async () => {
    const world = startWorld()
    await openSalon(world)
    const userId = await addUser({ phone: '+79000000001' })
    const [record] = bookMany(world, 1)
    world.sim.complete(record?.id ?? 0)
    await syncNow(world)
    expect(await balanceOf(userId)).toEqual({ balance: 30, sum: 30 })
    world.clock.now += MINUTE_MS
    world.sim.cancel(record?.id ?? 0)
    world.sim.webhooks.clear()
    await syncNow(world, 'incremental')
    expect(await row('select status from bookings')).toEqual({ status: 'cancelled' })
    expect(await balanceOf(userId)).toEqual({ balance: 0, sum: 0 })
  })

  test('answers at once with the counts when it is done in time, else with its address', async () => {
    const world = startWorld()
    await openSalon(world)
    bookMany(world, 1)
    const slow = await world.call('POST', '/api/v1/yclients/sync-bookings', {
      as: ADMIN,
      headers: { prefer: 'wait=1' },
    })
    expect(slow.status).toBe(202)
    const address = slow.headers.get('location') ?? ''
    expect(await (await world.call('GET', address, { as: ADMIN })).json()).toMatchObject({ status: 'running' })
    await world.drain()
    expect(await (await world.call('GET', address, { as: ADMIN })).json()).toMatchObject({
      status: 'finished',
      created: 1,
    })

    const quick: World = startWorld({ sleep: () => quick.drain(), fetch: world.ctx.fetch })
    const done = await quick.call('POST', '/api/v1/yclients/sync-bookings', { as: ADMIN })
    expect(done.status).toBe(200)
    expect(await done.json()).toMatchObject({ status: 'finished', unchanged: 1 })
  })

  test('never overlaps another: who asks meanwhile is shown the one that is open', async () => {
    const world = startWorld()
    await openSalon(world)
    const started = await Promise.all(Array.from({ length: 10 }, () => startSync(world.ctx, { trigger: 'manual' })))
    expect(started.filter((sync) => sync.ok && sync.value.started)).toHaveLength(1)
    expect(await rows('select id from sync_runs')).toHaveLength(1)
    expect(world.queued).toHaveLength(1)
  })

  test('takes the result of a page once, however often its message comes', async () => {
    const world = startWorld()
    await openSalon(world)
    bookMany(world, 201)
    await startSync(world.ctx, { trigger: 'manual' })
    const [page] = world.queued.splice(0).map(({ body }) => body)
    await Promise.all([world.consume('sync', [page]), world.consume('sync', [page])])
    await world.consume('sync', [page], 2)
    await world.drain()
    expect(await lastRun()).toMatchObject({ status: 'finished', pages: 2, fetched: 201, created: 201 })
  })

  test('goes on when the process died between booking a page and sending the next', async () => {
    const world = startWorld()
    await openSalon(world)
    bookMany(world, 201)
    await startSync(world.ctx, { trigger: 'manual' })
    const [page] = world.queued.splice(0).map(({ body }) => body)
    await world.consume('sync', [page])
    expect(world.queued.splice(0)).toHaveLength(1) // the next page is lost
    await world.consume('sync', [page], 2)
    await world.drain()
    expect(await lastRun()).toMatchObject({ status: 'finished', fetched: 201 })
  })

  test('whose message was lost altogether is taken up again by the cron', async () => {
    const world = startWorld()
    await openSalon(world)
    bookMany(world, 1)
    await startSync(world.ctx, { trigger: 'cron' })
    world.queued.splice(0)
    world.clock.now += 30 * MINUTE_MS
    await handleScheduled(world.ctx)
    await world.drain()
    expect(await rows('select status, created from sync_runs')).toEqual([{ status: 'finished', created: 1 }])
  })
})

describe('when YClients fails', () => {
  test.each([
    ['answers 500', { serverErrorPercent: 100 }],
    ['answers an HTML page', { htmlPercent: 100 }],
    ['answers success:false with 200', { successFalsePercent: 100 }],
    ['drops the connection', { resetPercent: 100 }],
  ])('(%s) the page is tried again after five minutes and the run shows it meanwhile', async (_, knobs) => {
    const world = startWorld()
    await openSalon(world)
    bookMany(world, 1)
    Object.assign(world.sim.knobs, knobs)
    await startSync(world.ctx, { trigger: 'cron' })
    const [page] = world.queued.splice(0).map(({ body }) => body)
    const { retried } = await world.consume('sync', [page])
    expect(retried).toMatchObject([{ delaySeconds: 300 }])
    expect(await lastRun()).toMatchObject({
      status: 'failing',
      error: expect.stringMatching(/^yclients_unavailable/),
      finished_at: null,
    })

    Object.assign(world.sim.knobs, { serverErrorPercent: 0, htmlPercent: 0, successFalsePercent: 0, resetPercent: 0 })
    await world.consume('sync', [page], 2)
    await world.drain()
    expect(await lastRun()).toMatchObject({ status: 'finished', created: 1, error: null })
  })

  test('a limit is never taken for an empty list, and «через N секунд» is obeyed', async () => {
    const world = startWorld()
    await openSalon(world)
    bookMany(world, 1)
    await syncNow(world)
    const asks = [3, 0, 45]
    const limited = startWorld({
      fetch: async (input, init) => {
        const seconds = asks.shift()
        if (seconds === undefined) return await world.ctx.fetch(input, init)
        const message = `Превышен лимит запросов, попробуйте повторить запрос через ${seconds} секунд.`
        return Response.json({ success: false, data: null, meta: { message } }, { status: 429 })
      },
    })
    await startSync(limited.ctx, { trigger: 'manual', mode: 'full' })
    const before = limited.clock.now
    const [page] = limited.queued.splice(0).map(({ body }) => body)
    const { retried } = await limited.consume('sync', [page])
    expect(limited.clock.now - before).toBe(4000) // three seconds, and one for "0"; 45 go back to the queue
    expect(retried).toMatchObject([{ delaySeconds: 45 }])
    await limited.consume('sync', [page], 2)
    await limited.drain()
    expect(await lastRun()).toMatchObject({ status: 'finished', unchanged: 1, vanished: 0 })
  })

  test('for half an hour the run is closed as failed, the health check says so, and the next cron starts anew', async () => {
    const world = startWorld()
    await openSalon(world)
    bookMany(world, 1)
    world.sim.knobs.serverErrorPercent = 100
    await startSync(world.ctx, { trigger: 'cron' })
    await world.drain()
    expect(await lastRun()).toMatchObject({ status: 'failed', error: expect.stringMatching(/^yclients_unavailable/) })
    const health = async () => (await checkAdminHealth(world.ctx)).conditions.map(({ code }) => code)
    expect(await health()).toEqual(expect.arrayContaining(['sync_stuck', 'nothing_parked']))
    world.sim.knobs.serverErrorPercent = 0
    await handleScheduled(world.ctx)
    await world.drain()
    expect(await lastRun()).toMatchObject({ id: 2, status: 'finished', created: 1 })
    expect(await health()).toContain('sync_fresh')
  })

  test('a record that cannot be read is parked by itself and the others are stored', async () => {
    const world = startWorld()
    await openSalon(world)
    const [good, bad] = bookMany(world, 2)
    const real = world.ctx.fetch
    let corrupt = true
    const faulty = startWorld({
      fetch: async (input, init) => {
        const response = await real(input, init)
        if (!corrupt) return response
        const body = await response.json<{ data: { id: number; services: unknown }[] }>()
        for (const record of body.data) if (record.id === bad?.id) record.services = [{ cost: 'много' }]
        return Response.json(body)
      },
    })
    await syncNow(faulty)
    expect(await lastRun()).toMatchObject({ status: 'finished', created: 1, failed: 1 })
    expect(await rows('select yclients_record_id as id from bookings')).toEqual([{ id: good?.id }])
    const parked = await row<{ id: number; key: string }>('select id, key from parked_work')
    expect(parked.key).toBe(`record:235564:${bad?.id}`)

    corrupt = false
    await faulty.call('POST', `/api/v1/admin/parked/${parked.id}/replay`, { as: ADMIN })
    await faulty.drain()
    expect(await rows('select id from bookings')).toHaveLength(2)
  })
})

test('a run whose message died in the dead-letter queue is closed', async () => {
  const world = startWorld()
  await openSalon(world)
  await startSync(world.ctx, { trigger: 'cron' })
  const [page] = world.queued.splice(0).map(({ body }) => body)
  await world.consume('dead', [page])
  expect(await lastRun()).toMatchObject({ status: 'failed', error: 'retries exhausted' })
})

test('after an outage of hours, a change to a visit far outside the window is still brought', async () => {
  const world = startWorld()
  await openSalon(world)
  const pass = async (minutes: number) => {
    world.clock.now += minutes * MINUTE_MS
    await handleScheduled(world.ctx)
    await world.drain()
  }
  await pass(0)
  await pass(30)
  world.clock.now += 3 * HOUR_MS
  const far = world.sim.book({
    staffId: MARIA,
    services: [{ id: MASSAGE }],
    client: { name: 'Анна', phone: '+79000000001' },
    startsAt: world.clock.now + 45 * 24 * HOUR_MS,
  })
  world.sim.webhooks.clear()
  await pass(5 * 60)
  expect(await lastRun()).toMatchObject({ mode: 'full' })
  await pass(30)
  expect(await rows('select yclients_record_id as id from bookings')).toEqual([{ id: far.id }])
})

test('calls to YClients keep the configured distance', async () => {
  const { config } = createContext(env)
  const world = startWorld({ yclientsPacer: createPacer(600), config })
  await openSalon(world)
  bookMany(world, 401)
  const before = world.clock.now
  await startSync(world.ctx, { trigger: 'manual' })
  await world.drain()
  expect(world.clock.now - before).toBe(1200) // three pages
})

describe('a record that YClients no longer shows', () => {
  test('but that cannot be asked for is parked by itself and does not keep the run from finishing', async () => {
    const world = startWorld()
    await openSalon(world)
    const [first, refused, last] = bookMany(world, 3)
    await syncNow(world)
    for (const record of [first, last]) world.sim.forget(record?.id ?? 0)
    const real = world.ctx.fetch
    const partly = startWorld({
      fetch: async (input, init) => {
        if (String(input).includes(`/records/`)) return Response.json({ success: true, data: [], meta: [] })
        if (String(input).endsWith(`/${refused?.id}`))
          return Response.json({ success: false, data: null, meta: { message: 'Недостаточно прав' } }, { status: 403 })
        return await real(input, init)
      },
    })
    await syncNow(partly)
    expect(await lastRun()).toMatchObject({ status: 'finished', vanished: 2, failed: 1 })
    expect(await rows('select status from bookings order by id')).toEqual([
      { status: 'cancelled' },
      { status: 'pending' },
      { status: 'cancelled' },
    ])
    expect(await rows('select key, reason from parked_work')).toEqual([
      { key: `record:235564:${refused?.id}`, reason: 'yclients_refused_403' },
    ])
  })

  test('is cancelled only after YClients says 404 for the record itself', async () => {
    const world = startWorld()
    await openSalon(world)
    const userId = await addUser({ phone: '+79000000001' })
    const [kept, gone] = bookMany(world, 2)
    world.sim.complete(gone?.id ?? 0)
    world.sim.webhooks.clear()
    await syncNow(world)
    expect(await balanceOf(userId)).toEqual({ balance: 30, sum: 30 })
    world.sim.forget(gone?.id ?? 0)
    await syncNow(world)
    expect(await lastRun()).toMatchObject({ status: 'finished', vanished: 1 })
    expect(await rows('select yclients_record_id as id, status from bookings order by id')).toEqual([
      { id: kept?.id, status: 'pending' },
      { id: gone?.id, status: 'cancelled' },
    ])
    expect(await balanceOf(userId)).toEqual({ balance: 0, sum: 0 })
  })

  test('stays when the list was wrong and the record is there', async () => {
    const world = startWorld()
    await openSalon(world)
    bookMany(world, 3)
    await syncNow(world)
    const real = world.ctx.fetch
    const forgetful = startWorld({
      fetch: async (input, init) => {
        const response = await real(input, init)
        return String(input).includes('/records/') ? Response.json({ success: true, data: [], meta: [] }) : response
      },
    })
    await syncNow(forgetful)
    expect(await lastRun()).toMatchObject({ status: 'finished', fetched: 0, vanished: 0 })
    expect(await rows("select id from bookings where status = 'pending'")).toHaveLength(3)
  })

  test('is not even asked for when the whole branch answers 404', async () => {
    const world = startWorld()
    await openSalon(world)
    bookMany(world, 3)
    await syncNow(world)
    const nowhere = startWorld({
      fetch: async () =>
        Response.json({ success: false, data: null, meta: { message: 'Филиал не найден.' } }, { status: 404 }),
    })
    await syncNow(nowhere)
    expect(await rows("select id from bookings where status = 'pending'")).toHaveLength(3)
  })
})

describe('an unmatched visit', () => {
  test('waits in the inbox, and becomes its client’s with its bonuses when he appears', async () => {
    const world = startWorld()
    await openSalon(world)
    const [record] = bookMany(world, 1, '+79000000042')
    world.sim.complete(record?.id ?? 0)
    world.sim.webhooks.clear()
    await syncNow(world)
    const inbox = await (await world.call('GET', '/api/v1/admin/bookings?unmatched=true', { as: ADMIN })).json()
    expect(inbox).toMatchObject([{ user_id: null, client_match: 'none', yclients_record_id: record?.id }])

    const created = await registerAtDesk(world, { name: 'Пётр', phone: '+79000000042' })
    expect(created.status).toBe(201)
    const user = await created.json<{ id: number }>()
    expect(user).toMatchObject({ linked_bookings: 1, bonus_balance: 30, phone: '+79000000042' })
    expect(await row('select user_id, client_match from bookings')).toEqual({ user_id: user.id, client_match: 'phone' })
    expect(await row("select actor, entity_id, details from audit_log where action = 'user.create'")).toEqual({
      actor: 'admin:3',
      entity_id: String(user.id),
      details: JSON.stringify({ after: { phone: true, email: false, consent: null } }),
    })
  })

  test('that names two clients is never guessed; an administrator decides', async () => {
    const world = startWorld()
    await openSalon(world)
    const first = await addUser({ phone: '+79000000043', code: 'ABC00001' })
    await addUser({ phone: '+3759000000043' })
    bookMany(world, 1, '+79000000043')
    await syncNow(world)
    expect(await row('select user_id, client_match from bookings')).toEqual({
      user_id: null,
      client_match: 'ambiguous',
    })
    const { id } = await row<{ id: number }>('select id from bookings')
    const linked = await world.call('POST', `/api/v1/admin/bookings/${id}/link`, {
      as: ADMIN,
      body: { code: 'авс00001' },
    })
    expect(await linked.json()).toMatchObject({ user_id: first, client_match: 'manual' })
    await syncNow(world)
    expect(await row('select user_id, client_match from bookings')).toEqual({ user_id: first, client_match: 'manual' })
    expect(await row("select actor, action from audit_log where action = 'booking.link'")).toEqual({
      actor: 'admin:1',
      action: 'booking.link',
    })
  })

  test('whose client registered between a webhook and its processing is found by the cron', async () => {
    const world = startWorld()
    await openSalon(world)
    bookMany(world, 1, '+79000000044')
    await syncNow(world)
    const userId = await addUser({ phone: '+79000000044' })
    await handleScheduled(world.ctx)
    expect(await row('select user_id from bookings')).toEqual({ user_id: userId })
  })
})

test('two writers of one record at the same moment lose nothing of each other', async () => {
  const world = startWorld()
  await openSalon(world)
  bookMany(world, 50)
  await startSync(world.ctx, { trigger: 'manual' })
  const [page] = world.queued.splice(0).map(({ body }) => body)
  await Promise.all([1, 2, 3, 4].map(() => world.consume('sync', [page])))
  expect(await row('select count(*) as n, min(revision) as low from bookings')).toEqual({ n: 50, low: 1 })
  expect(await env.DB.prepare('select count(*) as n from sync_pages').first()).toEqual({ n: 1 })
})
