import { env } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import type { Service, Staff } from '../../dev/yclients/state.ts'
import { type Context, createContext } from '../../src/context.ts'
import { handleScheduled } from '../../src/handlers/scheduled.ts'
import { type Db, openDb } from '../../src/platform/db.ts'
import { HOUR_MS, MINUTE_MS } from '../../src/platform/time.ts'
import { countD1 } from '../support/count-d1.ts'
import { MARIA, MASSAGE, row, rows } from '../support/salon.ts'
import { DESK, MANAGER, NOON, startWorld, WEBHOOK, type World } from '../support/world.ts'

const OLGA = MARIA + 1
const PEELING = MASSAGE + 1
const HOURS = [{ from: '09:00', to: '21:00' }]

const maria: Staff = {
  id: MARIA,
  name: 'Мария Образцова',
  specialization: 'Массажист',
  position: null,
  rating: 5,
  hidden: false,
  fired: false,
  week: Array.from({ length: 7 }, () => HOURS),
  days: new Map(),
}
const olga: Staff = { ...maria, id: OLGA, name: 'Ольга Примерова', specialization: '' }

const massage: Service = {
  id: MASSAGE,
  title: 'Массаж',
  categoryId: 1,
  priceMin: 5147.5,
  priceMax: 6000,
  duration: 3600,
  active: true,
  comment: 'Всё тело',
  weight: 1,
  staff: [
    { id: MARIA, seanceLength: 3600, price: null },
    { id: OLGA, seanceLength: 5400, price: 6000 },
  ],
}
const peeling: Service = { ...massage, id: PEELING, title: 'Пилинг', priceMin: 2000, comment: '', staff: [] }

/** A salon in YClients of which nothing is known here. */
function openForeign(world: World): World {
  const { sim } = world
  sim.state.categories.set(1, { id: 1, title: 'Тело', weight: 5 })
  for (const staff of [maria, olga]) sim.putStaff({ ...staff, days: new Map() })
  for (const service of [massage, peeling]) sim.putService(service)
  sim.webhooks.clear()
  return world
}

interface Report {
  readonly services: { created: number; updated: number; switched_off: number }
  readonly staff: { created: number; updated: number; switched_off: number }
  readonly staff_services: { written: number; removed: number }
  readonly days: { written: number; removed: number } | null
  readonly unreadable: number
  readonly kept: {
    service_id: number | null
    staff_id: number | null
    field: string
    local: unknown
    yclients: unknown
  }[]
  readonly kept_total: number
}

const ask = (world: World, body?: object) =>
  world.call('POST', '/api/v1/admin/catalog/sync', { as: MANAGER, ...(body && { body }) })
async function sync(world: World, body?: object): Promise<Report> {
  const answer = await ask(world, body)
  expect(answer.status).toBe(200)
  return await answer.json<Report>()
}
const NOTHING = {
  categories: { created: 0, updated: 0 },
  services: { created: 0, updated: 0, switched_off: 0 },
  staff: { created: 0, updated: 0, switched_off: 0 },
  staff_services: { written: 0, removed: 0 },
  days: { written: 0, removed: 0 },
  unreadable: 0,
  kept: [],
  kept_total: 0,
}

const tables = ['service_categories', 'services', 'staff', 'staff_services', 'schedule_days']
const catalog = async () => await Promise.all(tables.map((table) => rows(`select * from ${table}`)))
const service = (id = MASSAGE) => row('select * from services where yclients_service_id = ?', id)
const serviceId = async (id = MASSAGE) =>
  (await row<{ id: number }>('select id from services where yclients_service_id = ?', id)).id
const staffId = async (id = MARIA) =>
  (await row<{ id: number }>('select id from staff where yclients_staff_id = ?', id)).id
const edit = async (world: World, path: string, body: object, method = 'PATCH') => {
  const answer = await world.call(method, `/api/v1/admin/${path}`, { as: MANAGER, body })
  expect(answer.status).toBeLessThan(300)
}
const audits = async () => await rows("select * from audit_log where action = 'catalog.sync'")

