import { env } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import { parseConfig } from '../../src/platform/config.ts'
import { HOUR_MS } from '../../src/platform/time.ts'
import { codeOf, lastAudit } from '../support/office.ts'
import { addUser, MARIA, MASSAGE, openSalon, row, rows } from '../support/salon.ts'
import { MANAGER, startWorld, type World } from '../support/world.ts'

const REPLAY = '/api/v1/admin/webhook-events/replay'
const replay = (world: World, body: object) => world.call('POST', REPLAY, { as: MANAGER, body })

/** A salon in which so many visits were booked, each with one webhook that was handled. */
async function startSalon(visits: number) {
  const world = startWorld()
  await openSalon(world)
  await addUser({ name: 'Анна', phone: '+79160000000' })
  const records = Array.from({ length: visits }, (_, number) =>
    world.sim.createRecord({
      staffId: MARIA,
      services: [{ id: MASSAGE }],
      client: { name: 'Анна', phone: '+79160000000' },
      startsAt: world.clock.now + (number + 1) * HOUR_MS,
    }),
  )
  await world.deliverWebhooks()
  await world.drain()
  const since = new Date(world.clock.now - HOUR_MS).toISOString()
  const until = new Date(world.clock.now + HOUR_MS).toISOString()
  world.clock.now += 2 * HOUR_MS
  return { world, records: records.map(({ id }) => id), range: { from: since, to: until } }
}

const countReads = (world: World) => {
  const reads: string[] = []
  const { fetch } = world.ctx
  Object.assign(world.ctx, {
    fetch: (input: RequestInfo, init?: RequestInit) => {
      reads.push(String(input))
      return fetch(input, init)
    },
  })
  return reads
}

const everything = () => rows('select * from bookings order by id')

describe('a dry run', () => {
  test('says what would be read and what would change, and changes nothing but the audit log', async () => {
    const { world, records, range } = await startSalon(2)
    const [changed = 0, same = 0] = records
    // Changes of which no webhook came.
    world.sim.complete(changed)
    world.sim.webhooks.clear()
    const before = await everything()
    const answer = await replay(world, { ...range, dry_run: true })
    expect(answer.status).toBe(200)
    const body = await answer.json<{ by_resource: { resource: string }[] }>()
    expect(body).toMatchObject({
      dry_run: true,
      records: 2,
      record_ids: [changed, same],
      left_out: 0,
      preview: [
        {
          record_id: changed,
          verdict: 'updated',
          before: { status: 'pending' },
          after: { status: 'completed', attendance: '1' },
        },
        { record_id: same, verdict: 'unchanged', before: null, after: null },
      ],
    })
    expect(body.by_resource.map(({ resource }) => resource)).toContain('record')
    expect(JSON.stringify(body)).not.toMatch(/Анна|916/)
    expect(await everything()).toEqual(before)
    expect(world.queued).toEqual([])
    expect(await lastAudit()).toMatchObject({
      actor: 'admin:2',
      action: 'webhook_events.replay',
      after: { dry_run: true, records: 2 },
    })
  })

  test('reads at most twenty, and stops asking a YClients that does not answer', async () => {
    const { world, range } = await startSalon(30)
    const reads = countReads(world)
    const body = await (await replay(world, { ...range, dry_run: true })).json<{ preview: object[]; records: number }>()
    expect([body.records, body.preview.length, reads.length]).toEqual([30, 20, 20])

    reads.length = 0
    world.sim.knobs.serverErrorPercent = 100
    const down = await (await replay(world, { ...range, dry_run: true })).json<{ preview: object[] }>()
    expect(reads).toHaveLength(2)
    expect(down.preview).toHaveLength(20)
    for (const each of down.preview) {
      expect(each).toMatchObject({ verdict: 'not_read', reason: expect.stringMatching(/^yclients_unavailable/) })
    }
  })

  test('leaves alone a visit of ours that waits for its record', async () => {
    const { world, records, range } = await startSalon(1)
    const record = world.sim.state.records.get(records[0] ?? 0)
    if (record) record.apiId = 'spa-00000000-0000-4000-8000-000000000001'
    await rows(
      `insert into bookings (client_match, source, status, service_name, price_kopecks, duration_minutes, items, starts_at,
        ends_at, sync_state, api_id, created_at, updated_at)
      values ('none', 'internal', 'pending', 'x', 0, 0, '[]', 0, 0, 'provisional', 'spa-00000000-0000-4000-8000-000000000001', 0, 0)`,
    )
    const before = await everything()
    await replay(world, { ...range, dry_run: true })
    expect(await everything()).toEqual(before)
  })
})

