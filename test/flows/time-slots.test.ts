import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { openDb } from '../../src/platform/db.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/platform/time.ts'
import { countD1 } from '../support/count-d1.ts'
import { addUser } from '../support/salon.ts'
import { addHours, addManyVisits, addTimedMaster, addTimedService, addVisit } from '../support/time-line.ts'
import { CLIENT, startWorld, type World } from '../support/world.ts'

/** A Wednesday; now it is Tuesday noon. */
const DAY = '2026-09-16'
const at = (time: string, day = DAY) => Date.parse(`${day}T${time}:00+03:00`)

interface Shown {
  readonly date: string
  readonly service_id: number
  readonly staff_id: number | null
  readonly source: string
  readonly degraded: boolean
  readonly slots: readonly {
    readonly time: string
    readonly starts_at: string
    readonly available: boolean
    readonly duration: number
    readonly staff_id: number | null
    readonly reason: string | null
    readonly reason_code: string | null
  }[]
  readonly days: readonly { readonly date: string; readonly available: boolean }[]
}

let client = 0
beforeEach(async () => {
  client = await addUser()
})

const ask = (world: World, serviceId: number, query: string, headers: Record<string, string> = {}) =>
  world.call('GET', `/api/v1/booking/time-slots/${serviceId}?${query}`, { as: CLIENT(client), headers })

async function show(world: World, serviceId: number, query = `date=${DAY}`): Promise<Shown> {
  const answer = await ask(world, serviceId, query)
  expect(answer.status).toBe(200)
  return await answer.json()
}

/** "09:00" free, "(09:00)" not. */
const times = ({ slots }: Shown) => slots.map(({ time, available }) => (available ? time : `(${time})`))
const whoAt = ({ slots }: Shown, wanted: string) => slots.find(({ time }) => time === wanted)?.staff_id
const codeOf = async (answer: Response) => ({ status: answer.status, ...(await answer.json<{ code: string }>()) })