describe('the import of the catalog', () => {
  test('brings categories, services, masters, who does what for how much, and two months of working hours', async () => {
    const world = openForeign(startWorld())
    world.sim.state.staff.get(MARIA)?.days.set('2026-09-20', [])
    expect(await sync(world)).toEqual({
      ...NOTHING,
      categories: { created: 1, updated: 0 },
      services: { created: 2, updated: 0, switched_off: 0 },
      staff: { created: 2, updated: 0, switched_off: 0 },
      staff_services: { written: 2, removed: 0 },
      // Yesterday, whose night may go on into today, to sixty days ahead; of two masters.
      days: { written: 124, removed: 0 },
    })
    const [first, second] = [await serviceId(), await serviceId(PEELING)]
    const details = await world.call('GET', `/api/v1/services/${first}`)
    expect(await details.json()).toMatchObject({
      name: 'Массаж',
      description: 'Всё тело',
      price: 514_750,
      duration: 60,
      category: { name: 'Тело' },
      booking_method: 'yclients',
      yclients_service_id: MASSAGE,
      staff: [
        { name: 'Мария Образцова', specialization: 'Массажист', price: 514_750, duration: 60 },
        { name: 'Ольга Примерова', specialization: '', price: 600_000, duration: 90 },
      ],
    })
    expect(await (await world.call('GET', `/api/v1/staff?service_id=${second}`)).json()).toEqual([])
    const days = await rows<{ day: string; intervals: string }>(
      'select day, intervals from schedule_days where staff_id = ? order by day',
      await staffId(),
    )
    expect([days[0]?.day, days.at(-1)?.day]).toEqual(['2026-09-14', '2026-11-14'])
    const working = '[{"fromMinute":540,"toMinute":1260}]'
    const off = days.filter(({ intervals }) => intervals !== working)
    expect(off).toEqual([{ day: '2026-09-20', intervals: '[]' }])
    expect(await audits()).toHaveLength(1)
  })

  test('done again writes nothing, and takes two calls to the database however much there is', async () => {
    const counted = countD1(env.DB)
    const world = openForeign(startWorld({ db: openDb(counted.db) }))
    await sync(world)
    const before = await catalog()
    const steps: unknown[] = []
    for (let more = 0; more < 2; more++) {
      for (let n = 0; n < 30 * more; n++) world.sim.putService({ ...massage, id: 5000 + n, title: `Услуга ${n}` })
      world.sim.webhooks.clear()
      const first = await sync(world)
      counted.reset()
      const again = await sync(world)
      steps.push(first.services.created)
      expect(again).toEqual(NOTHING)
      // Of the two round trips one finds who asks.
      expect(counted.counts).toMatchObject({ roundTrips: 2, rowsWritten: 0 })
    }
    expect(steps).toEqual([0, 30])
    expect((await catalog())[1]).toEqual(expect.arrayContaining(before[1] ?? []))
    expect(await audits()).toHaveLength(2)
  })

  test('finds services and masters that were entered by hand, fills in what they lack and keeps what was typed', async () => {
    const world = openForeign(startWorld())
    await env.DB.batch([
      env.DB.prepare(
        "insert into services (id, name, price_kopecks, duration_minutes, yclients_service_id) values (7, 'Массаж', 500000, 60, ?)",
      ).bind(MASSAGE),
      env.DB.prepare("insert into staff (id, name, yclients_staff_id) values (9, 'Маша', ?)").bind(MARIA),
    ])
    const report = await sync(world)
    expect([report.services.created, report.staff.created]).toEqual([1, 1])
    expect(report.kept).toEqual([
      { category_id: null, service_id: 7, staff_id: null, field: 'price', local: 500_000, yclients: 514_750 },
      { category_id: null, service_id: null, staff_id: 9, field: 'name', local: 'Маша', yclients: 'Мария Образцова' },
    ])
    expect(await service()).toMatchObject({ id: 7, price_kopecks: 500_000, description: 'Всё тело', category_id: 1 })
    expect(await row('select * from staff where id = 9')).toMatchObject({ name: 'Маша', specialization: 'Массажист' })
    expect(await rows('select staff_id from staff_services where service_id = 7')).toHaveLength(2)
  })

  test('takes over what YClients changed', async () => {
    const world = openForeign(startWorld())
    await sync(world)
    world.sim.state.categories.set(2, { id: 2, title: 'Лицо', weight: 0 })
    world.sim.state.categories.set(1, { id: 1, title: 'Тело и душа', weight: 5 })
    world.sim.putService({ ...massage, title: 'Тайский массаж', priceMin: 7000, duration: 4500, categoryId: 2 })
    world.sim.putStaff({ ...olga, specialization: 'Косметолог' })
    const report = await sync(world)
    expect(report).toMatchObject({
      categories: { created: 1, updated: 1 },
      services: { created: 0, updated: 1 },
      staff: { updated: 1 },
      kept_total: 0,
    })
    expect(await service()).toMatchObject({ name: 'Тайский массаж', price_kopecks: 700_000, duration_minutes: 75 })
    const listed = await (await world.call('GET', '/api/v1/services')).json()
    expect(listed).toMatchObject([{ category: { name: 'Лицо' } }, { category: { name: 'Тело и душа' } }])
  })

  test('keeps what was changed here and says so each time, until it is told to overwrite', async () => {
    const world = openForeign(startWorld())
    await sync(world)
    const [first, master] = [await serviceId(), await staffId()]
    await edit(world, `services/${first}`, { price: 600_000, category_id: null, horizon_days: 14 })
    await edit(world, `staff/${master}`, { name: 'Маша' })
    await edit(world, `staff/${master}/services/${first}`, { price: 1, duration: null }, 'PUT')
    world.sim.putService({ ...massage, priceMin: 7000, title: 'Тайский массаж' })
    const kept = [
      { category_id: null, service_id: first, staff_id: null, field: 'price', local: 600_000, yclients: 700_000 },
      { category_id: null, service_id: first, staff_id: null, field: 'category', local: null, yclients: 'Тело' },
      { category_id: null, service_id: null, staff_id: master, field: 'name', local: 'Маша', yclients: maria.name },
      { category_id: null, service_id: first, staff_id: master, field: 'price', local: 1, yclients: null },
    ]
    expect((await sync(world)).kept).toEqual(kept)
    expect(await service()).toMatchObject({ name: 'Тайский массаж', price_kopecks: 600_000, category_id: null })
    expect(await sync(world)).toMatchObject({ kept, kept_total: 4, services: { updated: 0 }, staff: { updated: 0 } })

    const overwritten = await sync(world, { overwrite: true })
    expect(overwritten).toMatchObject({ kept: [], services: { updated: 1 }, staff: { updated: 1 } })
    // What YClients knows nothing of is ours alone.
    expect(await service()).toMatchObject({ price_kopecks: 700_000, category_id: 1, horizon_days: 14 })
    expect(await row('select name from staff where id = ?', master)).toEqual({ name: maria.name })
    expect(
      await row('select * from staff_services where staff_id = ? and service_id = ?', master, first),
    ).toMatchObject({
      price_kopecks: null,
      from_yclients: 1,
    })
    expect(await sync(world)).toEqual(NOTHING)
  })

  test('follows YClients again in a value that was set here to what YClients has', async () => {
    const world = openForeign(startWorld())
    await sync(world)
    const first = await serviceId()
    await edit(world, `services/${first}`, { price: 600_000 })
    world.sim.putService({ ...massage, priceMin: 7000 })
    expect((await sync(world)).kept).toMatchObject([{ local: 600_000, yclients: 700_000 }])
    await edit(world, `services/${first}`, { price: 700_000 })
    world.sim.putService({ ...massage, priceMin: 8000 })
    expect((await sync(world)).kept).toEqual([])
    expect(await service()).toMatchObject({ price_kopecks: 800_000 })
  })

  /** A salon, and what happens in it between the import's reading and its writing. */
  function hurriedSalon() {
    let meanwhile: (() => Promise<void>) | undefined
    const hurried = (ctx: Context): Context => {
      const batch: Db['batch'] = async (statements) => {
        const results = await ctx.db.batch(statements)
        const now = meanwhile
        meanwhile = undefined
        await now?.()
        return results
      }
      return { ...ctx, db: { ...ctx.db, batch } }
    }
    const world = openForeign(startWorld({}, hurried))
    const syncWhile = async (happen: (desk: World) => Promise<void>) => {
      meanwhile = () => happen(startWorld())
      await sync(world)
      expect(meanwhile).toBeUndefined()
    }
    return { world, syncWhile }
  }

  test('leaves alone a service that somebody changes while it works, and says so the next time', async () => {
    const { world, syncWhile } = hurriedSalon()
    await sync(world)
    const first = await serviceId()
    world.sim.putService({ ...massage, priceMin: 7000, title: 'Тайский массаж' })
    await syncWhile((desk) => edit(desk, `services/${first}`, { price: 600_000 }))
    expect(await service()).toMatchObject({ price_kopecks: 600_000, name: 'Массаж' })
    expect((await sync(world)).kept).toMatchObject([{ service_id: first, local: 600_000, yclients: 700_000 }])
    expect(await service()).toMatchObject({ price_kopecks: 600_000, name: 'Тайский массаж' })
  })

  test.each([
    ['changes', [{ id: OLGA, seanceLength: 1800, price: 1 }]],
    ['takes away', []],
  ])('leaves alone what a master is said to do here while YClients %s it', async (_, staff) => {
    const { world, syncWhile } = hurriedSalon()
    await sync(world)
    const path = `staff/${await staffId(OLGA)}/services/${await serviceId()}`
    world.sim.putService({ ...massage, staff })
    await syncWhile((desk) => edit(desk, path, { price: 700_000 }, 'PUT'))
    expect(await row('select * from staff_services where staff_id = ?', await staffId(OLGA))).toMatchObject({
      price_kopecks: 700_000,
      from_yclients: 0,
    })
  })
})

