import { env } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import { createContext } from '../../src/context.ts'
import { handleScheduled } from '../../src/handlers/scheduled.ts'
import { checkAdminHealth } from '../../src/ops/health/check-admin-health.ts'
import { openDb } from '../../src/platform/db.ts'
import { addUser, balanceOf, MARIA, MASSAGE, openSalon, row, rows } from '../support/salon.ts'
import { ADMIN, NOON, startWorld, WEBHOOK, type World } from '../support/world.ts'

const RECORD = {
  company_id: 235564,
  services: [{ id: MASSAGE, title: 'Массаж', cost: 1000 }],
  client: { id: 9, name: 'Анна', phone: '+79000000001' },
  date: '2026-09-16 12:00:00',
  seance_length: 3600,
  attendance: 0,
  last_change_date: '2026-09-15T12:00:00+0300',
}
const EVENT = { company_id: 235564, resource: 'record', resource_id: 1, status: 'update', data: [] }
const refusing = {
  send: () => Promise.reject(new Error('queue is down')),
  sendBatch: () => Promise.reject(new Error('queue is down')),
}

const book = (world: World, fields: { phone?: string; startsAt?: string; comment?: string } = {}) =>
  world.sim.book({
    staffId: MARIA,
    services: [{ id: MASSAGE, cost: 1000 }],
    client: { name: 'Анна', phone: fields.phone ?? '+79000000001' },
    startsAt: fields.startsAt ?? '2026-09-16 12:00',
    ...(fields.comment ? { comment: fields.comment } : {}),
  })

describe('at the door', () => {
  test('an event with the secret is queued as it came, without a word to the database', async () => {
    const noDatabase = new Proxy(env.DB, {
      get: () => () => {
        throw new Error('the database was asked before the answer')
      },
    })
    const world = startWorld({ db: openDb(noDatabase) })
    const answer = await world.call('POST', WEBHOOK, { body: EVENT })
    expect(answer.status).toBe(202)
    expect(world.queued).toHaveLength(1)
    expect(world.queued[0]?.body).toMatchObject({ kind: 'webhook', raw: JSON.stringify(EVENT) })
  })

  test.each(['/api/v1/yclients/webhook', '/api/v1/yclients/webhook?token=', '/api/v1/yclients/webhook?token=wrong'])(
    '%s is refused and nothing is queued',
    async (path) => {
      const world = startWorld()
      const answer = await world.call('POST', path, { body: EVENT })
      expect(answer.status).toBe(403)
      expect(await answer.json()).toMatchObject({ code: 'wrong_webhook_secret' })
      expect(world.queued).toEqual([])
      expect((await world.call('POST', path, { rawBody: 'not even JSON' })).status).toBe(403)
    },
  )

  test.each(['application/json', 'application/json; charset=utf-8', 'text/plain', 'application/x-www-form-urlencoded'])(
    'an event declared as %s is taken all the same',
    async (type) => {
      const world = startWorld()
      expect((await world.call('POST', WEBHOOK, { body: EVENT, headers: { 'content-type': type } })).status).toBe(202)
    },
  )

  test('without a configured secret everything is refused, except in development, with a warning', async () => {
    const { config } = createContext(env)
    const unset = { ...config, yclients: { ...config.yclients, webhookSecret: undefined } }
    const production = startWorld({ config: unset })
    expect((await production.call('POST', '/api/v1/yclients/webhook', { body: EVENT })).status).toBe(403)
    const development = startWorld({ config: { ...unset, environment: 'development' } })
    expect((await development.call('POST', '/api/v1/yclients/webhook', { body: EVENT })).status).toBe(202)
    expect(development.logged).toContainEqual(
      expect.objectContaining({ level: 'warn', event: 'webhook.secret_not_configured' }),
    )
  })

  test.each([
    ['{', 400, 'malformed_json'],
    ['', 400, 'malformed_json'],
    ['"text"', 400, 'malformed_envelope'],
    ['[]', 400, 'malformed_envelope'],
    [JSON.stringify({ ...EVENT, resource_id: 'x' }), 400, 'malformed_envelope'],
    [JSON.stringify({ ...EVENT, company_id: -5 }), 400, 'malformed_envelope'],
    [JSON.stringify(Array(51).fill(EVENT)), 400, 'malformed_envelope'],
    ['['.repeat(40_000) + ']'.repeat(40_000), 400, 'malformed_envelope'],
    [JSON.stringify({ ...EVENT, data: 'я'.repeat(60_000) }), 413, 'body_too_large'],
    ['x'.repeat(1_000_000), 413, 'body_too_large'],
  ])('the body %.40s… is refused with %i %s and nothing is queued', async (rawBody, status, code) => {
    const world = startWorld()
    const answer = await world.call('POST', WEBHOOK, { rawBody })
    expect(answer.status).toBe(status)
    expect(answer.headers.get('content-type')).toContain('application/problem+json')
    expect(await answer.json()).toMatchObject({ code })
    expect(world.queued).toEqual([])
  })

  test('when the queue refuses, what it is about waits in the database for the next cron, and gives its bonuses then', async () => {
    const world = startWorld({ events: refusing })
    await openSalon(world)
    const userId = await addUser({ phone: '+79000000001' })
    world.sim.complete(book(world).id)
    await world.deliverWebhooks()
    expect(await rows("select verdict from webhook_events where verdict <> 'deferred'")).toEqual([])
    const kept = await rows<{ body: string }>('select body from webhook_events')
    expect(kept.some(({ body }) => body.includes('"resource":"record"'))).toBe(true)
    expect(JSON.stringify(kept)).not.toContain('9000000001')
    expect(await rows('select id from bookings')).toEqual([])

    await handleScheduled(world.ctx)
    expect(await row('select status from bookings')).toEqual({ status: 'completed' })
    expect(await balanceOf(userId)).toEqual({ balance: 30, sum: 30 })
    expect(await rows("select id from webhook_events where verdict = 'deferred'")).toEqual([])
  })

  test('only when the database refuses as well is the caller sent away', async () => {
    const broken = { ...openDb(env.DB), run: () => Promise.reject(new Error('down')) as never }
    const world = startWorld({ events: refusing, db: broken })
    const answer = await world.call('POST', WEBHOOK, { body: EVENT })
    expect(answer.status).toBe(503)
    expect(await answer.json()).toMatchObject({ code: 'temporarily_unavailable' })
  })
})

