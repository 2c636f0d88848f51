import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { MINUTE_MS } from '../../src/platform/time.ts'
import { addUser, MARIA, MASSAGE, openSalon } from '../support/salon.ts'
import { addHours, addTimedMaster, addTimedService, addVisit, linkServices } from '../support/time-line.ts'
import { CLIENT, startWorld, type World } from '../support/world.ts'

/** A Wednesday; now it is Tuesday noon. */
const DAY = '2026-09-16'
const at = (time: string) => Date.parse(`${DAY}T${time}:00+03:00`)

interface Shown {
  readonly source: string
  readonly degraded: boolean
  readonly slots: readonly {
    readonly time: string
    readonly available: boolean
    readonly duration: number
    readonly staff_id: number | null
    readonly reason_code: string | null
  }[]
  readonly days: readonly { readonly date: string; readonly available: boolean }[]
}

interface Salon {
  readonly world: World
  readonly serviceId: number
  readonly staffId: number
  /** The paths of YClients that were asked, in order. */
  readonly asked: string[]
}

/** Maria works 09:00–21:00 in YClients and, so that one can tell, until 13:00 by our own plan. */
async function open(): Promise<Salon> {
  const asked: string[] = []
  const world = startWorld({}, (ctx) => ({
    ...ctx,
    fetch: (input, init) => {
      const { pathname, searchParams } = new URL(new Request(input, init).url)
      asked.push([pathname.replace('/api/v1/', ''), ...searchParams.getAll('service_ids[]')].join(' '))
      return ctx.fetch(input, init)
    },
  }))
  world.sim.knobs.slotStepMinutes = 60
  const { serviceId, staffId } = await openSalon(world)
  await env.DB.prepare('update services set slot_step_minutes = 60 where id = ?').bind(serviceId).run()
  await linkServices(staffId, [serviceId])
  await addHours(staffId, [0, 1, 2, 3, 4, 5, 6], [540, 780])
  return { world, serviceId, staffId, asked }
}

let client = 0
beforeEach(async () => {
  client = await addUser()
})

async function show({ world, serviceId }: Pick<Salon, 'world' | 'serviceId'>, query = `date=${DAY}`): Promise<Shown> {
  const answer = await world.call('GET', `/api/v1/booking/time-slots/${serviceId}?${query}`, { as: CLIENT(client) })
  expect(answer.status).toBe(200)
  return await answer.json()
}

const times = ({ slots }: Shown) => slots.map(({ time, available }) => (available ? time : `(${time})`))
const from9to20 = Array.from({ length: 12 }, (_, n) => `${String(n + 9).padStart(2, '0')}:00`)
const OURS = ['09:00', '10:00', '11:00', '12:00']

function bookThere({ sim }: World, time: string) {
  const guest = { name: 'Анна', phone: '+79001234567' }
  sim.createRecord({ staffId: MARIA, services: [{ id: MASSAGE }], client: guest, startsAt: at(time) })
}

const down = ({ sim }: World) => {
  sim.knobs.serverErrorPercent = 100
}
const up = ({ sim }: World) => {
  sim.knobs.serverErrorPercent = 0
}