describe('what YClients no longer has', () => {
  test('is switched off and not removed, and comes back when YClients has it again', async () => {
    const world = openForeign(startWorld())
    await sync(world)
    const before = await row('select * from services where yclients_service_id = ?', MASSAGE)
    world.sim.state.services.delete(MASSAGE)
    world.sim.putStaff({ ...maria, fired: true })
    world.sim.putStaff({ ...olga, hidden: true })
    expect(await sync(world)).toMatchObject({ services: { switched_off: 1 }, staff: { switched_off: 2 }, kept: [] })
    expect(await service()).toMatchObject({ id: before.id, name: 'Массаж', price_kopecks: 514_750, active: 0 })
    expect(await rows('select id from staff where active = 1')).toEqual([])
    expect(await sync(world)).toEqual(NOTHING)

    for (const staff of [maria, olga]) world.sim.putStaff({ ...staff, days: new Map() })
    world.sim.putService({ ...massage, title: 'Новый массаж' })
    expect((await sync(world)).kept).toEqual([])
    expect(await service()).toMatchObject({ id: before.id, active: 1, name: 'Новый массаж' })
    expect(await rows('select id from staff where active = 1')).toHaveLength(2)
    expect(await rows('select staff_id from staff_services where service_id = ?', before.id)).toHaveLength(2)
  })

  test('stays on if a manager switched it on again', async () => {
    const world = openForeign(startWorld())
    await sync(world)
    const first = await serviceId()
    world.sim.state.services.delete(MASSAGE)
    await sync(world)
    await edit(world, `services/${first}`, { active: true, booking_method: 'internal' })
    expect((await sync(world)).kept).toMatchObject([
      { service_id: first, field: 'active', local: true, yclients: false },
    ])
    expect(await service()).toMatchObject({ active: 1, booking_method: 'internal' })
  })

  test('cannot be told from an empty answer, so nothing is switched off by one', async () => {
    const world = openForeign(startWorld())
    await sync(world)
    world.sim.state.services.clear()
    world.sim.state.staff.clear()
    expect(await sync(world)).toEqual(NOTHING)
    expect(await rows('select id from services where active = 1')).toHaveLength(2)
    expect(await rows('select staff_id from schedule_days')).toHaveLength(124)
  })

  test('is not what cannot be read: that stays as it is, and is counted', async () => {
    const world = openForeign(startWorld())
    await sync(world)
    world.sim.putService({ ...massage, priceMin: -1, title: 'Испорченная' })
    world.sim.state.staff.get(OLGA)?.days.set('2026-09-20', [{ from: 'утро', to: 'вечер' }])
    world.sim.state.staff.get(OLGA)?.days.set('2026-09-21', [])
    const before = await catalog()
    expect(await sync(world)).toEqual({ ...NOTHING, unreadable: 2 })
    expect(await catalog()).toEqual(before)
  })

  test('of what a master does goes, but not what was said here', async () => {
    const world = openForeign(startWorld())
    await sync(world)
    const [first, second, master] = [await serviceId(), await serviceId(PEELING), await staffId()]
    await edit(world, `staff/${master}/services/${second}`, {}, 'PUT')
    const imported = await world.call('DELETE', `/api/v1/admin/staff/${master}/services/${first}`, { as: MANAGER })
    expect([imported.status, await imported.json()]).toMatchObject([409, { code: 'managed_in_yclients' }])
    world.sim.putService({ ...massage, staff: [{ id: OLGA, seanceLength: 3600, price: 5147.5 }] })
    expect((await sync(world)).staff_services).toEqual({ written: 1, removed: 1 })
    expect(
      await rows('select staff_id, service_id, price_kopecks, duration_minutes, from_yclients from staff_services'),
    ).toEqual([
      {
        staff_id: await staffId(OLGA),
        service_id: first,
        price_kopecks: null,
        duration_minutes: null,
        from_yclients: 1,
      },
      { staff_id: master, service_id: second, price_kopecks: null, duration_minutes: null, from_yclients: 0 },
    ])
  })
})

