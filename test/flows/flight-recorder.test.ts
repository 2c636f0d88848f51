import { describe, expect, test, vi } from 'vitest'
import { HOUR_MS } from '../../src/platform/time.ts'
import { addUser, MARIA, MASSAGE, openSalon, row, rows } from '../support/salon.ts'
import { ADMIN, MANAGER, NOON, startWorld, WEBHOOK, type World } from '../support/world.ts'

const EVENTS = '/api/v1/admin/webhook-events'
const PHONE = '+79161234567'
const CODE = 'ABC12345'

async function startSalon() {
  const world = startWorld()
  await openSalon(world)
  const userId = await addUser({ name: 'Аглая', code: CODE, phone: PHONE })
  return { world, userId }
}

const book = (world: World, fields: { phone?: string; comment?: string } = {}) =>
  world.sim.book({
    staffId: MARIA,
    services: [{ id: MASSAGE, cost: 1000 }],
    client: { name: 'Аглая', phone: fields.phone ?? PHONE, email: 'aglaya@primer.example' },
    startsAt: '2026-09-16 12:00',
    comment: fields.comment ?? `Код клиента: ${CODE}. Аллергия на розмарин`,
  })

async function arrive(world: World) {
  await world.deliverWebhooks()
  await world.drain()
}

const ask = async <T = Record<string, unknown>>(world: World, path = ''): Promise<T> =>
  (await world.call('GET', `${EVENTS}${path}`, { as: MANAGER })).json()

interface Listed {
  readonly id: string
  readonly resource_id: number
  readonly booking_id: number | null
  readonly verdict: string
}

const recordsOf = (world: World) => ask<Listed[]>(world, '?resource=record')

describe('an event that was handled', () => {
  test('shows what it said without the person, the visit before and after, and the bonuses that followed', async () => {
    const { world, userId } = await startSalon()
    const record = book(world)
    await arrive(world)
    world.clock.now += HOUR_MS
    world.sim.complete(record.id)
    await arrive(world)

    const [completed, created] = await recordsOf(world)
    const first = await ask(world, `/${created?.id}`)
    expect(first).toMatchObject({
      verdict: 'created',
      resource_id: record.id,
      body: {
        id: record.id,
        date: '2026-09-16 12:00:00',
        attendance: 0,
        client: { id: '•••', phone: '•••67', name: 'А•••' },
        comment: '••• код •••45',
        services: [{ id: MASSAGE, cost: 1000 }],
      },
      before: null,
      after: {
        status: 'pending',
        appointment_datetime: '2026-09-16T12:00:00+03:00',
        price: 100_000,
        user_id: userId,
        client_match: 'code',
        deleted: false,
      },
    })
    const second = await ask(world, `/${completed?.id}`)
    expect(second).toMatchObject({
      verdict: 'updated',
      before: { status: 'pending', attendance: '0' },
      after: { status: 'completed', attendance: '1' },
      bonus_entries: [{ kind: 'accrual', points: 30, user_id: userId }],
    })
    expect(JSON.stringify([first, second])).not.toMatch(/Аглая|розмарин|primer|916123|ABC1/)
  })

  test('that comes a second time keeps what it changed the first time', async () => {
    const { world } = await startSalon()
    book(world)
    const [hook] = world.sim.webhooks.take().filter(({ resource }) => resource === 'record')
    await world.call('POST', WEBHOOK, { rawBody: hook?.body ?? '' })
    const [message] = world.queued.splice(0)
    await world.consume('events', [message?.body])
    await world.consume('events', [message?.body])
    const [event] = await recordsOf(world)
    expect(await ask(world, `/${event?.id}`)).toMatchObject({ verdict: 'created', after: { status: 'pending' } })
  })

  test('that changed nothing, and one about a client, show no visit', async () => {
    const { world } = await startSalon()
    book(world)
    await arrive(world)
    const data = { id: 9, name: 'Аглая Примерова', phone: PHONE, email: 'a@primer.example', comment: 'скандалит' }
    const event = { company_id: 235564, resource: 'client', resource_id: 9, status: 'update', data }
    await world.call('POST', WEBHOOK, { body: event })
    await world.drain()
    const [client] = await ask<Listed[]>(world, '?resource=client&resource_id=9')
    const followed = await ask(world, `/${client?.id}`)
    expect(followed).toMatchObject({ before: null, after: null, bonus_entries: [], body: { phone: '•••67' } })
    expect(JSON.stringify(followed)).not.toMatch(/Примерова|скандал/)
  })

  test('is found by verdict, record, visit and time, page by page', async () => {
    const { world } = await startSalon()
    const [one, two] = [book(world), book(world, { phone: '+79160000002', comment: '' })]
    await arrive(world)
    const before = world.clock.now
    world.clock.now += HOUR_MS
    world.sim.changeRecord(one.id, { comment: 'тише' })
    await arrive(world)
    const ids = async (query: string) => (await ask<Listed[]>(world, query)).map((event) => event.resource_id)

    expect(await ids('?verdict=updated&resource=record')).toEqual([one.id])
    expect(await ids(`?resource_id=${two.id}`)).toEqual([two.id])
    const { id } = await row<{ id: number }>('select id from bookings where yclients_record_id = ?', one.id)
    expect(await ids(`?booking_id=${id}`)).toEqual([one.id, one.id])
    expect(await ids('?booking_id=999')).toEqual([])
    const since = encodeURIComponent(new Date(before + 1).toISOString())
    expect(await ids(`?resource=record&from=${since}`)).toEqual([one.id])
    expect((await ids(`?resource=record&to=${since}`)).sort()).toEqual([one.id, two.id].sort())

    const seen: string[] = []
    for (let path: string | undefined = `${EVENTS}?resource=record&limit=1`; path; ) {
      const page: Response = await world.call('GET', path, { as: MANAGER })
      seen.push(...(await page.json<Listed[]>()).map((event) => event.id))
      path = /<([^>]+)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1]
    }
    expect(seen).toHaveLength(3)
    expect(new Set(seen).size).toBe(3)
  })

  test.each(['?from=yesterday', '?verdict=lost', '?resource_id=x', '?cursor=x'])(
    'is not looked for by %s',
    async (query) => {
      const { world } = await startSalon()
      expect((await world.call('GET', `${EVENTS}${query}`, { as: MANAGER })).status).toBe(422)
    },
  )

  test('nobody knows is not found', async () => {
    const { world } = await startSalon()
    expect((await world.call('GET', `${EVENTS}/nothing`, { as: MANAGER })).status).toBe(404)
  })
})

