import { env } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import packageJson from '../../package.json'
import { handleScheduled } from '../../src/handlers/scheduled.ts'
import { checkAdminHealth } from '../../src/ops/health/check-admin-health.ts'
import { parkAlarm, parkWork } from '../../src/ops/park-work.ts'
import { openDb } from '../../src/platform/db.ts'
import { HOUR_MS, MINUTE_MS } from '../../src/platform/time.ts'
import { countD1 } from '../support/count-d1.ts'
import { addBooking, addUser, MARIA, MASSAGE, openSalon, rows } from '../support/salon.ts'
import { DESK, startWorld, type World } from '../support/world.ts'

const HEALTH = '/api/v1/admin/health'

interface Health {
  status: string
  version: string
  conditions: { code: string; status: string; text: string; remedy: string | null; link: string | null }[]
}

const ask = async (world: World, language = 'ru'): Promise<Health> =>
  (await world.call('GET', HEALTH, { as: DESK, headers: { 'accept-language': language } })).json()

const troublesOf = async (world: World) =>
  (await ask(world)).conditions.filter(({ status }) => status !== 'ok').map(({ code }) => code)

const book = (world: World) =>
  world.sim.createRecord({
    staffId: MARIA,
    services: [{ id: MASSAGE }],
    client: { name: 'Анна', phone: '+79161234567' },
    startsAt: world.clock.now + 24 * HOUR_MS,
  })

const checkedLedger = (world: World, differences = 0) =>
  rows(
    "insert into ledger_checks (trigger, started_at, heartbeat_at, finished_at, differences) values ('cron', ?1, ?1, ?1, ?2)",
    world.clock.now,
    differences,
  )

/** A visit of nobody, changed so. */
async function addStranger(startsAt: number, change: string) {
  const id = await addBooking({ userId: null, status: 'pending', startsAt })
  await rows(`update bookings set ${change} where id = ?`, id)
}

/** A salon that has been running well for a while. */
async function startSalon(...options: Parameters<typeof startWorld>) {
  const world = startWorld(...options)
  await openSalon(world)
  await addUser({ name: 'Анна', phone: '+79161234567' })
  book(world)
  await world.deliverWebhooks()
  await handleScheduled(world.ctx)
  await world.drain()
  await checkedLedger(world)
  return world
}