describe('working hours of YClients', () => {
  const hoursOn = async (day: string, id = MARIA) =>
    await rows('select source, intervals from schedule_days where staff_id = ? and day = ?', await staffId(id), day)

  test('are followed day by day, past days go, and days set by hand stay', async () => {
    const world = openForeign(startWorld())
    await sync(world)
    await edit(world, `staff/${await staffId()}/schedule/days/2026-09-18`, { intervals: [], reason: 'Отпуск' }, 'PUT')
    const split = [
      { from: '15:00', to: '20:00' },
      { from: '10:00', to: '14:00' },
    ]
    world.sim.state.staff.get(MARIA)?.days.set('2026-09-18', split)
    world.clock.now += 24 * HOUR_MS
    expect((await sync(world)).days).toEqual({ written: 3, removed: 2 })
    expect(await hoursOn('2026-09-14')).toEqual([])
    expect(await hoursOn('2026-09-18')).toEqual([
      { source: 'manual', intervals: '[]' },
      { source: 'yclients', intervals: '[{"fromMinute":600,"toMinute":840},{"fromMinute":900,"toMinute":1200}]' },
    ])
  })

  test('of a day of which nothing is said are none, and of a person of whom nothing is said are those of his week', async () => {
    const world = openForeign(startWorld())
    await sync(world)
    const only = [{ staff_id: MARIA, date: '2026-09-20', slots: [{ from: '22:00', to: '06:00' }] }]
    const sparse = startWorld({
      fetch: answering(world, '/staff/schedule', () => Response.json({ success: true, data: only })),
    })
    await sync(sparse)
    expect(await hoursOn('2026-09-20')).toEqual([
      { source: 'yclients', intervals: '[{"fromMinute":1320,"toMinute":1800}]' },
    ])
    expect(await hoursOn('2026-09-21')).toEqual([{ source: 'yclients', intervals: '[]' }])
    expect(await hoursOn('2026-09-20', OLGA)).toEqual([])
  })

  test('that YClients does not show us stay as they are, and the rest is imported all the same', async () => {
    const world = openForeign(startWorld())
    await sync(world)
    world.sim.knobs.forbidden = ['/staff/schedule']
    world.sim.putService({ ...massage, priceMin: 1 })
    expect(await sync(world)).toMatchObject({ days: null, services: { updated: 1 } })
    expect(await rows('select day from schedule_days')).toHaveLength(124)
  })
})

