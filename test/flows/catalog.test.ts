import { env } from 'cloudflare:workers'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BOOKING_METHODS, bookingMethodOf } from '../../src/catalog/booking-method.ts'
import { mastersDoing, mastersOf, plannedServices } from '../../src/catalog/catalog.statements.ts'
import { createContext } from '../../src/context.ts'
import { addUser, row, rows } from '../support/salon.ts'
import { CLIENT, MANAGER, startWorld, type World } from '../support/world.ts'

const make = async (world: World, path: string, body: object): Promise<number> => {
  const answer = await world.call('POST', `/api/v1/admin/${path}`, { as: MANAGER, body })
  expect(answer.status).toBe(201)
  return (await answer.json<{ id: number }>()).id
}

const massage = { name: 'Массаж', price: 514_750, duration: 60 }
const addService = (world: World, more: object = {}) => make(world, 'services', { ...massage, ...more })
const addMaster = (world: World, more: object = {}) => make(world, 'staff', { name: 'Мария Образцова', ...more })

async function link(world: World, staffId: number, serviceId: number, terms: object = {}) {
  const path = `/api/v1/admin/staff/${staffId}/services/${serviceId}`
  const answer = await world.call('PUT', path, { as: MANAGER, body: terms })
  expect(answer.status).toBe(200)
}

const change = (world: World, path: string, body: object) =>
  world.call('PATCH', `/api/v1/admin/${path}`, { as: MANAGER, body })
const read = async <T = unknown>(world: World, path: string) => await (await world.call('GET', path)).json<T>()

const audited = async () =>
  (await rows<{ action: string; entity_id: string; details: string }>('select * from audit_log order by id')).map(
    ({ action, entity_id, details }) => ({ action, entity_id, ...JSON.parse(details) }),
  )