describe('in the queue', () => {
  test('a webhook delivered three times, and an older one after it, give bonuses once', async () => {
    const world = startWorld()
    await openSalon(world)
    const userId = await addUser({ phone: '+79000000001' })
    const record = book(world)
    const [older] = world.sim.webhooks.take().filter((d) => d.resource === 'record')
    world.clock.now += 60_000
    world.sim.complete(record.id)
    const [newer] = world.sim.webhooks.take().filter((d) => d.resource === 'record')
    for (const body of [newer, newer, newer, older]) {
      await world.call('POST', WEBHOOK, { rawBody: body?.body ?? '' })
      await world.drain()
    }
    expect(await rows('select verdict from webhook_events order by rowid')).toEqual(
      ['created', 'unchanged', 'unchanged', 'stale'].map((verdict) => ({ verdict })),
    )
    expect(await row('select status from bookings')).toEqual({ status: 'completed' })
    expect(await balanceOf(userId)).toEqual({ balance: 30, sum: 30 })
    expect(await rows('select id from bonus_entries')).toHaveLength(1)
  })

  test('the same message delivered twice is one event', async () => {
    const world = startWorld()
    await openSalon(world)
    book(world)
    await world.deliverWebhooks()
    const bodies = world.queued.map(({ body }) => body)
    await world.consume('events', bodies)
    await world.consume('events', bodies, 2)
    expect(await rows("select verdict, attempts from webhook_events where resource = 'record'")).toEqual([
      { verdict: 'created', attempts: 2 },
    ])
  })

  test('a deletion that overtakes the creation leaves no living visit', async () => {
    const world = startWorld()
    await openSalon(world)
    await addUser({ phone: '+79000000001' })
    world.sim.knobs.deleteBody = 'bare'
    const record = book(world)
    const [create] = world.sim.webhooks.take().filter((d) => d.resource === 'record')
    world.sim.cancel(record.id)
    const [remove] = world.sim.webhooks.take().filter((d) => d.resource === 'record')
    await world.call('POST', WEBHOOK, { rawBody: remove?.body ?? '' })
    await world.drain()
    await world.call('POST', WEBHOOK, { rawBody: create?.body ?? '' })
    await world.drain()
    expect(await row('select status from bookings')).toEqual({ status: 'cancelled' })
  })

  test('of two changes within one second, which share their date, the API tells which is the later', async () => {
    const world = startWorld()
    await openSalon(world)
    const record = book(world)
    await world.deliverWebhooks()
    await world.drain()
    world.clock.now += 60_000
    world.sim.complete(record.id)
    const [completed] = world.sim.webhooks.take().filter((d) => d.resource === 'record')
    world.clock.now += 300
    world.sim.setAttendance(record.id, 0)
    const [reopened] = world.sim.webhooks.take().filter((d) => d.resource === 'record')
    for (const event of [reopened, completed]) await world.call('POST', WEBHOOK, { rawBody: event?.body ?? '' })
    await world.drain()
    expect(await row('select status from bookings')).toEqual({ status: 'pending' })
  })

  test('two records of one visit are two bookings, each with its own bonuses', async () => {
    const world = startWorld()
    await openSalon(world)
    const userId = await addUser({ phone: '+79000000001' })
    const first = book(world)
    const second = world.sim.book({
      staffId: MARIA,
      services: [{ id: MASSAGE, cost: 2000 }],
      client: { name: 'Анна', phone: '+79000000001' },
      startsAt: '2026-09-16 13:00',
      visitId: first.visitId,
    })
    world.sim.setVisitAttendance(second.visitId, 1)
    await world.deliverWebhooks()
    await world.drain()
    expect(await rows('select status, accrued_bonuses_points as points from bookings order by price_kopecks')).toEqual([
      { status: 'completed', points: 30 },
      { status: 'completed', points: 60 },
    ])
    expect(await balanceOf(userId)).toEqual({ balance: 90, sum: 90 })
  })

  test('a partial body of an unknown visit is completed from the API', async () => {
    const world = startWorld()
    await openSalon(world)
    const record = book(world)
    world.sim.webhooks.clear()
    const data = { id: record.id, attendance: 0 }
    await world.call('POST', WEBHOOK, { body: { ...EVENT, resource_id: record.id, data } })
    await world.drain()
    expect(await row('select price_kopecks, phone from bookings')).toEqual({
      price_kopecks: 100_000,
      phone: '+79000000001',
    })
  })

  test('while the API is down such a body is retried; after eight attempts it is parked, shown, and can be replayed', async () => {
    const world = startWorld()
    await openSalon(world)
    const record = book(world)
    world.sim.webhooks.clear()
    world.sim.knobs.serverErrorPercent = 100
    await world.call('POST', WEBHOOK, { body: { ...EVENT, resource_id: record.id, data: { id: record.id } } })
    const body = world.queued[0]?.body
    const { retried } = await world.consume('events', [body])
    expect(retried).toHaveLength(1)
    expect(await row('select verdict, error from webhook_events')).toMatchObject({ verdict: 'retrying' })

    await world.drain()
    expect(await row('select verdict, attempts from webhook_events')).toEqual({ verdict: 'parked', attempts: 8 })
    expect((await checkAdminHealth(world.ctx)).signs.parked).toBe(1)
    const parked = await (await world.call('GET', '/api/v1/admin/parked', { as: ADMIN })).json<{ id: number }[]>()
    expect(parked).toMatchObject([{ reason: expect.stringMatching(/^yclients_unavailable_50/), times_parked: 1 }])

    world.sim.knobs.serverErrorPercent = 0
    const replay = `/api/v1/admin/parked/${parked[0]?.id}/replay`
    expect((await world.call('POST', replay, { as: ADMIN })).status).toBe(202)
    expect((await world.call('POST', replay, { as: ADMIN })).status).toBe(409)
    await world.drain()
    expect(await row('select verdict from webhook_events')).toEqual({ verdict: 'created' })
    expect((await checkAdminHealth(world.ctx)).signs.parked).toBe(0)
  })

  test('one record that the database refuses does not hold up the others of its batch', async () => {
    const world = startWorld()
    await openSalon(world)
    const good = book(world)
    const bad = book(world, { startsAt: '2026-09-16 15:00' })
    await env.DB.exec(
      `create trigger poison before insert on bookings when new.yclients_record_id = ${bad.id} begin select raise(abort, 'poison'); end`,
    )
    await world.deliverWebhooks()
    const { retried, acked } = await world.consume(
      'events',
      world.queued.splice(0).map(({ body }) => body),
    )
    expect(retried).toHaveLength(1)
    expect(acked.length).toBeGreaterThan(0)
    expect(await rows('select yclients_record_id as record from bookings')).toEqual([{ record: good.id }])
  })

  test('a record of wrong types is read from the API instead of being guessed at', async () => {
    const world = startWorld()
    await openSalon(world)
    const record = book(world)
    world.sim.webhooks.clear()
    const data = { id: record.id, services: 'нет', last_change_date: '2026-09-15T12:00:00+0300' }
    await world.call('POST', WEBHOOK, { body: { ...EVENT, resource_id: record.id, data } })
    await world.drain()
    expect(await row('select price_kopecks from bookings')).toEqual({ price_kopecks: 100_000 })
  })

  test('data about another record than the envelope names is not believed', async () => {
    const world = startWorld()
    await openSalon(world)
    const [mine, other] = [book(world), book(world, { startsAt: '2026-09-16 15:00' })]
    await world.deliverWebhooks()
    await world.drain()
    const data = { id: other.id, attendance: 1, last_change_date: '2026-09-15T12:30:00+0300' }
    await world.call('POST', WEBHOOK, { body: { ...EVENT, resource_id: mine.id, data } })
    await world.drain()
    expect(await rows("select id from bookings where status = 'completed'")).toEqual([])
  })

  test('a client’s new phone is written onto his visits, and onto nobody else’s', async () => {
    const world = startWorld()
    await openSalon(world)
    const userId = await addUser({ phone: '+79000000001' })
    const record = book(world)
    book(world, { phone: '+79000000002', startsAt: '2026-09-16 15:00' })
    await world.deliverWebhooks()
    await world.drain()
    world.sim.changeClient(record.clientId ?? 0, { phone: '+79000000077' })
    await world.deliverWebhooks()
    await world.drain()
    expect(await rows('select phone, phone_last10, user_id, status from bookings order by id')).toEqual([
      { phone: '+79000000077', phone_last10: '9000000077', user_id: userId, status: 'pending' },
      { phone: '+79000000002', phone_last10: '9000000002', user_id: null, status: 'pending' },
    ])
  })

  test('a dead letter is parked; one that nobody can read too, and is not replayed', async () => {
    const world = startWorld()
    const raw = JSON.stringify({ ...EVENT, data: { ...EVENT.data, comment: 'звонить 89000000001' } })
    await world.consume('dead', [
      { kind: 'webhook', eventId: 'e1', receivedAt: 1, raw },
      { kind: 'unknown', secret: true },
    ])
    expect(JSON.stringify(await rows('select message from parked_work'))).not.toContain('9000000001')
    const parked = await (await world.call('GET', '/api/v1/admin/parked', { as: ADMIN })).json<
      { id: number; key: string }[]
    >()
    expect(parked.map(({ key }) => key)).toEqual(['webhook:e1', expect.stringMatching(/^unreadable:/)])
    const unreadable = await world.call('POST', `/api/v1/admin/parked/${parked[1]?.id}/replay`, { as: ADMIN })
    expect(await unreadable.json()).toMatchObject({ status: 409, code: 'not_replayable' })
    const dismissed = await world.call('POST', `/api/v1/admin/parked/${parked[1]?.id}/dismiss`, { as: ADMIN })
    expect(dismissed.status).toBe(202)
    expect(await (await world.call('GET', '/api/v1/admin/parked', { as: ADMIN })).json()).toHaveLength(1)
    expect(await rows("select action from audit_log where action like 'parked%' order by id")).toEqual([
      { action: 'parked_work.dismiss' },
    ])
  })

  test('an unreadable message is parked at once', async () => {
    const world = startWorld()
    const { acked } = await world.consume('events', [{ kind: 'unknown' }])
    expect(acked).toHaveLength(1)
    expect(await rows('select reason from parked_work')).toEqual([{ reason: 'unreadable message' }])
  })

  test('while YClients hangs, complete bodies are stored first, and it is asked only twice for a whole batch', async () => {
    let calls = 0
    const world = startWorld({
      fetch: async () => {
        calls++
        expect(await rows('select id from bookings')).toHaveLength(1)
        throw new Error('timed out')
      },
    })
    await openSalon(world)
    book(world)
    const [complete] = world.sim.webhooks.take().filter((d) => d.resource === 'record')
    const partial = (id: number) => ({
      kind: 'webhook',
      eventId: `p${id}`,
      receivedAt: NOON,
      raw: JSON.stringify({ ...EVENT, resource_id: id }),
    })
    const message = { kind: 'webhook', eventId: 'c', receivedAt: NOON, raw: complete?.body }
    const { acked, retried } = await world.consume('events', [...[1, 2, 3, 4, 5].map(partial), message])
    expect([acked.length, retried.length, calls]).toEqual([1, 5, 2])
  })

  test('a batch of bodies larger than the database takes at once is recorded in parts', async () => {
    const world = startWorld()
    await openSalon(world)
    const bodies = Array.from({ length: 60 }, (_, i) => {
      const data = { ...RECORD, id: 1000 + i, comment: 'я'.repeat(40_000) }
      return {
        kind: 'webhook',
        eventId: `b${i}`,
        receivedAt: NOON,
        raw: JSON.stringify({ ...EVENT, resource_id: 1000 + i, data }),
      }
    })
    const { acked } = await world.consume('events', bodies)
    expect(acked).toHaveLength(60)
    expect(await row("select count(*) as n from webhook_events where verdict = 'created'")).toEqual({ n: 60 })
  })

  test('one message that makes the whole batch fail does not take the others along', async () => {
    const world = startWorld()
    await openSalon(world)
    await env.DB.exec(
      "create trigger poison before insert on webhook_events when new.id = 'bad' begin select raise(abort, 'poison'); end",
    )
    const message = (eventId: string, id: number) => ({
      kind: 'webhook',
      eventId,
      receivedAt: NOON,
      raw: JSON.stringify({ ...EVENT, resource_id: id, data: { ...RECORD, id } }),
    })
    const { acked, retried } = await world.consume('events', [message('a', 1), message('bad', 2), message('c', 3)])
    expect([acked.length, retried.length]).toEqual([2, 1])
  })

  test('a settlement that keeps failing is retried with growing pauses and in the end parked', async () => {
    const down = () => Promise.reject(new Error('down'))
    const world = startWorld({}, (ctx) => ({
      ...ctx,
      ledgerOf: (userId) => new Proxy(ctx.ledgerOf(userId), { get: () => down }),
    }))
    await openSalon(world)
    await addUser({ phone: '+79000000001' })
    world.sim.complete(book(world).id)
    await world.deliverWebhooks()
    await world.drain()
    expect(await rows('select key, reason from parked_work')).toEqual([{ key: 'settle:1', reason: 'settling failed' }])
    expect(await rows('select booking_id from settlements_due')).toHaveLength(1)
  })

  test('a kept body of several events survives a failure of one of them', async () => {
    const world = startWorld({ events: refusing })
    await openSalon(world)
    const record = book(world)
    world.sim.webhooks.clear()
    world.sim.knobs.serverErrorPercent = 100
    const body = [
      { ...EVENT, resource: 'good' },
      { ...EVENT, resource_id: record.id, data: { id: record.id } },
    ]
    await world.call('POST', WEBHOOK, { body })
    await handleScheduled(world.ctx)
    expect(
      await rows("select attempts, json_array_length(body) as events from webhook_events where verdict = 'deferred'"),
    ).toEqual([{ attempts: 1, events: 2 }])
    world.sim.knobs.serverErrorPercent = 0
    await handleScheduled(world.ctx)
    expect(await rows('select yclients_record_id as id from bookings')).toEqual([{ id: record.id }])
    expect(await rows("select id from webhook_events where verdict in ('deferred', 'retrying')")).toEqual([])
  })
})