/** YClients with another answer at one address. */
const answering =
  (world: World, path: string, answer: () => Response): typeof fetch =>
  async (input, init) => {
    const request = new Request(input, init)
    return request.url.includes(path) ? answer() : await world.ctx.fetch(request)
  }

describe('an import that fails', () => {
  test.each([
    ['502', 503, 'yclients_unavailable'],
    ['html200', 503, 'yclients_unavailable'],
    ['successFalse', 503, 'yclients_unavailable'],
    ['reset', 503, 'yclients_unavailable'],
  ] as const)('with %s at any of its calls changes nothing', async (failure, status, code) => {
    for (const failOnly of ['/services', '/service_categories', '/staff', '/staff/schedule']) {
      const world = openForeign(startWorld())
      Object.assign(world.sim.knobs, { failNext: [failure], failOnly })
      const answer = await ask(world)
      expect([answer.status, await answer.json()]).toMatchObject([status, { code }])
      expect(await catalog()).toEqual([[], [], [], [], []])
    }
  })

  test('for want of rights says so', async () => {
    const world = openForeign(startWorld())
    world.sim.knobs.forbidden = ['/services']
    const answer = await ask(world)
    expect([answer.status, await answer.json()]).toMatchObject([409, { code: 'yclients_refused' }])
  })

  test('because YClients is off says so', async () => {
    const { config } = createContext(env)
    const world = startWorld({ config: { ...config, yclients: { ...config.yclients, enabled: false } } })
    const answer = await ask(world)
    expect([answer.status, await answer.json()]).toMatchObject([409, { code: 'yclients_disabled' }])
  })

  test('is not for the desk', async () => {
    const world = openForeign(startWorld())
    expect((await world.call('POST', '/api/v1/admin/catalog/sync', { as: DESK, body: {} })).status).toBe(403)
  })

  test('reads numbers that come as text', async () => {
    const world = openForeign(startWorld())
    world.sim.knobs.stringNumbersPercent = 100
    expect(await sync(world)).toMatchObject({ services: { created: 2 }, staff: { created: 2 }, unreadable: 0 })
    expect(await service()).toMatchObject({ price_kopecks: 514_750, duration_minutes: 60 })
  })
})