describe('the table of events', () => {
  const hostile = {
    id: 1,
    name: 'Аглая',
    client: { id: 77, name: 'Аглая', phone: PHONE, [PHONE]: 'Аглая', email: 'aglaya@primer.example' },
    comment: 'Аглая розмарин 8 (916) 123-45-67',
    date: 'Аглая',
    attendance: '79161234567',
    staff_id: 'Аглая',
    services: [{ id: 'Аглая', title: 'Аглая', cost: '79161234567' }],
    custom_fields: { Аглая: { розмарин: [PHONE] } },
    Аглая: PHONE,
  }

  test.each([
    { company_id: 235564, resource: 'record', resource_id: 1, status: 'update', data: hostile },
    { company_id: 235564, resource: 'client', resource_id: 77, status: 'update', data: hostile },
    { company_id: 235564, resource: 'Аглая', resource_id: 1, status: PHONE, data: hostile },
    { company_id: 235564, resource: 'staff', resource_id: 1, status: 'update', data: hostile },
    { company_id: 235564, resource: 'record', resource_id: 1, status: 'delete', data: hostile },
    { company_id: 1, resource: 'record', resource_id: 1, status: 'update', data: 'Аглая розмарин' },
  ])('and the log hold nobody after a hostile body %#', async (event) => {
    const { world } = await startSalon()
    expect((await world.call('POST', WEBHOOK, { body: [event, event] })).status).toBe(202)
    const [message] = world.queued.splice(0)
    await world.consume('events', [message?.body], 8)
    const kept = JSON.stringify(await rows('select * from webhook_events'))
    expect(await rows('select id from webhook_events')).toHaveLength(2)
    expect(`${kept}${JSON.stringify(world.logged)}`).not.toMatch(/Аглая|розмарин|9161234|primer/)
  })

  test('keeps no large event, however large it came', async () => {
    const { world } = await startSalon()
    const services = Array.from({ length: 50 }, (_, id) => ({ id, title: 'х'.repeat(400), cost: 1000 }))
    const data = { id: 5, date: '2026-09-16 12:00:00', services, comment: 'х'.repeat(20_000) }
    expect((await world.call('POST', WEBHOOK, { body: { ...EVENT, data } })).status).toBe(202)
    const [message] = world.queued.splice(0)
    await world.consume('events', [message?.body])
    const { size } = await row<{ size: number }>(
      'select max(length(cast(body as blob)) + coalesce(length(cast(change as blob)), 0)) as size from webhook_events',
    )
    expect(size).toBeGreaterThan(300)
    expect(size).toBeLessThan(5000)
  })

  test('holds nothing of a client who was erased', async () => {
    const { world, userId } = await startSalon()
    book(world)
    await arrive(world)
    expect((await world.call('DELETE', `/api/v1/admin/users/${userId}`, { as: ADMIN })).status).toBe(200)
    const kept = JSON.stringify(await rows('select * from webhook_events'))
    expect(kept).toContain('•••')
    expect(kept).not.toMatch(/Аглая|розмарин|9161234|primer|ABC12345/)
  })
})