describe('the times of a day, by our own plan', () => {
  test('are shown as in the description: free and taken ones, with what to book and who would do it', async () => {
    const world = startWorld()
    const serviceId = await addTimedService({ slot_step_minutes: 60 })
    const staffId = await addTimedMaster([serviceId], { hours: [540, 720] })
    await addVisit({ staffId, startsAt: at('10:30') })
    const free = { available: true, duration: 60, staff_id: staffId, reason: null, reason_code: null }
    const taken = { ...free, available: false, reason: 'Уже забронировано', reason_code: 'slot_taken' }
    expect(await show(world, serviceId, `staff_id=${staffId}&date=${DAY}`)).toEqual({
      date: DAY,
      service_id: serviceId,
      staff_id: staffId,
      source: 'local',
      degraded: false,
      slots: [
        { time: '09:00', starts_at: '2026-09-16T09:00:00+03:00', ...free },
        { time: '10:00', starts_at: '2026-09-16T10:00:00+03:00', ...taken },
        { time: '11:00', starts_at: '2026-09-16T11:00:00+03:00', ...taken },
      ],
    })
    const english = await ask(world, serviceId, `date=${DAY}`, { 'accept-language': 'en' })
    expect((await english.json<Shown>()).slots[1]?.reason).toBe('Taken')
  })

  test('are kept by visits of both systems and by holds until they expire, not by cancelled and missed ones', async () => {
    const world = startWorld()
    const serviceId = await addTimedService({ slot_step_minutes: 60 })
    const staffId = await addTimedMaster([serviceId], { hours: [540, 1020] })
    const expires = world.clock.now + 10 * MINUTE_MS
    await addVisit({ staffId, startsAt: at('09:00'), status: 'pending' })
    await addVisit({ staffId, startsAt: at('10:00'), status: 'confirmed', source: 'yclients' })
    await addVisit({ staffId, startsAt: at('11:00'), holdExpiresAt: expires })
    await addVisit({ staffId, startsAt: at('12:00'), status: 'cancelled' })
    await addVisit({ staffId, startsAt: at('13:00'), status: 'no_show' })
    await addVisit({ staffId, startsAt: at('14:00'), status: 'completed' })
    await addVisit({ staffId, startsAt: at('15:00'), minutes: 30, buffers: [0, 30] })
    const after = ['12:00', '13:00', '(14:00)', '(15:00)', '16:00']
    expect(times(await show(world, serviceId))).toEqual(['(09:00)', '(10:00)', '(11:00)', ...after])
    world.clock.now = expires - 1
    expect(times(await show(world, serviceId))).toContain('(11:00)')
    world.clock.now = expires
    expect(times(await show(world, serviceId))).toEqual(['(09:00)', '(10:00)', '11:00', ...after])
  })

  test('keep as far from visits as the buffers of these say', async () => {
    const serviceId = await addTimedService({ slot_step_minutes: 60 })
    const staffId = await addTimedMaster([serviceId], { hours: [540, 960] })
    await addVisit({ staffId, startsAt: at('12:00'), buffers: [15, 0] })
    expect(times(await show(startWorld(), serviceId)).slice(1, 5)).toEqual(['10:00', '(11:00)', '(12:00)', '13:00'])
    await env.DB.exec('update bookings set buffer_before_minutes = 0, buffer_after_minutes = 15')
    expect(times(await show(startWorld(), serviceId)).slice(1, 5)).toEqual(['10:00', '11:00', '(12:00)', '(13:00)'])
  })

  test('know of a visit that began the evening before and of one that begins after midnight', async () => {
    const world = startWorld()
    const serviceId = await addTimedService({ slot_step_minutes: 60, duration_minutes: 120 })
    const staffId = await addTimedMaster([serviceId], { hours: [0, 1440] })
    await addVisit({ staffId, startsAt: at('22:00', '2026-09-15'), minutes: 180 })
    await addVisit({ staffId, startsAt: at('00:00', '2026-09-17') })
    const shown = times(await show(world, serviceId))
    expect(shown).toHaveLength(24)
    expect(shown.slice(0, 2)).toEqual(['(00:00)', '01:00'])
    expect(shown.slice(-2)).toEqual(['22:00', '(23:00)'])
  })

  test('go to whoever has the least to do that day, to the lower number if both have the same', async () => {
    const world = startWorld()
    const serviceId = await addTimedService({ slot_step_minutes: 60 })
    const anna = await addTimedMaster([serviceId], { hours: [540, 840] })
    const boris = await addTimedMaster([serviceId], { hours: [540, 900] })
    expect(whoAt(await show(world, serviceId), '09:00')).toBe(anna)
    await addVisit({ staffId: anna, startsAt: at('10:00') })
    // Begins on another day, so it is no load of this one.
    await addVisit({ staffId: boris, startsAt: at('23:00', '2026-09-15'), minutes: 300 })
    const shown = await show(world, serviceId)
    expect(whoAt(shown, '09:00')).toBe(boris)
    await addVisit({ staffId: boris, startsAt: at('10:00'), minutes: 120 })
    const later = await show(world, serviceId)
    expect(times(later)).toEqual(['09:00', '(10:00)', '11:00', '12:00', '13:00', '14:00'])
    expect([whoAt(later, '09:00'), whoAt(later, '10:00'), whoAt(later, '14:00')]).toEqual([anna, null, boris])
  })

  test('are fewer with additional services: whoever does all of them, as long as all take, with the widest buffer', async () => {
    const world = startWorld()
    const main = await addTimedService({ slot_step_minutes: 60 })
    const scrub = await addTimedService({ duration_minutes: 30, buffer_after_minutes: 30 })
    const wrap = await addTimedService({ duration_minutes: 30, buffer_before_minutes: 15 })
    await addTimedMaster([main], { hours: [540, 1260] })
    const able = await addTimedMaster([main, scrub, wrap], { hours: [540, 1020] })
    await env.DB.prepare('update staff_services set duration_minutes = 45 where staff_id = ? and service_id = ?')
      .bind(able, wrap)
      .run()
    await addVisit({ staffId: able, startsAt: at('11:30'), minutes: 80 })
    const shown = await show(world, main, `date=${DAY}&additional_services=${scrub},${wrap}`)
    expect(shown.slots.map(({ duration }) => duration)).toEqual(Array(6).fill(135))
    // 09:00–11:15 and half an hour; a quarter and then 13:00–15:15.
    expect(times(shown)).toEqual(['(09:00)', '(10:00)', '(11:00)', '(12:00)', '(13:00)', '14:00'])
    const alone = await ask(world, main, `date=${DAY}&staff_id=${able - 1}&additional_services=${scrub}`)
    expect(await codeOf(alone)).toMatchObject({ status: 422, code: 'staff_does_not_do_service' })
  })

  test('follow a day that was set by hand before what YClients says of it, and that before the week', async () => {
    const world = startWorld()
    const serviceId = await addTimedService({ slot_step_minutes: 60 })
    const staffId = await addTimedMaster([serviceId])
    const set = (source: string, intervals: string) =>
      env.DB.prepare(
        "insert into schedule_days (staff_id, day, source, intervals, updated_at) values (?, '2026-09-16', ?, ?, 0)",
      )
        .bind(staffId, source, intervals)
        .run()
    expect(times(await show(world, serviceId))).toHaveLength(12)
    await set('yclients', '[{"fromMinute":600,"toMinute":720},{"fromMinute":780,"toMinute":840}]')
    expect(times(await show(world, serviceId))).toEqual(['10:00', '11:00', '13:00'])
    await set('manual', '[]')
    expect(times(await show(world, serviceId))).toEqual([])
    expect(times(await show(world, serviceId, 'date=2026-09-17'))).toHaveLength(12)
  })

  test('leave out masters, hours and services that are switched off', async () => {
    const world = startWorld()
    const serviceId = await addTimedService({ slot_step_minutes: 60 })
    const staffId = await addTimedMaster([serviceId], { hours: [540, 660] })
    await addHours(staffId, [2], [720, 780])
    expect(times(await show(world, serviceId))).toEqual(['09:00', '10:00', '12:00'])
    await env.DB.exec('update staff_schedules set active = 0 where start_minute = 720')
    expect(times(await show(world, serviceId))).toEqual(['09:00', '10:00'])
    await env.DB.exec('update staff set active = 0')
    expect(times(await show(world, serviceId))).toEqual([])
    const named = await ask(world, serviceId, `date=${DAY}&staff_id=${staffId}`)
    expect(await codeOf(named)).toMatchObject({ status: 404, code: 'staff_not_found' })
    await env.DB.exec('update services set active = 0')
    expect(await codeOf(await ask(world, serviceId, `date=${DAY}`))).toMatchObject({ code: 'service_not_found' })
  })

  test('of today are too soon before the notice is over, and of the past as well', async () => {
    const world = startWorld()
    const serviceId = await addTimedService({ slot_step_minutes: 60, min_notice_minutes: 120, horizon_days: 1 })
    await addTimedMaster([serviceId], { hours: [660, 960] })
    const { slots } = await show(world, serviceId, 'date=2026-09-15')
    expect(slots.map(({ reason_code }) => reason_code)).toEqual(['too_soon', 'too_soon', 'too_soon', null, null])
    const later = await show(world, serviceId, 'date=2026-09-17')
    expect(new Set(later.slots.map(({ reason }) => reason))).toEqual(new Set(['Запись ещё не открыта']))
  })

  test.each([
    '',
    'date=',
    'date=16.09.2026',
    'date=2026-02-30',
    `date=${DAY}T10:00`,
    'date_from=2026-09-16',
    'date_to=2026-09-16',
    'date_from=2026-09-17&date_to=2026-09-16',
    'date_from=2026-09-01&date_to=2026-10-02',
    'date_from=2026-09-01&date_to=2099-10-02',
    `date=${DAY}&date_from=${DAY}&date_to=${DAY}`,
    `date=${DAY}&staff_id=0`,
    `date=${DAY}&additional_services=x`,
    `date=${DAY}&additional_services=1;2`,
    `date=${DAY}&additional_services=${Array.from({ length: 11 }, (_, n) => n + 1).join(',')}`,
  ])('"%s" is not a question', async (query) => {
    const answer = await ask(startWorld(), await addTimedService(), query)
    expect(await codeOf(answer)).toMatchObject({ status: 422, code: 'validation_failed' })
  })

  test('fit into what gets through to Russia even for a day without an end and a step of five minutes', async () => {
    const serviceId = await addTimedService({ slot_step_minutes: 5 })
    const staffId = await addTimedMaster([serviceId], { hours: [0, 1440] })
    for (let hour = 0; hour < 24; hour += 2) await addVisit({ staffId, startsAt: at('00:10') + hour * HOUR_MS })
    const answer = await ask(startWorld(), serviceId, `date=${DAY}`)
    const body = await answer.text()
    expect(JSON.parse(body).slots).toHaveLength(288)
    const zipped = new Response(new Response(body).body?.pipeThrough(new CompressionStream('gzip')))
    expect((await zipped.arrayBuffer()).byteLength).toBeLessThan(12 * 1024)
  })

  test('take two round trips, and rows that do not grow with the visits of other days and other masters', async () => {
    const counted = countD1(env.DB)
    const world = startWorld({ db: openDb(counted.db) })
    const serviceId = await addTimedService()
    const staffId = await addTimedMaster([serviceId])
    const other = await addTimedMaster([serviceId])
    await addVisit({ staffId, startsAt: at('12:00') })
    const cost = async (query: string) => {
      counted.reset()
      await show(world, serviceId, query)
      return { ...counted.counts }
    }
    const queries = [`date=${DAY}&staff_id=${staffId}`, `date_from=${DAY}&date_to=2026-10-15&staff_id=${staffId}`]
    const before = [await cost(queries[0] ?? ''), await cost(queries[1] ?? '')]
    expect(before.map(({ roundTrips }) => roundTrips)).toEqual([2, 2])
    await addManyVisits(staffId, at('00:00') - 500 * DAY_MS, 3000)
    await addManyVisits(staffId, at('00:00') + 60 * DAY_MS, 3000)
    await addManyVisits(other, at('00:00') - 60 * DAY_MS, 3000)
    const after = [await cost(queries[0] ?? ''), await cost(queries[1] ?? '')]
    for (const [index, { rowsRead }] of before.entries()) {
      expect(after[index]?.rowsRead).toBeLessThanOrEqual(rowsRead + 5)
    }
  })
})