describe('the catalog by itself', () => {
  const asked = (world: World) => world.queued.filter(({ body }) => JSON.stringify(body).includes('sync-catalog'))
  const hook = (world: World, resource: string, company = 235564) =>
    world.call('POST', WEBHOOK, {
      body: { company_id: company, resource, resource_id: MARIA, status: 'update', data: [] },
    })
  /** Works off the webhooks in the queue, and leaves what they ask for. */
  const takeHooks = async (world: World) => {
    const hooks = world.queued.filter((message) => !asked(world).includes(message))
    for (const message of hooks) world.queued.splice(world.queued.indexOf(message), 1)
    await world.consume(
      'events',
      hooks.map(({ body }) => body),
    )
  }

  test('follows a change in YClients, once for all that come within a minute', async () => {
    const world = openForeign(startWorld())
    for (const resource of ['service', 'staff', 'schedule', 'service_category']) await hook(world, resource)
    await takeHooks(world)
    expect(asked(world)).toHaveLength(1)
    world.clock.now += 59_000
    await hook(world, 'schedule')
    await takeHooks(world)
    expect(asked(world)).toHaveLength(1)
    world.clock.now += 1000
    await hook(world, 'schedule')
    await takeHooks(world)
    expect(asked(world)).toHaveLength(2)
    expect(await rows("select id from webhook_events where verdict = 'updated'")).toHaveLength(6)
  })

  test('is read after the last of the events that it is read for', async () => {
    const world = openForeign(startWorld())
    await hook(world, 'service')
    await takeHooks(world)
    const [message] = asked(world)
    expect(message?.dueAt).toBeGreaterThan(world.clock.now + MINUTE_MS)
    await hook(world, 'schedule')
    await world.drain()
    expect(await rows('select id from services')).toHaveLength(2)
    expect(await audits()).toMatchObject([{ actor: 'system' }])
    world.sim.putStaff({ ...maria, name: 'Мария Новая' })
    await world.deliverWebhooks()
    await world.drain()
    expect(await row('select name from staff where yclients_staff_id = ?', MARIA)).toEqual({ name: 'Мария Новая' })
  })

  test('does not follow another branch, nor events of other things', async () => {
    const world = openForeign(startWorld())
    await hook(world, 'staff', 999)
    await hook(world, 'goods_operations_sale')
    await takeHooks(world)
    expect(asked(world)).toEqual([])
  })

  test('is read once in the small hours of the branch, whatever webhooks said', async () => {
    const world = openForeign(startWorld())
    const nightly: string[] = []
    for (let half = 0; half < 96; half++) {
      await handleScheduled(world.ctx)
      if (asked(world).length > 0) nightly.push(new Date(world.clock.now).toISOString())
      world.queued.splice(0)
      world.clock.now = NOON + (half + 1) * 30 * MINUTE_MS
    }
    // Three in the morning in Moscow.
    expect(nightly).toEqual(['2026-09-16T00:00:00.000Z', '2026-09-17T00:00:00.000Z'])
  })

  test('is asked for again if the queue refused', async () => {
    let refusals = 1
    const world = openForeign(startWorld())
    const { send } = world.ctx.events
    const flaky = startWorld({
      fetch: world.ctx.fetch,
      events: {
        ...world.ctx.events,
        send: async (...message: Parameters<typeof send>) => {
          if (refusals-- > 0) throw new Error('queue is full')
          return await send(...message)
        },
      },
    })
    flaky.clock.now = NOON + 15 * HOUR_MS
    await handleScheduled(flaky.ctx)
    expect(asked(world)).toEqual([])
    flaky.clock.now += 30 * MINUTE_MS
    await handleScheduled(flaky.ctx)
    expect(asked(world)).toHaveLength(1)
  })

  test('is tried again while YClients is down, then waits for a person who replays it', async () => {
    const world = openForeign(startWorld())
    world.sim.knobs.serverErrorPercent = 100
    const down = await world.consume('events', [{ kind: 'sync-catalog' }, { kind: 'sync-catalog' }])
    expect(down.retried).toHaveLength(2)
    await world.consume('events', [{ kind: 'sync-catalog' }], 8)
    expect(await rows('select key, closed_at from parked_work')).toEqual([{ key: 'catalog', closed_at: null }])
    world.sim.knobs.serverErrorPercent = 0
    const { id } = await row<{ id: number }>('select id from parked_work')
    expect((await world.call('POST', `/api/v1/admin/parked/${id}/replay`, { as: MANAGER })).status).toBeLessThan(300)
    await world.drain()
    expect(await rows('select id from services')).toHaveLength(2)
  })
})