const EVENT = { company_id: 235564, resource: 'record', resource_id: 5, status: 'update' }

describe('the log', () => {
  test('follows a webhook from the door to the bonus by its id', async () => {
    const { world } = await startSalon()
    const lines: Record<string, unknown>[] = []
    // The object that writes the ledger has a log of its own.
    const spy = vi.spyOn(console, 'log').mockImplementation((line: string) => {
      lines.push(JSON.parse(line))
    })
    const record = book(world)
    await arrive(world)
    world.logged.length = 0
    world.clock.now += HOUR_MS
    world.sim.complete(record.id)
    await arrive(world)
    spy.mockRestore()

    const all = [...world.logged.map(({ event, fields }) => ({ event, ...fields })), ...lines]
    const received = all.find(
      (line) => line.event === 'webhook.received' && 'resource' in line && line.resource === 'record',
    )
    const id = received && 'event_id' in received ? received.event_id : undefined
    expect(id).toMatch(/^[\w-]{36}$/)
    const chain = all.filter((line) => 'event_id' in line && line.event_id === id).map(({ event }) => event)
    expect(chain.sort()).toEqual(
      ['bonuses.accrual', 'bonuses.settled', 'booking.updated', 'webhook.handled', 'webhook.received'].sort(),
    )
    expect(received).toMatchObject({ request_id: expect.stringMatching(/^[\w-]{36}$/) })
  })

  test('of a sync names its run on every line, also of the bonuses it leads to', async () => {
    const { world } = await startSalon()
    const record = book(world)
    world.sim.complete(record.id)
    world.sim.webhooks.clear()
    const lines: Record<string, unknown>[] = []
    const spy = vi.spyOn(console, 'log').mockImplementation((line: string) => {
      lines.push(JSON.parse(line))
    })
    await world.call('POST', '/api/v1/yclients/sync-bookings', { as: MANAGER, headers: { prefer: 'wait=0' } })
    await world.drain()
    spy.mockRestore()
    const all = [...world.logged.map(({ event, fields }) => ({ event, ...fields })), ...lines]
    const of = (run: string) => all.filter((line) => 'run_id' in line && String(line.run_id) === run)
    expect(of('1').map(({ event }) => event)).toEqual(
      expect.arrayContaining(['sync.started', 'sync.page', 'sync.finished', 'bonuses.settled', 'bonuses.accrual']),
    )
  })

  test('of a settlement that had to wait for the queue still names the webhook', async () => {
    const { world } = await startSalon()
    const record = book(world)
    await arrive(world)
    world.clock.now += HOUR_MS
    world.sim.complete(record.id)
    await world.deliverWebhooks()
    const broken = {
      ...world.ctx,
      ledgerOf: () => ({ ...world.ctx.ledgerOf(1), settle: () => Promise.reject(new Error('down')) }),
    }
    const { handleWebhooks } = await import('../../src/yclients/handle-webhooks.ts')
    const messages = world.queued
      .splice(0)
      .map(({ body }) => body as Parameters<typeof handleWebhooks>[1][number]['message']) // what the door sent
    await handleWebhooks(
      broken,
      messages.map((message) => ({ message, attempts: 1 })),
    )
    const eventId = messages.find(({ raw }) => raw.includes('"record"'))?.eventId
    expect(world.queued.map(({ body }) => body)).toEqual([
      { kind: 'settle', userId: expect.any(Number), trace: { event_id: eventId } },
    ])
    await world.drain()
    expect(world.logged.findLast(({ event }) => event === 'bonuses.settled')?.fields).toMatchObject({
      event_id: eventId,
    })
  })
})

test('times of the recorder are those of the branch', async () => {
  const { world } = await startSalon()
  book(world)
  await arrive(world)
  const [event] = await ask<{ received_at: string }[]>(world, '?resource=record')
  expect(Date.parse(event?.received_at ?? '')).toBe(NOON)
  expect(event?.received_at).toContain('+03:00')
})