describe('the catalog that everybody sees', () => {
  test('has the services that can be booked, with price, duration, category and where they are booked', async () => {
    const world = startWorld()
    const category = await make(world, 'service-categories', { name: 'Массаж' })
    const linked = await addService(world, { category_id: category, yclients_service_id: 7 })
    const own = await addService(world, { name: 'Хамам', description: 'Пар', booking_method: 'internal' })
    await addService(world, { name: 'Выключенная', active: false })
    expect(await read(world, '/api/v1/services')).toEqual([
      {
        id: linked,
        name: 'Массаж',
        description: '',
        price: 514_750,
        duration: 60,
        category: { id: category, name: 'Массаж' },
        booking_method: 'yclients',
        yclients_service_id: 7,
      },
      {
        id: own,
        name: 'Хамам',
        description: 'Пар',
        price: 514_750,
        duration: 60,
        category: null,
        booking_method: 'internal',
        yclients_service_id: null,
      },
    ])
    expect(await read(world, `/api/v1/services?category_id=${category}`)).toMatchObject([{ id: linked }])
  })

  test('comes page by page', async () => {
    const world = startWorld()
    const ids = [await addService(world), await addService(world), await addService(world)]
    const seen: number[] = []
    for (let next: string | undefined = '/api/v1/services?limit=2'; next !== undefined; ) {
      const answer = await world.call('GET', next)
      seen.push(...(await answer.json<{ id: number }[]>()).map(({ id }) => id))
      next = /<([^>]+)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1]
    }
    expect(seen).toEqual(ids)
  })

  test('says of a service who does it, for how much and how long, and until when it can be booked and cancelled', async () => {
    const world = startWorld()
    const rules = { min_notice_minutes: 30, horizon_days: 14, cancel_notice_minutes: 120, slot_step_minutes: 15 }
    const service = await addService(world, { ...rules, buffer_before_minutes: 5, buffer_after_minutes: 10 })
    const maria = await addMaster(world, { specialization: 'Массажист' })
    const olga = await addMaster(world, { name: 'Ольга' })
    const gone = await addMaster(world, { name: 'Ушедшая', active: false })
    await link(world, maria, service)
    await link(world, olga, service, { price: 600_000, duration: 90 })
    await link(world, gone, service)
    const masters = [
      { id: maria, name: 'Мария Образцова', specialization: 'Массажист', price: 514_750, duration: 60 },
      { id: olga, name: 'Ольга', specialization: '', price: 600_000, duration: 90 },
    ]
    const details = await read(world, `/api/v1/services/${service}`)
    expect(details).toMatchObject({ id: service, ...rules, staff: masters })
    expect(JSON.stringify(details)).not.toContain('buffer')
    expect(await read(world, `/api/v1/staff?service_id=${service}`)).toEqual(masters)
    const everybody = masters.map((master) => ({ ...master, price: null, duration: null }))
    expect(await read(world, '/api/v1/staff')).toEqual(everybody)
  })

  test('shows nothing of a service that is switched off', async () => {
    const world = startWorld()
    const service = await addService(world)
    await link(world, await addMaster(world), service)
    await change(world, `services/${service}`, { active: false })
    const answer = await world.call('GET', `/api/v1/services/${service}`)
    expect([answer.status, await answer.json()]).toMatchObject([404, { code: 'service_not_found' }])
    expect(await read(world, `/api/v1/staff?service_id=${service}`)).toEqual([])
  })

  test.each(['/api/v1/services', '/api/v1/services/1', '/api/v1/staff'])(
    '%s is not sent again to who has it, until it changes',
    async (path) => {
      const world = startWorld()
      await addService(world)
      await link(world, await addMaster(world), 1)
      const first = await world.call('GET', path)
      const tag = first.headers.get('etag') ?? ''
      expect(tag).toMatch(/^"[0-9a-f]+"$/)
      expect(first.headers.get('cache-control')).toBe('public, max-age=60')
      const again = await world.call('GET', path, { headers: { 'if-none-match': tag } })
      expect([again.status, await again.text()]).toEqual([304, ''])
      expect(again.headers.get('cache-control')).toBe('public, max-age=60')
      await change(world, path.endsWith('staff') ? 'staff/1' : 'services/1', { name: 'Иначе' })
      const changed = await world.call('GET', path, { headers: { 'if-none-match': tag } })
      expect(changed.status).toBe(200)
      expect(changed.headers.get('etag')).not.toBe(tag)
    },
  )

  test('keeps refusals out of caches', async () => {
    const answer = await startWorld().call('GET', '/api/v1/services/999')
    expect(answer.status).toBe(404)
    expect(answer.headers.get('cache-control')).toBeNull()
  })

  test.each([
    'services?limit=50',
    'services/1',
    'staff?limit=50',
    'staff?limit=50&service_id=1',
    'admin/services?limit=50',
  ])('%s: full of long Russian words it stays under 12 KB after gzip', async (path) => {
    const world = startWorld()
    let seed = 1
    const letter = () => {
      seed = (seed * 16_807) % 2_147_483_647
      return 'оеаинтсрвлкмдпуяыьгзбчй '.charAt(seed % 24)
    }
    const text = (length: number) => Array.from({ length }, letter).join('')
    for (let n = 0; n < 55; n++) {
      await env.DB.batch([
        env.DB.prepare('insert into service_categories (name) values (?)').bind(text(40)),
        env.DB.prepare(
          'insert into services (name, price_kopecks, duration_minutes, description, category_id) values (?, ?, 60, ?, ?)',
        ).bind(text(60), 100_000 + n * 137, text(3000), n + 1),
        env.DB.prepare('insert into staff (name, specialization) values (?, ?)').bind(text(60), text(60)),
        env.DB.prepare('insert into staff_services (staff_id, service_id) values (?, 1)').bind(n + 1),
      ])
    }
    const answer = await world.call('GET', `/api/v1/${path}`, { as: MANAGER })
    const gzip = new Blob([await answer.text()]).stream().pipeThrough(new CompressionStream('gzip'))
    const size = (await new Response(gzip).arrayBuffer()).byteLength
    expect(size).toBeLessThan(12_000)
    expect(size).toBeGreaterThan(3000)
  })
})

describe('where a service is booked', () => {
  test.each([
    ['auto', 7, true, 'yclients'],
    ['auto', 7, false, 'internal'],
    ['auto', null, true, 'internal'],
    ['internal', 7, true, 'internal'],
    ['yclients', 7, false, 'yclients'],
  ] as const)('%s, number in YClients %s, YClients on: %s → %s', (bookingMethod, yclientsServiceId, on, where) => {
    expect(bookingMethodOf({ bookingMethod, yclientsServiceId }, on)).toBe(where)
  })

  test('is here whenever YClients does not know the service, unless somebody says otherwise', () => {
    fc.assert(
      fc.property(fc.constantFrom(...BOOKING_METHODS), fc.boolean(), (bookingMethod, on) => {
        const where = bookingMethodOf({ bookingMethod, yclientsServiceId: null }, on)
        expect(where).toBe(bookingMethod === 'yclients' ? 'yclients' : 'internal')
      }),
    )
  })
})