test('events and closed parked work are forgotten after thirty days; what still waits is not', async () => {
  const world = startWorld()
  await world.call('POST', WEBHOOK, { body: { ...EVENT, resource: 'good', data: {} } })
  await world.drain()
  await env.DB.exec("insert into webhook_events (id, received_at, verdict, body) values ('p', 0, 'deferred', 'x')")
  await env.DB.exec(
    "insert into parked_work (key, message, reason, parked_at, closed_at) values ('old', '{}', 'x', 0, 0), ('open', '{}', 'x', 0, null)",
  )
  world.clock.now += 29 * 86_400_000
  await handleScheduled(world.ctx)
  expect(await rows("select id from webhook_events where verdict = 'ignored'")).toHaveLength(1)
  world.clock.now += 2 * 86_400_000
  await handleScheduled(world.ctx)
  expect(await rows("select id from webhook_events where resource = 'good'")).toEqual([])
  expect(await rows("select key from parked_work where key in ('old', 'open')")).toEqual([{ key: 'open' }])
})

test('nothing personal reaches the log', async () => {
  const world = startWorld()
  await openSalon(world)
  await addUser({ code: 'ABC12345', email: 'anna@example.com' })
  const record = book(world, { comment: 'Код клиента: ABC12345', phone: '+79000000055' })
  book(world, { phone: '+79000000066', startsAt: '2026-09-16 15:00' })
  world.sim.complete(record.id)
  await world.deliverWebhooks()
  await world.drain()
  await world.call('GET', '/api/v1/admin/users?query=ABC12345', { as: ADMIN })
  const log = JSON.stringify(world.logged)
  expect(log).toContain('webhook.received')
  expect(log).toContain('booking.unmatched')
  for (const personal of ['ABC12345', '9000000055', '9000000066', 'Анна', 'anna@', 'test-webhook-secret']) {
    expect(log).not.toContain(personal)
  }
})
