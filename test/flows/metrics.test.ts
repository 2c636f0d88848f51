import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import { createApp } from '../../src/handlers/fetch.ts'
import { handleScheduled } from '../../src/handlers/scheduled.ts'
import { flushMetrics } from '../../src/ops/flush-metrics.ts'
import { parseConfig } from '../../src/platform/config.ts'
import { openDb } from '../../src/platform/db.ts'
import { createMetrics } from '../../src/platform/metrics.ts'
import { DAY_MS } from '../../src/platform/time.ts'
import { parseExposition } from '../support/exposition.ts'
import { addUser, MARIA, MASSAGE, openSalon, row, rows } from '../support/salon.ts'
import { ADMIN, CLIENT, DESK, MANAGER, startWorld, type World } from '../support/world.ts'

const METRICS = '/api/v1/admin/metrics'
const TOKEN = 'a-token-of-the-monitoring-program-and-no-other'

async function readMetrics(world: World) {
  const answer = await world.call('GET', METRICS, { as: MANAGER })
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8'])
  const families = parseExposition(await answer.text())
  return (name: string, labels: Record<string, string> = {}) => {
    const samples = [...families.values()].flatMap((family) => family.samples)
    return samples.find(
      (sample) => sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
    )?.value
  }
}

describe('the metrics', () => {
  test('tell of webhooks, bonuses, calls, refusals, queues and the database, and how all stands', async () => {
    const world = startWorld({ metrics: createMetrics({ flushEveryMs: Number.POSITIVE_INFINITY }) })
    await openSalon(world)
    await addUser({ name: 'Анна', code: 'ABC12345', phone: '+79161234567' })
    const record = world.sim.createRecord({
      staffId: MARIA,
      services: [{ id: MASSAGE }],
      client: { name: 'Анна', phone: '+79161234567' },
      startsAt: world.clock.now - DAY_MS,
      attendance: 1,
    })
    await world.deliverWebhooks()
    await world.drain()
    expect((await world.call('GET', '/api/v1/services/4711')).status).toBe(404)
    const answers = [
      await world.call('POST', '/api/v1/admin/bonuses/spend', {
        as: MANAGER,
        body: { code: 'ABC12345', amount: 10, reason: 'Скидка' },
        headers: { 'idempotency-key': 'k' },
      }),
      await world.call('POST', '/api/v1/yclients/sync-bookings', { as: MANAGER, headers: { prefer: 'wait=0' } }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([200, 202])
    await world.drain()
    world.sim.knobs.serverErrorPercent = 100
    await world.consume('events', [{ kind: 'read-record', companyId: 235_564, recordId: record.id }])
    await handleScheduled(world.ctx)
    world.clock.now += 90_000

    const value = await readMetrics(world)
    expect(value('spa_webhook_events_total', { verdict: 'created' })).toBe(1)
    expect(value('spa_bonus_entries_total', { by: 'settling' })).toBe(1)
    expect(value('spa_bonus_entries_total', { by: 'spend' })).toBe(1)
    expect(value('spa_refusals_total', { code: 'service_not_found' })).toBe(1)
    expect(value('spa_sync_runs_total', { mode: 'full', status: 'finished' })).toBe(1)
    expect(value('spa_sync_pages_total')).toBe(1)
    expect(value('spa_sync_records_total', { result: 'skipped' })).toBe(1)
    expect(value('spa_sync_run_duration_seconds_count')).toBe(1)
    expect(value('spa_yclients_calls_total', { outcome: 'ok' })).toBe(1)
    expect(value('spa_yclients_calls_total', { outcome: 'unavailable' })).toBe(1)
    expect(value('spa_yclients_call_duration_seconds_count')).toBe(2)
    expect(value('spa_queue_messages_total', { kind: 'webhook', outcome: 'done' })).toBeGreaterThanOrEqual(1)
    expect(value('spa_queue_messages_total', { kind: 'read-record', outcome: 'retry' })).toBe(1)
    expect(value('spa_d1_statements_total')).toBeGreaterThan(value('spa_d1_round_trips_total') ?? Infinity)
    for (const name of ['rows_read', 'rows_written', 'milliseconds']) {
      expect(value(`spa_d1_${name}_total`)).toBeGreaterThan(0)
    }
    expect(value('spa_cron_age_seconds')).toBe(90)
    expect(value('spa_parked_work')).toBe(0)
    expect(value('spa_ledger_differences')).toBeUndefined()
  })

  test('say from the start whether the sync is stuck', async () => {
    const world = startWorld()
    expect((await readMetrics(world))('spa_sync_stuck')).toBe(0)
    await rows(
      "insert into sync_runs (trigger, mode, status, started_at, heartbeat_at) values ('cron', 'full', 'failing', 1, 1)",
    )
    expect((await readMetrics(world))('spa_sync_stuck')).toBe(1)
  })

  test('of several isolates add up', async () => {
    const [one, two] = [startWorld(), startWorld()]
    one.ctx.metrics.count('spa_refusals_total', { code: 'slot_taken' }, 2)
    two.ctx.metrics.count('spa_refusals_total', { code: 'slot_taken' }, 3)
    await Promise.all([flushMetrics(one.ctx), flushMetrics(two.ctx)])
    expect((await readMetrics(one))('spa_refusals_total', { code: 'slot_taken' })).toBe(5)
  })

  test('are no reason for anything to fail, and are kept until they can be written', async () => {
    const broken = new Proxy(env.DB, {
      get: () => () => {
        throw new Error('down')
      },
    })
    const world = startWorld()
    world.ctx.metrics.count('spa_sync_pages_total')
    await flushMetrics({ ...world.ctx, db: openDb(broken) })
    expect(world.logged.map(({ event }) => event)).toEqual(['metrics.not_written'])
    await flushMetrics(world.ctx)
    expect(await row("select value from metric_counters where name = 'spa_sync_pages_total'")).toEqual({ value: 1 })
  })

  test('of requests are written behind the answer, once a minute', async () => {
    const world = startWorld()
    const ctx = { ...world.ctx, metrics: createMetrics({ flushEveryMs: 60_000 }) }
    const app = createApp(() => ctx)
    const ask = async () => {
      const execution = createExecutionContext()
      const answer = await app.fetch(new Request('http://spa.test/api/v1/nowhere'), env, execution)
      expect(answer.status).toBe(404)
      await waitOnExecutionContext(execution)
      return (await rows<{ value: number }>('select value from metric_counters where labels = \'code="not_found"\''))[0]
        ?.value
    }
    expect([await ask(), await ask()]).toEqual([1, 1])
    world.clock.now += 60_000
    expect(await ask()).toBe(3)
  })

  test('go to the Analytics Engine, too, where it is bound', async () => {
    const points: unknown[] = []
    const world = startWorld({ analytics: { writeDataPoint: (point) => void points.push(point) } })
    world.ctx.metrics.count('spa_refusals_total', { code: 'slot_taken' }, 2)
    world.ctx.metrics.observe('spa_yclients_call_duration_seconds', 120)
    await flushMetrics(world.ctx)
    expect(points).toEqual([
      { indexes: ['spa_refusals_total'], blobs: ['code="slot_taken"'], doubles: [2] },
      { indexes: ['spa_yclients_call_duration_seconds_sum'], blobs: [''], doubles: [120] },
      { indexes: ['spa_yclients_call_duration_seconds_count'], blobs: [''], doubles: [1] },
    ])
  })

  test('name nobody', async () => {
    const world = startWorld()
    await world.call('GET', '/api/v1/admin/users?query=+79161234567', { as: DESK })
    await world.call('GET', '/api/v1/Аглая', { as: CLIENT(1) })
    await world.consume('events', [{ kind: 'Аглая +79161234567' }])
    await readMetrics(world)
    expect(JSON.stringify(await rows('select * from metric_counters'))).not.toMatch(/Аглая|916/)
  })
})

describe('who reads the metrics', () => {
  const withToken = () => startWorld({ config: { ...parseConfig(env), metricsToken: TOKEN } })
  const status = async (world: World, token: string) => (await world.call('GET', METRICS, { token })).status

  test('is a monitoring program with the token', async () => {
    expect(await status(withToken(), TOKEN)).toBe(200)
  })

  test.each(['', 'x', TOKEN.slice(1), `${TOKEN}x`, TOKEN.toUpperCase()])('is not one with «%s»', async (token) => {
    expect(await status(withToken(), token)).toBe(401)
  })

  test('is nobody but managers while no token is set', async () => {
    const world = startWorld()
    for (const token of ['undefined', '', TOKEN]) expect(await status(world, token)).toBe(401)
    expect((await world.call('GET', METRICS, { as: ADMIN })).status).toBe(200)
    expect((await world.call('GET', METRICS, { as: DESK })).status).toBe(403)
  })

  test('may do nothing else with it', async () => {
    const world = withToken()
    for (const path of ['/admin/parked', '/admin/users', '/me', '/admin/audit']) {
      expect((await world.call('GET', `/api/v1${path}`, { token: TOKEN })).status).toBe(401)
    }
  })
})