describe('what bookings ask of the catalog', () => {
  test('a master does a visit only if he does each of its services', async () => {
    const world = startWorld()
    const { db } = createContext(env)
    const [first, second] = [await addService(world), await addService(world, { name: 'Пилинг', duration: 30 })]
    const [maria, olga] = [await addMaster(world, { yclients_staff_id: 5 }), await addMaster(world, { name: 'Ольга' })]
    const gone = await addMaster(world, { name: 'Ушедшая', active: false })
    for (const master of [maria, gone]) {
      await link(world, master, first, { price: 1 })
      await link(world, master, second)
    }
    await link(world, olga, first)
    const both = [
      { staffId: maria, serviceId: first, priceKopecks: 1, durationMinutes: 60 },
      { staffId: maria, serviceId: second, priceKopecks: 514_750, durationMinutes: 30 },
    ].map((offer) => ({ ...offer, name: 'Мария Образцова', yclientsStaffId: 5 }))
    expect(await mastersOf(db, [first, second], null)).toEqual(both)
    // Named twice, a service is still one.
    expect(await mastersOf(db, [second, first, second], maria)).toEqual(both)
    expect(await mastersOf(db, [first, second], olga)).toEqual([])
    expect((await mastersOf(db, [first], null)).map(({ staffId }) => staffId)).toEqual([maria, olga])
    expect(mastersDoing([first], null)).toBeDefined()
    await change(world, `services/${second}`, { active: false })
    expect(await plannedServices(db, [first, second, 999])).toMatchObject([
      { id: first, active: 1, slotStepMinutes: 30, bookingMethod: 'auto' },
      { id: second, active: 0 },
    ])
  })
})

describe('services in the hands of a manager', () => {
  test('are changed field by field, and each change is audited with what was before', async () => {
    const world = startWorld()
    const category = await make(world, 'service-categories', { name: 'Массаж', position: 2 })
    const service = await addService(world)
    const changes = {
      name: 'Тайский массаж',
      price: 600_000,
      duration: 90,
      category_id: category,
      description: 'Долго',
      active: false,
      yclients_service_id: 7,
      booking_method: 'yclients',
      slot_step_minutes: 15,
      buffer_before_minutes: 5,
      buffer_after_minutes: 10,
      min_notice_minutes: 0,
      horizon_days: 30,
      cancel_notice_minutes: 60,
    }
    for (const [field, value] of Object.entries(changes)) {
      const answer = await change(world, `services/${service}`, { [field]: value })
      const shown = field === 'category_id' ? { category: { id: category, name: 'Массаж' } } : { [field]: value }
      expect([answer.status, await answer.json()]).toMatchObject([200, { id: service, ...shown }])
    }
    expect(await audited()).toMatchObject([
      { action: 'category.create', entity_id: String(category), after: { name: 'Массаж', position: 2 } },
      { action: 'service.create', entity_id: String(service), after: { name: 'Массаж', price_kopecks: 514_750 } },
      { action: 'service.change', before: { name: 'Массаж' }, after: { name: 'Тайский массаж' } },
      { action: 'service.change', before: { price_kopecks: 514_750 }, after: { price_kopecks: 600_000 } },
      ...Object.keys(changes)
        .slice(2)
        .map(() => ({ action: 'service.change', entity_id: String(service) })),
    ])
    const list = await world.call('GET', '/api/v1/admin/services', { as: MANAGER })
    expect(await list.json()).toMatchObject([{ id: service, active: false, buffer_after_minutes: 10 }])
  })

  test('stay as they are when nothing is different, and nothing is audited', async () => {
    const world = startWorld()
    const service = await addService(world)
    const before = await row('select * from services')
    expect((await change(world, `services/${service}`, massage)).status).toBe(200)
    expect(await row('select * from services')).toEqual(before)
    expect(await audited()).toHaveLength(1)
  })

  test('changed by two at once keep both changes, and the audit log tells both truly', async () => {
    const world = startWorld()
    const service = await addService(world)
    const prices = [100, 200, 300, 400]
    await Promise.all(prices.map((price) => change(world, `services/${service}`, { price })))
    const changes = (await audited()).slice(1)
    const told = changes.map(({ after }) => after.price_kopecks)
    expect([...told].sort()).toEqual(prices)
    expect(changes.map(({ before }) => before.price_kopecks)).toEqual([514_750, ...told.slice(0, -1)])
    expect(await row('select price_kopecks from services')).toEqual({ price_kopecks: told.at(-1) })
  })

  test.each([
    [{ yclients_service_id: 7 }, 409, 'yclients_id_taken'],
    [{ category_id: 999 }, 404, 'category_not_found'],
    [{ booking_method: 'yclients' }, 409, 'service_not_in_yclients'],
    [{ price: -1 }, 422, 'validation_failed'],
    [{ duration: 0 }, 422, 'validation_failed'],
    [{ slot_step_minutes: 4 }, 422, 'validation_failed'],
    [{ horizon_days: 731 }, 422, 'validation_failed'],
    [{ buffer_before_minutes: 481 }, 422, 'validation_failed'],
    [{ name: ' ' }, 422, 'validation_failed'],
    [{ colour: 'red' }, 422, 'validation_failed'],
    [{}, 422, 'validation_failed'],
  ])('are not changed to %j', async (body, status, code) => {
    const world = startWorld()
    await addService(world, { yclients_service_id: 7 })
    const service = await addService(world, { name: 'Другая' })
    const before = await row('select * from services where id = ?', service)
    const answer = await change(world, `services/${service}`, body)
    expect([answer.status, await answer.json()]).toMatchObject([status, { code }])
    expect(await row('select * from services where id = ?', service)).toEqual(before)
    expect(await audited()).toHaveLength(2)
  })

  test('are not for clients', async () => {
    const world = startWorld()
    const answer = await world.call('POST', '/api/v1/admin/services', { as: CLIENT(await addUser()), body: massage })
    expect(answer.status).toBe(403)
    expect(await rows('select id from services')).toEqual([])
  })
})