describe('the health of a salon', () => {
  test('that was just set up is red, and says what to do first', async () => {
    const world = startWorld()
    const { status, conditions } = await ask(world)
    expect(status).toBe('red')
    expect(conditions).toContainEqual({
      code: 'sync_never',
      status: 'red',
      text: 'Синхронизации ещё не было',
      remedy: 'Запустите её на странице «Синхронизация»',
      link: '/admin/sync',
    })
    expect(await troublesOf(world)).toEqual(['cron_never', 'sync_never', 'webhooks_never', 'ledger_never'])
  })

  test('that runs well is ok, in Russian and in English', async () => {
    const world = await startSalon()
    world.clock.now += 20 * MINUTE_MS
    const { status, version, conditions } = await ask(world)
    expect([status, version]).toEqual(['ok', packageJson.version])
    expect(conditions.map(({ text }) => text)).toContain('Синхронизация завершилась 20 мин назад')
    expect((await ask(world, 'en')).conditions.map(({ text }) => text)).toContain('The last sync ended 20 min ago')
  })

  test.each<[string, (world: World) => unknown]>([
    ['work_parked', ({ ctx }) => parkWork(ctx, { kind: 'settle', userId: 1 }, 'x')],
    ['alarms_held', ({ ctx }) => parkAlarm(ctx, 'many-wrong-codes', 'x')],
    ['visits_unmatched', async ({ clock }) => addStranger(clock.now, "client_match = 'ambiguous'")],
    ['visits_unmatched', async ({ clock }) => addStranger(clock.now, "client_code = 'ABC23456'")],
    ['ledger_differs', (world) => checkedLedger(world, 2)],
    ['queue_waits', () => rows("insert into webhook_events (id, received_at, verdict) values ('x', 1, 'deferred')")],
    ['queue_waits', () => rows("insert into webhook_events (id, received_at, verdict) values ('x', 1, 'retrying')")],
    [
      'clock_wrong',
      ({ clock }) => rows("insert or replace into heartbeats values ('yclients_clock', ?, 61000)", clock.now),
    ],
    [
      'visits_untold',
      ({ clock }) =>
        rows("update bookings set sync_state = 'cancel', updated_at = ? where id = 1", clock.now - 16 * MINUTE_MS),
    ],
  ])('shows %s and nothing else', async (code, harm) => {
    const world = await startSalon()
    await harm(world)
    expect(await troublesOf(world)).toEqual([code])
  })

  test('does not mind visits of people who are not in the app, nor who a cancelled visit was of', async () => {
    const world = await startSalon()
    await addStranger(world.clock.now, "client_match = 'none'")
    await addStranger(world.clock.now, "client_match = 'ambiguous', status = 'cancelled'")
    expect(await troublesOf(world)).toEqual([])
    expect((await ask(world)).conditions.map(({ text }) => text)).toContain(
      'Спорных визитов нет; не в приложении за 30 дней и впереди: 1',
    )
  })

  test('leaves a hold alone, and a visit that is just being told', async () => {
    const world = await startSalon()
    await rows("update bookings set sync_state = 'move', updated_at = ?", world.clock.now - 14 * MINUTE_MS)
    expect(await troublesOf(world)).toEqual([])
  })

  test('notices that the cron stands still, and then everything that waits for it', async () => {
    const world = await startSalon()
    world.clock.now += 3 * HOUR_MS
    expect(await troublesOf(world)).toEqual(['cron_silent', 'sync_overdue'])
    await handleScheduled(world.ctx)
    await world.drain()
    expect(await troublesOf(world)).toEqual([])
  })

  test('notices what webhooks missed, and counts from when nothing was missed any more', async () => {
    const world = await startSalon()
    world.clock.now += HOUR_MS
    book(world)
    world.sim.webhooks.clear()
    await handleScheduled(world.ctx)
    await world.drain()
    expect(await troublesOf(world)).toEqual(['drift_found'])
    world.clock.now += HOUR_MS
    await handleScheduled(world.ctx)
    await world.drain()
    world.clock.now += 30 * MINUTE_MS
    const { conditions } = await ask(world)
    expect(conditions.find(({ code }) => code.startsWith('drift'))?.text).toBe(
      'Расхождений с YClients нет: чисто 30 мин',
    )
  })

  test("sees YClients' clock in its answers", async () => {
    const world = await startSalon()
    const { fetch } = world.ctx
    const ahead = async (input: RequestInfo | URL, init?: RequestInit) => {
      const answer = await fetch(input, init)
      const headers = new Headers(answer.headers)
      headers.set('date', new Date(world.clock.now + 5 * MINUTE_MS).toUTCString())
      return new Response(answer.body, { status: answer.status, headers })
    }
    Object.assign(world.ctx, { fetch: ahead })
    world.clock.now += 30 * MINUTE_MS
    await handleScheduled(world.ctx)
    await world.drain()
    const clock = (await ask(world)).conditions.find(({ code }) => code.startsWith('clock'))
    expect(clock).toMatchObject({ code: 'clock_wrong', text: 'Часы YClients расходятся с нашими на 300 с' })
  })

  test('is one question to the database, which does not grow with the tables', async () => {
    const counted = countD1(env.DB)
    const world = await startSalon({ db: openDb(counted.db) })
    const look = async () => {
      counted.reset()
      expect((await checkAdminHealth(world.ctx)).status).toBe('ok')
      expect(counted.counts).toMatchObject({ roundTrips: 1, rowsWritten: 0 })
      return counted.counts.rowsRead
    }
    const few = await look()
    const more = (insert: string) =>
      rows(`with recursive numbers (n) as (select 2 union all select n + 1 from numbers where n < 3000) ${insert}`)
    await more(`insert into webhook_events (id, received_at, verdict) select 'e' || n, n, 'updated' from numbers`)
    await more(`insert into sync_runs (trigger, mode, status, started_at, heartbeat_at, finished_at)
      select 'cron', 'full', 'finished', ${world.clock.now}, n, ${world.clock.now} from numbers`)
    await more(
      `insert into parked_work (key, message, reason, parked_at, closed_at) select 'k' || n, '{}', '', 0, 1 from numbers`,
    )
    await more(`insert into bookings (user_id, client_match, source, status, service_name, price_kopecks, duration_minutes, items,
      starts_at, ends_at, created_at, updated_at)
      select 1, 'manual', 'internal', 'confirmed', 'x', 0, 0, '[]', ${world.clock.now}, ${world.clock.now}, 0, 0 from numbers`)
    expect(await look()).toBeLessThanOrEqual(few + 2)
    counted.reset()
    await ask(world)
    expect(counted.counts.roundTrips).toBe(2)
  })
})

test('everybody may ask whether the Worker is up, and gets its version without a question to the database', async () => {
  const counted = countD1(env.DB)
  const world = startWorld({ db: openDb(counted.db) })
  await parkWork(world.ctx, { kind: 'settle', userId: 1 }, 'x')
  counted.reset()
  const answer = await world.call('GET', '/api/v1/health')
  expect(await answer.json()).toEqual({ status: 'ok', version: packageJson.version })
  expect(counted.counts.roundTrips).toBe(0)
})