describe('the times of a service that is booked in YClients', () => {
  test('are those that YClients offers', async () => {
    const salon = await open()
    bookThere(salon.world, '15:30')
    const shown = await show(salon, `date=${DAY}&staff_id=${salon.staffId}`)
    expect(shown).toMatchObject({ source: 'yclients', degraded: false })
    expect(times(shown)).toEqual(from9to20.filter((time) => time !== '15:00' && time !== '16:00'))
    expect(shown.slots[0]).toMatchObject({ duration: 60, staff_id: salon.staffId, reason_code: null })
    expect(salon.asked).toEqual([`book_times/235564/${MARIA}/${DAY} ${MASSAGE}`])
  })

  test('are read also with hours that lack a zero', async () => {
    const salon = await open()
    salon.world.sim.knobs.leadingZero = false
    expect(times(await show(salon))).toEqual(from9to20)
  })

  test('are less what YClients does not know yet, and show what is taken here', async () => {
    const salon = await open()
    const { staffId, world } = salon
    // A visit on its way to YClients; a hold; a visit that is there already, so that YClients leaves its time out.
    await addVisit({ staffId, startsAt: at('15:30') })
    await addVisit({ staffId, startsAt: at('18:00'), holdExpiresAt: world.clock.now + MINUTE_MS })
    await addVisit({ staffId, startsAt: at('11:00'), status: 'confirmed', source: 'yclients' })
    bookThere(world, '11:00')
    const taken = new Set(['11:00', '15:00', '16:00', '18:00'])
    const shown = await show(salon)
    expect(times(shown)).toEqual(from9to20.map((time) => (taken.has(time) ? `(${time})` : time)))
    expect(new Set(shown.slots.map(({ reason_code }) => reason_code))).toEqual(new Set([null, 'slot_taken']))
  })

  test('keep to the notice and the horizon of the service', async () => {
    const salon = await open()
    await env.DB.prepare('update services set min_notice_minutes = 180, horizon_days = 1').run()
    const today = await show(salon, 'date=2026-09-15')
    expect(times(today)).toEqual(['(13:00)', '(14:00)', '15:00', '16:00', '17:00', '18:00', '19:00', '20:00'])
    expect((await show(salon, 'date=2026-09-17')).slots.map(({ reason_code }) => reason_code)).toContain('too_far')
  })

  test('are asked for anybody if nobody is named, and go to whoever works there, is free and has the least to do', async () => {
    const salon = await open()
    const olga = await addTimedMaster([salon.serviceId], { yclientsStaffId: 77 })
    await addTimedMaster([salon.serviceId])
    await addVisit({ staffId: salon.staffId, startsAt: at('10:00') })
    const shown = await show(salon)
    expect(salon.asked).toEqual([`book_times/235564/0/${DAY} ${MASSAGE}`])
    expect(shown.slots.map(({ staff_id }) => staff_id)).toEqual(from9to20.map(() => olga))
    await addVisit({ staffId: olga, startsAt: at('12:00'), minutes: 120 })
    const later = await show(salon)
    // At 13:00 it would be Olga, and she is busy here, of which YClients does not know.
    const who = later.slots.slice(0, 5).map(({ staff_id }) => staff_id)
    expect(who).toEqual([salon.staffId, olga, salon.staffId, salon.staffId, null])
  })

  test('are asked for all services of the visit at once', async () => {
    const salon = await open()
    const { world, staffId } = salon
    world.sim.putService({
      id: 55,
      title: 'Скраб',
      categoryId: 1,
      priceMin: 1000,
      priceMax: 1000,
      duration: 1800,
      active: true,
      comment: '',
      weight: 1,
      staff: [{ id: MARIA, seanceLength: 5400, price: null }],
    })
    const scrub = await addTimedService({ yclients_service_id: 55 })
    await linkServices(staffId, [scrub])
    const shown = await show(salon, `date=${DAY}&additional_services=${scrub}`)
    expect(salon.asked).toEqual([`book_times/235564/0/${DAY} ${MASSAGE} 55`])
    // YClients says how long they take together.
    expect(shown.slots[0]).toMatchObject({ duration: 150 })
    expect(times(shown).at(-1)).toBe('18:00')
  })

  test('are our own when YClients does not know one of the services, and none with a master who is not there', async () => {
    const salon = await open()
    const own = await addTimedService()
    await linkServices(salon.staffId, [own])
    const mixed = await show(salon, `date=${DAY}&additional_services=${own}`)
    expect(mixed).toMatchObject({ source: 'local', degraded: false })
    expect(times(mixed)).toEqual(['09:00', '10:00', '11:00'])
    const stranger = await addTimedMaster([salon.serviceId], { hours: [540, 660] })
    const named = await show(salon, `date=${DAY}&staff_id=${stranger}`)
    expect(named).toMatchObject({ source: 'local', degraded: false, slots: [] })
    expect(salon.asked).toEqual([])
  })

  test('are our own, and YClients is not asked, when the service is booked here or YClients is off', async () => {
    const salon = await open()
    await env.DB.prepare("update services set booking_method = 'internal'").run()
    expect(await show(salon)).toMatchObject({ source: 'local', degraded: false })
    await env.DB.prepare("update services set booking_method = 'auto'").run()
    const { config } = salon.world.ctx
    const off = startWorld({ config: { ...config, yclients: { ...config.yclients, enabled: false } } })
    expect(await show({ ...salon, world: off })).toMatchObject({ source: 'local', degraded: false })
    expect(salon.asked).toEqual([])
  })
})