describe('the days of a month', () => {
  test('that have a free time are told for the calendar', async () => {
    const world = startWorld()
    const serviceId = await addTimedService({ duration_minutes: 120, horizon_days: 5 })
    const staffId = await addTimedMaster([serviceId], { hours: [540, 720] })
    await env.DB.exec('update staff_schedules set active = 0 where day_of_week = 4')
    await addVisit({ staffId, startsAt: at('10:00', '2026-09-17') })
    const shown = await show(world, serviceId, 'date_from=2026-09-14&date_to=2026-09-22')
    expect(shown.days.filter(({ available }) => available).map(({ date }) => date)).toEqual([
      '2026-09-16',
      '2026-09-19',
      '2026-09-20',
    ])
    expect(shown.days).toHaveLength(9)
    expect(shown).toMatchObject({ service_id: serviceId, staff_id: null, source: 'local', degraded: false })
  })

  test('are those that have a free time when asked for one by one', async () => {
    const world = startWorld()
    const serviceId = await addTimedService({ slot_step_minutes: 50, horizon_days: 20 })
    const staffIds = [
      await addTimedMaster([serviceId], { hours: [1200, 1700] }),
      await addTimedMaster([serviceId], { hours: [0, 1440], pause: [600, 1300] }),
    ]
    for (let visit = 0; visit < 60; visit++) {
      const startsAt = at('00:00') + ((visit * 7919) % (20 * 24)) * HOUR_MS
      await addVisit({ staffId: staffIds[visit % 2] ?? 0, startsAt, minutes: 60 + ((visit * 31) % 1300) })
    }
    const { days } = await show(world, serviceId, 'date_from=2026-09-12&date_to=2026-10-12')
    expect(days).toHaveLength(31)
    for (const { date, available } of days) {
      const day = await show(world, serviceId, `date=${date}`)
      expect({ date, available: day.slots.some((slot) => slot.available) }).toEqual({ date, available })
    }
  })
})
