import { env } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import { WATCH_SECONDS } from '../../src/panel/sync-run.page.tsx'
import { openDb } from '../../src/platform/db.ts'
import { DAY_MS, HOUR_MS } from '../../src/platform/time.ts'
import { countD1 } from '../support/count-d1.ts'
import { startOffice } from '../support/office.ts'
import { type Browser, gzipped, locationOf, readable, signIn } from '../support/panel.ts'
import { addBooking, MARIA, MASSAGE, openSalon, row, rows } from '../support/salon.ts'
import { NOON, type World } from '../support/world.ts'

const book = (world: World, hours: number) =>
  world.sim.createRecord({
    staffId: MARIA,
    services: [{ id: MASSAGE }],
    client: { name: 'Анна', phone: '+79160000000' },
    startsAt: world.clock.now + hours * HOUR_MS,
  })

/** A salon with two visits of which no webhook came. */
async function startSalon() {
  const world = startOffice()
  await openSalon(world)
  book(world, 1)
  book(world, 2)
  world.sim.webhooks.clear()
  return world
}

const open = async (browser: Browser, path: string) => await (await browser.open(path)).text()

const addRun = (fields: Record<string, string | number | null>) => {
  const run = {
    trigger: 'cron',
    mode: 'incremental',
    status: 'finished',
    started_at: NOON,
    heartbeat_at: NOON,
    finished_at: NOON + 2000,
    ...fields,
  }
  const names = Object.keys(run)
  return rows(
    `insert into sync_runs (${names.join(', ')}) values (${names.map(() => '?').join(', ')})`,
    ...Object.values(run),
  )
}

test('opening the synchronisation reads no more in a salon that has thousands of visits and clients', async () => {
  const counted = countD1(env.DB)
  const world = startOffice({}, { db: openDb(counted.db) })
  await openSalon(world)
  const browser = await signIn(world)
  const rowsRead = async () => {
    counted.reset()
    expect((await browser.open('/admin/sync')).status).toBe(200)
    return counted.counts.rowsRead
  }
  const before = await rowsRead()
  await rows(`with recursive n(i) as (select 1 union all select i + 1 from n where i < 2000)
    insert into users (name, search_name, created_at, updated_at) select 'Анна', 'анна', 0, 0 from n`)
  // Nothing about it waits for anybody.
  const bookingId = await addBooking({ userId: 1, status: 'cancelled' })
  const columns = (await rows<{ name: string }>('pragma table_info(bookings)'))
    .map(({ name }) => name)
    .filter((name) => !['id', 'yclients_record_id', 'yclients_company_id', 'source'].includes(name))
    .join(', ')
  await rows(`with recursive n(i) as (select 1 union all select i + 1 from n where i < 2000)
    insert into bookings (source, ${columns}) select 'internal', ${columns} from bookings, n where id = ${bookingId}`)
  expect((await rowsRead()) - before).toBeLessThan(200)
})

describe('a run started in the panel', () => {
  test('is followed until it ends, by the page itself', async () => {
    const world = await startSalon()
    const browser = await signIn(world, 'manager')
    const path = locationOf(await browser.send('/admin/sync', { mode: 'full' }))
    expect(path).toMatch(/^\/admin\/sync\/runs\/\d+\?done=started$/)
    const early = await open(browser, path)
    expect(early).toContain(`<noscript><meta http-equiv="refresh" content="${WATCH_SECONDS}"`)
    expect(early).toContain(`data-watch="${WATCH_SECONDS}"`)
    expect(readable(early)).toMatch(/Запущено\..*идёт.*Дни 16\.08\.2026 — 15\.10\.2026/)

    await world.drain()
    const late = await open(browser, path)
    expect(late).not.toMatch(/http-equiv="refresh"|data-watch/)
    expect(readable(late)).toMatch(/закончен.*Прочитано 2 Создано 2/)
    expect(await row('select mode, "trigger" from sync_runs')).toEqual({ mode: 'full', trigger: 'manual' })
  })

  test('is not started twice: the second leads to the first', async () => {
    const world = await startSalon()
    const browser = await signIn(world, 'manager')
    const [first, second] = [
      locationOf(await browser.send('/admin/sync', { mode: 'full' })),
      locationOf(await browser.send('/admin/sync', { mode: 'incremental' })),
    ]
    expect(second).toBe(first.replace('started', 'already'))
    expect(await rows('select id from sync_runs')).toHaveLength(1)
  })

  test('that does not get through says why and what to do', async () => {
    const world = await startSalon()
    await addRun({ status: 'failing', error: 'yclients_refused_401', finished_at: null })
    const browser = await signIn(world, 'manager')
    const { id } = await row<{ id: number }>('select id from sync_runs')
    expect(readable(await open(browser, `/admin/sync/runs/${id}`))).toMatch(
      /не проходит.*YClients отказал в доступе\. Проверьте токены и права/,
    )
  })

  test('is refused in words while YClients is switched off', async () => {
    const world = startOffice()
    const off = startOffice({ yclients: { ...world.ctx.config.yclients, enabled: false } })
    const browser = await signIn(off, 'manager')
    const answer = await browser.send('/admin/sync', { mode: 'full' })
    expect([answer.status, readable(await answer.text())]).toEqual([
      409,
      expect.stringContaining('Интеграция с YClients выключена'),
    ])
  })

  test('needs a kind that there is', async () => {
    const answer = await (await signIn(await startSalon(), 'manager')).send('/admin/sync', { mode: 'everything' })
    expect(answer.status).toBe(422)
    expect(await rows('select id from sync_runs')).toEqual([])
  })

  test('of no number that there is, is not found', async () => {
    const browser = await signIn(startOffice())
    for (const id of ['999', '0', 'x', '1e400']) expect((await browser.open(`/admin/sync/runs/${id}`)).status).toBe(404)
  })
})