describe('when YClients is in trouble', () => {
  test.each(['500', 'html', 'html200', 'successFalse', 'empty', 'reset', '429'] as const)(
    'with %s the times are our own, and say so',
    async (failure) => {
      const salon = await open()
      salon.world.sim.knobs.failNext = [failure]
      const shown = await show(salon)
      expect(shown).toMatchObject({ source: 'local', degraded: true })
      expect(times(shown)).toEqual(OURS)
      expect(times(await show(salon))).toEqual(from9to20)
    },
  )

  test('nobody waits longer than three seconds', async () => {
    const salon = await open()
    // Less than background calls wait, so that only the short patience of this one gives it up.
    Object.assign(salon.world.sim.knobs, { failNext: ['slow'], slowMs: 8000 })
    expect(await show(salon)).toMatchObject({ source: 'local', degraded: true })
  })

  test('after three failures in a row it is left alone for half a minute; then one failure more is enough', async () => {
    const salon = await open()
    const { world, asked } = salon
    down(world)
    for (let call = 0; call < 5; call++) expect(await show(salon)).toMatchObject({ degraded: true })
    expect(asked).toHaveLength(3)
    world.clock.now += 29_999
    await show(salon)
    expect(asked).toHaveLength(3)
    world.clock.now += 1
    await show(salon)
    await show(salon)
    expect(asked).toHaveLength(4)
    world.clock.now += 30_000
    up(world)
    expect(await show(salon)).toMatchObject({ source: 'yclients', degraded: false })
    expect(asked).toHaveLength(5)
  })

  test('failures with answers between them do not add up, and a refusal is an answer', async () => {
    const salon = await open()
    const { world, asked } = salon
    for (let day = 10; day < 16; day++) {
      world.sim.knobs.failNext = ['500', '502']
      for (let call = 0; call < 3; call++) await show(salon, `date=2026-10-${day}`)
    }
    expect(asked).toHaveLength(18)
    await env.DB.prepare('update staff set yclients_staff_id = 404404').run()
    const query = `date=${DAY}&staff_id=${salon.staffId}`
    for (let call = 0; call < 5; call++) expect(await show(salon, query)).toMatchObject({ degraded: true })
    expect(asked).toHaveLength(23)
  })

  test('what was seen less than a minute ago is shown again, of the same day, services and master only', async () => {
    const salon = await open()
    const { world, asked, staffId } = salon
    await show(salon)
    bookThere(world, '12:00')
    down(world)
    world.clock.now += MINUTE_MS - 1
    expect(times(await show(salon))).toEqual(from9to20)
    expect(asked).toHaveLength(1)
    expect(await show(salon, 'date=2026-09-17')).toMatchObject({ degraded: true })
    expect(await show(salon, `date=${DAY}&staff_id=${staffId}`)).toMatchObject({ degraded: true })
    expect(asked).toHaveLength(3)
    up(world)
    world.clock.now += 1
    expect(times(await show(salon))).toEqual(from9to20.filter((time) => time !== '12:00'))
    expect(asked).toHaveLength(4)
  })

  test('the memory does not grow without end', async () => {
    const { cache } = (await open()).world.ctx.yclientsReading
    for (let entry = 0; entry < 2000; entry++) cache.put(String(entry), entry, Number.MAX_SAFE_INTEGER)
    const kept = Array.from({ length: 2000 }, (_, entry) => cache.get(String(entry), 0)).filter(Boolean)
    expect(kept).toHaveLength(500)
    expect(kept.at(-1)).toMatchObject({ value: 1999 })
  })
})

describe('the days of a month of a service that is booked in YClients', () => {
  const RANGE = 'date_from=2026-09-14&date_to=2026-09-20'
  const free = ({ days }: Shown) => days.filter(({ available }) => available).map(({ date }) => date.slice(8))

  test('are those that YClients offers, as far as booking is open', async () => {
    const salon = await open()
    const { world, asked } = salon
    world.sim.state.staff.get(MARIA)?.days.set('2026-09-18', [])
    await env.DB.prepare('update services set horizon_days = 4').run()
    const shown = await show(salon, RANGE)
    expect(shown).toMatchObject({ source: 'yclients', degraded: false })
    expect(shown.days).toHaveLength(7)
    expect(free(shown)).toEqual(['15', '16', '17', '19'])
    await show(salon, RANGE)
    expect(asked).toEqual([`book_dates/235564 ${MASSAGE}`])
  })

  test('are our own when it does not answer', async () => {
    const salon = await open()
    await env.DB.prepare('update staff_schedules set active = 0 where day_of_week = 5').run()
    down(salon.world)
    const shown = await show(salon, RANGE)
    expect(shown).toMatchObject({ source: 'local', degraded: true })
    expect(free(shown)).toEqual(['16', '17', '18', '20'])
  })
})