describe('a replay', () => {
  test('reads each record once, brings its visit in line and settles it, and names its request in the log', async () => {
    const { world, records, range } = await startSalon(2)
    const [changed = 0] = records
    world.sim.changeRecord(changed, { comment: 'тише' })
    await world.deliverWebhooks()
    await world.drain()
    world.sim.complete(changed)
    world.sim.webhooks.clear()
    const to = new Date(world.clock.now + HOUR_MS).toISOString()
    const answer = await replay(world, { from: range.from, to, dry_run: false })
    expect([answer.status, await answer.json()]).toMatchObject([202, { records: 2, preview: [] }])
    expect(world.queued.map(({ body }) => body)).toMatchObject(
      records.map((recordId) => ({ kind: 'read-record', companyId: 235_564, recordId })),
    )
    await world.drain()
    expect(await row('select status from bookings where yclients_record_id = ?', changed)).toEqual({
      status: 'completed',
    })
    expect(await rows('select kind from bonus_entries')).toEqual([{ kind: 'accrual' }])
    const request = answer.headers.get('x-request-id')
    const named = world.logged.filter(({ fields }) => fields.request_id === request).map(({ event }) => event)
    expect(named).toEqual(expect.arrayContaining(['record.read', 'bonuses.settled']))
  })

  test('of chosen events takes these and no others', async () => {
    const { world, records } = await startSalon(3)
    const { id } = await row<{ id: string }>('select id from webhook_events where resource_id = ?', records[1])
    await replay(world, { ids: [id, id, 'unknown'], dry_run: false })
    expect(world.queued.map(({ body }) => body)).toMatchObject([{ kind: 'read-record', recordId: records[1] }])
    expect(await lastAudit()).toMatchObject({ entity_id: expect.stringContaining(id), after: { records: 1 } })
  })

  test('takes five hundred records at most, in parts that let webhooks through, and says how many it left out', async () => {
    const world = startWorld()
    await env.DB.prepare(
      `with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < 520)
       insert into webhook_events (id, received_at, company_id, resource, resource_id, status, verdict)
       select 'e' || n, ?, 235564, 'record', n, 'update', 'updated' from numbers`,
    )
      .bind(world.clock.now)
      .run()
    const delays: (number | undefined)[] = []
    Object.assign(world.ctx.events, {
      sendBatch: async (messages: unknown[], options?: QueueSendBatchOptions) => {
        expect(messages.length).toBeLessThanOrEqual(25)
        delays.push(options?.delaySeconds)
      },
    })
    const range = { from: '2026-09-15T00:00:00Z', to: '2026-09-16T00:00:00Z' }
    expect(await (await replay(world, { ...range, dry_run: false })).json()).toMatchObject({
      events: 520,
      records: 500,
      left_out: 20,
    })
    expect(delays).toEqual(Array.from({ length: 20 }, (_, part) => part * 20))
  })

  test('asks of another branch and of other resources nothing', async () => {
    const world = startWorld()
    await rows(
      `insert into webhook_events (id, received_at, company_id, resource, resource_id, status, verdict) values
       ('other', 1, 1, 'record', 1, 'update', 'updated'), ('client', 1, 235564, 'client', 2, 'update', 'updated')`,
    )
    const answer = await replay(world, { ids: ['other', 'client'], dry_run: false })
    expect(await answer.json()).toMatchObject({ events: 2, records: 0 })
    expect(world.queued).toEqual([])
  })

  test('is refused while YClients is off, in words', async () => {
    const config = parseConfig(env)
    const world = startWorld({ config: { ...config, yclients: { ...config.yclients, enabled: false } } })
    const answer = await replay(world, { ids: ['x'], dry_run: true })
    expect(answer.status).toBe(409)
    expect(await codeOf(answer)).toBe('yclients_disabled')
  })

  test.each([
    {},
    { dry_run: true },
    { ids: [], dry_run: true },
    { ids: ['x'] },
    { ids: ['x'], from: '2026-09-15T00:00:00Z', dry_run: true },
    { from: '2026-09-15T00:00:00Z', dry_run: true },
    { from: '2026-09-15', to: '2026-09-16', dry_run: true },
    { from: '2026-09-16T00:00:00Z', to: '2026-09-15T00:00:00Z', dry_run: true },
    { ids: Array.from({ length: 101 }, String), dry_run: true },
  ])('is not asked for by %j', async (body) => {
    expect((await replay(startWorld(), body)).status).toBe(422)
  })
})