describe('masters in the hands of a manager', () => {
  test('are changed without their names standing in the audit log', async () => {
    const world = startWorld()
    const maria = await addMaster(world, { specialization: 'Массажист', yclients_staff_id: 5 })
    const answer = await change(world, `staff/${maria}`, { name: 'Мария Новая', active: false })
    expect(await answer.json()).toEqual({
      id: maria,
      name: 'Мария Новая',
      specialization: 'Массажист',
      active: false,
      yclients_staff_id: 5,
    })
    const log = await audited()
    expect(log).toMatchObject([
      { action: 'staff.create', entity_id: String(maria) },
      { action: 'staff.change', before: { active: true }, after: { active: false, name_changed: true } },
    ])
    expect(JSON.stringify(log)).not.toContain('Мария')
  })

  test('do what they are said to do, at their own price, until it is taken back', async () => {
    const world = startWorld()
    const [service, maria] = [await addService(world), await addMaster(world)]
    await link(world, maria, service, { price: 700_000 })
    await link(world, maria, service, { price: 700_000 })
    const path = `/api/v1/admin/staff/${maria}/services`
    const listed = await world.call('GET', path, { as: MANAGER })
    expect(await listed.json()).toEqual([
      { service_id: service, service_name: 'Массаж', price: 700_000, duration: null, from_yclients: false },
    ])
    expect((await world.call('DELETE', `${path}/${service}`, { as: MANAGER })).status).toBe(204)
    expect(await read(world, `/api/v1/staff?service_id=${service}`)).toEqual([])
    expect((await audited()).slice(2)).toMatchObject([
      { action: 'staff.service_set', entity_id: String(maria), after: { service_id: service, price_kopecks: 700_000 } },
      { action: 'staff.service_removed', before: { service_id: service, price_kopecks: 700_000 } },
    ])
    const again = await world.call('DELETE', `${path}/${service}`, { as: MANAGER })
    expect([again.status, await again.json()]).toMatchObject([404, { code: 'not_found' }])
  })

  test('who do not exist do nothing', async () => {
    const world = startWorld()
    const [service, maria] = [await addService(world), await addMaster(world)]
    for (const [path, code] of [
      [`staff/999/services/${service}`, 'staff_not_found'],
      [`staff/${maria}/services/999`, 'service_not_found'],
    ]) {
      const answer = await world.call('PUT', `/api/v1/admin/${path}`, { as: MANAGER, body: {} })
      expect([answer.status, await answer.json()]).toMatchObject([404, { code }])
    }
    expect(await rows('select * from staff_services')).toEqual([])
  })
})