describe('how the synchronisation stands', () => {
  test('is told in hours since a run last found nothing that a webhook had missed', async () => {
    const world = startOffice()
    const browser = await signIn(world, 'manager')
    expect(readable(await open(browser, '/admin/sync'))).toContain('Пока не чисто')
    await addRun({ missed_by_webhooks: 1, finished_at: NOON - 6 * HOUR_MS })
    await addRun({ finished_at: NOON - 5 * HOUR_MS })
    await addRun({ finished_at: NOON - HOUR_MS })
    expect(readable(await open(browser, '/admin/sync'))).toContain('Последний вебхук Ещё не пришло ни одного вебхука')
    const text = readable(await open(browser, '/admin/sync'))
    expect(text).toMatch(/Чисто 5 часов С 15\.09\.2026 07:00/)
    expect(text).toMatch(/Последнее расхождение 15\.09\.2026 06:00/)
  })

  test('leads to what should be done', async () => {
    const world = startOffice()
    await rows("insert into parked_work (key, message, reason, parked_at) values ('catalog', '{}', 'x', 0)")
    const page = await open(await signIn(world, 'manager'), '/admin/sync')
    expect(page).toMatch(
      /<a href="\/admin\/sync\/parked">Отложено и ждёт человека: 1<\/a><p class="soft">Откройте список/,
    )
  })

  test('is drawn and told day by day, in the days of the salon', async () => {
    const world = startOffice()
    // Half past midnight in Moscow, still the day before in UTC.
    await addRun({
      started_at: NOON - 11.5 * HOUR_MS,
      finished_at: NOON - 11.5 * HOUR_MS + 4000,
      created: 7,
      unmatched: 3,
    })
    await addRun({
      started_at: NOON,
      finished_at: NOON + 2000,
      created: 5,
      updated: 2,
      unmatched: 2,
      missed_by_webhooks: 1,
    })
    await addRun({ started_at: NOON - 40 * DAY_MS, finished_at: NOON - 40 * DAY_MS, created: 1234 })
    const page = await open(await signIn(world, 'manager'), '/admin/sync')
    const [, table = ''] = /<details>(.*?)<\/details>/s.exec(page) ?? []
    expect(readable(table)).toMatch(/15\.09\.2026 2 12 2 3 1 3 секунды$/)
    expect(table).not.toContain('1 234')
    const bars = [...page.matchAll(/<rect class="(\w+)"/g)].map(([, kind]) => kind)
    expect(bars).toEqual(['created', 'updated', 'unmatched', 'missed'])
  })

  test('goes back through all runs', async () => {
    const world = startOffice()
    for (let i = 0; i < 25; i++) await addRun({})
    const browser = await signIn(world, 'manager')
    const idsOf = (page: string) => [...page.matchAll(/\/admin\/sync\/runs\/(\d+)"/g)].map(([, id]) => Number(id))
    const first = await open(browser, '/admin/sync')
    const [, next = ''] = /href="(\/admin\/sync\?before=\d+)"/.exec(first) ?? []
    const ids = [...idsOf(first), ...idsOf(await open(browser, next))]
    expect(ids).toEqual((await rows<{ id: number }>('select id from sync_runs order by id desc')).map(({ id }) => id))
  })

  test('shows what the last update of the catalog came to', async () => {
    const world = startOffice()
    await openSalon(world)
    await rows('update services set name = ?', 'Старое имя')
    await world.call('POST', '/api/v1/admin/catalog/sync', { as: { admin: 'manager' } })
    const text = readable(await open(await signIn(world, 'manager'), '/admin/sync'))
    expect(text).toMatch(/Последнее обновление каталога 15\.09\.2026 12:00, вручную.*Услуг изменено 1/)
  })

  test('fits twelve kilobytes after thirty full days', async () => {
    const world = startOffice()
    for (let i = 0; i < 30; i++) {
      const start = NOON - i * DAY_MS - i * 1000
      const counts = {
        fetched: 9000 + i * 7,
        created: 1000 + i * 13,
        updated: 500 + i,
        unmatched: 40 + i,
        missed_by_webhooks: i,
      }
      await addRun({ started_at: start, heartbeat_at: start, finished_at: start + 61_000 + i * 900, ...counts })
    }
    expect(await gzipped(await open(await signIn(world), '/admin/sync'))).toBeLessThan(12_000)
  })
})
