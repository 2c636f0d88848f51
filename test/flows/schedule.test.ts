import { env } from 'cloudflare:workers'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { daysOf, weeklyHours } from '../../src/catalog/catalog.statements.ts'
import { readHours, writeHours } from '../../src/catalog/wall-hours.ts'
import { createContext } from '../../src/context.ts'
import { inList } from '../../src/platform/db.ts'
import { row, rows } from '../support/salon.ts'
import { MANAGER, startWorld, type World } from '../support/world.ts'

const addMaster = async (name = 'Мария') =>
  (await row<{ id: number }>('insert into staff (name) values (?) returning id', name)).id

interface Interval {
  readonly id: number
}

const base = (staffId: number) => `/api/v1/admin/staff/${staffId}/schedule`
const workday = { day_of_week: 0, start_time: '09:00', end_time: '21:00' }

const add = (world: World, staffId: number, body: object) => world.call('POST', base(staffId), { as: MANAGER, body })
async function added(world: World, staffId: number, body: object = workday): Promise<number> {
  const answer = await add(world, staffId, body)
  expect(answer.status).toBe(201)
  return (await answer.json<Interval>()).id
}
const list = async (world: World, staffId: number) =>
  await (await world.call('GET', base(staffId), { as: MANAGER })).json<Interval[]>()

const audited = async () =>
  (await rows<{ action: string; details: string }>('select * from audit_log order by id')).map(
    ({ action, details }) => ({ action, ...JSON.parse(details) }),
  )

describe('the weekly hours of a master', () => {
  test('are written as people write them, and come back so', async () => {
    const world = startWorld()
    const maria = await addMaster()
    const body = { ...workday, break_start: '13:00', break_end: '14:00', is_active: true }
    const answer = await add(world, maria, body)
    const hours = await answer.json<Interval>()
    expect([answer.status, hours]).toEqual([201, { id: hours.id, staff_id: maria, ...body }])
    const sunday = await added(world, maria, { ...workday, day_of_week: 6 })
    expect(await list(world, maria)).toMatchObject([
      { id: hours.id },
      { id: sunday, day_of_week: 6, break_start: null },
    ])
    expect(await list(world, await addMaster('Ольга'))).toEqual([])
  })

  test('may go on past midnight, with the break on either side of it', async () => {
    const world = startWorld()
    const maria = await addMaster()
    const night = { day_of_week: 4, start_time: '22:00', end_time: '06:00', break_start: '01:30', break_end: '02:00' }
    await added(world, maria, night)
    await added(world, maria, { day_of_week: 1, start_time: '15:00', end_time: '00:00' })
    expect(await list(world, maria)).toMatchObject([{ end_time: '00:00' }, night])
    expect(await weeklyHours(createContext(env).db, inList([maria]))).toMatchObject([
      { startMinute: 900, endMinute: 1440 },
      { startMinute: 1320, endMinute: 1800, breakStartMinute: 1530, breakEndMinute: 1560 },
    ])
  })

  const clock = fc.integer({ min: 0, max: 1439 }).map((minute) => {
    const pad = (value: number) => String(value).padStart(2, '0')
    return `${pad(Math.floor(minute / 60))}:${pad(minute % 60)}`
  })

  test('read and written again are the same, and always within what the database takes', () => {
    fc.assert(
      fc.property(clock, clock, fc.option(fc.tuple(clock, clock)), (startTime, endTime, pause) => {
        const [breakStart, breakEnd] = pause ?? [null, null]
        const written = { dayOfWeek: 0, startTime, endTime, breakStart, breakEnd, active: true }
        const hours = readHours(written)
        if (!hours) {
          expect(pause).not.toBeNull()
          return
        }
        expect(writeHours(hours)).toEqual(written)
        const { startMinute, endMinute, breakStartMinute, breakEndMinute } = hours
        expect(startMinute).toBeLessThan(endMinute)
        expect(endMinute - startMinute).toBeLessThanOrEqual(1440)
        if (breakStartMinute !== null && breakEndMinute !== null) {
          expect(startMinute).toBeLessThanOrEqual(breakStartMinute)
          expect(breakStartMinute).toBeLessThan(breakEndMinute)
          expect(breakEndMinute).toBeLessThanOrEqual(endMinute)
        }
      }),
    )
  })

  test.each([
    ['the same hours', 0, '09:00', '21:00', 409],
    ['hours that end inside', 0, '08:00', '09:01', 409],
    ['hours around', 0, '08:00', '22:00', 409],
    ['a night that goes on into them', 6, '23:00', '10:00', 409],
    ['hours that end where they begin', 0, '08:00', '09:00', 201],
    ['hours that begin where they end', 0, '21:00', '23:00', 201],
    ['the same hours of another day', 1, '09:00', '21:00', 201],
    ['a night that ends where they begin', 6, '23:00', '09:00', 201],
  ])('next to Monday from nine to nine, %s are %3$s', async (_, day_of_week, start_time, end_time, status) => {
    const world = startWorld()
    const maria = await addMaster()
    await added(world, maria)
    const answer = await add(world, maria, { day_of_week, start_time, end_time })
    expect(answer.status).toBe(status)
    if (status === 409) expect(await answer.json()).toMatchObject({ code: 'schedule_overlap' })
    expect(await list(world, maria)).toHaveLength(status === 409 ? 1 : 2)
    expect(await audited()).toHaveLength(status === 409 ? 1 : 2)
    // Another master has his own week.
    await added(world, await addMaster('Ольга'), { day_of_week, start_time, end_time })
  })

  test('added by two at once are added once', async () => {
    const world = startWorld()
    const maria = await addMaster()
    const answers = await Promise.all(Array.from({ length: 8 }, () => add(world, maria, workday)))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(409)])
    expect(await list(world, maria)).toHaveLength(1)
  })

  test('that are switched off stand in nobody’s way, and cannot be switched on over others', async () => {
    const world = startWorld()
    const maria = await addMaster()
    const off = await added(world, maria, { ...workday, is_active: false })
    await added(world, maria)
    expect(await weeklyHours(createContext(env).db, inList([maria]))).toHaveLength(1)
    const answer = await world.call('PATCH', `${base(maria)}/${off}`, { as: MANAGER, body: { is_active: true } })
    expect([answer.status, await answer.json()]).toMatchObject([409, { code: 'schedule_overlap' }])
    expect(await list(world, maria)).toMatchObject([{ id: off, is_active: false }, { is_active: true }])
  })

  test('are changed in what is given only', async () => {
    const world = startWorld()
    const maria = await addMaster()
    const id = await added(world, maria, { ...workday, break_start: '13:00', break_end: '14:00' })
    const patch = async (body: object) =>
      await (await world.call('PATCH', `${base(maria)}/${id}`, { as: MANAGER, body })).json()
    expect(await patch({ end_time: '02:00' })).toMatchObject({
      start_time: '09:00',
      end_time: '02:00',
      break_end: '14:00',
    })
    expect(await patch({ break_start: null, break_end: null })).toMatchObject({ end_time: '02:00', break_start: null })
    expect(await patch({ day_of_week: 3 })).toMatchObject({ day_of_week: 3, start_time: '09:00' })
    expect((await audited()).slice(1)).toEqual([
      { action: 'schedule.change', before: { end_minute: 1260 }, after: { end_minute: 1560 } },
      {
        action: 'schedule.change',
        before: { break_start_minute: 780, break_end_minute: 840 },
        after: { break_start_minute: null, break_end_minute: null },
      },
      { action: 'schedule.change', before: { day_of_week: 0 }, after: { day_of_week: 3 } },
    ])
  })

  test.each([
    [{ break_start: '13:00' }, 'break_outside_hours'],
    [{ break_start: '20:30', break_end: '21:30' }, 'break_outside_hours'],
    [{ break_start: '08:00', break_end: '10:00' }, 'break_outside_hours'],
    [{ break_start: '13:00', break_end: '13:00' }, 'break_outside_hours'],
    [{ day_of_week: 7 }, 'validation_failed'],
    [{ start_time: '9:00' }, 'validation_failed'],
    [{ end_time: '24:00' }, 'validation_failed'],
    [{ colour: 'red' }, 'validation_failed'],
  ])('with %j are refused', async (wrong, code) => {
    const world = startWorld()
    const maria = await addMaster()
    const id = await added(world, maria, { ...workday, is_active: false })
    for (const answer of [
      await add(world, maria, { ...workday, ...wrong }),
      await world.call('PATCH', `${base(maria)}/${id}`, { as: MANAGER, body: wrong }),
    ]) {
      expect([answer.status, await answer.json()]).toMatchObject([422, { code }])
    }
    expect(await list(world, maria)).toHaveLength(1)
  })

  test('are taken out of the week, and the audit log keeps what they were', async () => {
    const world = startWorld()
    const [maria, olga] = [await addMaster(), await addMaster('Ольга')]
    const id = await added(world, maria)
    const remove = (staffId: number) => world.call('DELETE', `${base(staffId)}/${id}`, { as: MANAGER })
    // It is not Olga's.
    expect((await remove(olga)).status).toBe(404)
    expect((await remove(maria)).status).toBe(204)
    expect((await remove(maria)).status).toBe(404)
    expect(await list(world, maria)).toEqual([])
    expect((await audited()).slice(1)).toEqual([
      {
        action: 'schedule.remove',
        before: {
          staff_id: maria,
          day_of_week: 0,
          start_minute: 540,
          end_minute: 1260,
          break_start_minute: null,
          break_end_minute: null,
          active: true,
        },
      },
    ])
  })

  test('of nobody are not found', async () => {
    const world = startWorld()
    for (const answer of [
      await add(world, 999, workday),
      await world.call('GET', base(999), { as: MANAGER }),
      await world.call('GET', `${base(999)}/days?from=2026-09-16&to=2026-09-16`, { as: MANAGER }),
      await world.call('PUT', `${base(999)}/days/2026-09-16`, { as: MANAGER, body: { intervals: [] } }),
    ]) {
      expect([answer.status, await answer.json()]).toMatchObject([404, { code: 'staff_not_found' }])
    }
  })
})

describe('a single day of a master', () => {
  const days = async (world: World, staffId: number, from = '2026-09-01', to = '2026-09-30') =>
    await (await world.call('GET', `${base(staffId)}/days?from=${from}&to=${to}`, { as: MANAGER })).json()
  const put = (world: World, staffId: number, day: string, body: object) =>
    world.call('PUT', `${base(staffId)}/days/${day}`, { as: MANAGER, body })
  const clear = (world: World, staffId: number, day: string) =>
    world.call('DELETE', `${base(staffId)}/days/${day}`, { as: MANAGER })
  const fromYclients = (staffId: number, day: string) =>
    env.DB.prepare("insert into schedule_days values (?, ?, 'yclients', ?, '', 0)")
      .bind(staffId, day, '[{"fromMinute":600,"toMinute":660}]')
      .run()

  test('is a day off, or has other hours, until it is cleared; what YClients says waits behind it', async () => {
    const world = startWorld()
    const { db } = createContext(env)
    const maria = await addMaster()
    await fromYclients(maria, '2026-09-16')
    await fromYclients(maria, '2026-09-17')
    const holiday = await put(world, maria, '2026-09-16', { intervals: [], reason: 'Отпуск' })
    expect(await holiday.json()).toEqual({ date: '2026-09-16', source: 'manual', intervals: [], reason: 'Отпуск' })
    const hours = [
      { start_time: '22:00', end_time: '02:00' },
      { start_time: '09:00', end_time: '12:00' },
    ]
    await put(world, maria, '2026-09-18', { intervals: hours })
    expect(await days(world, maria)).toEqual([
      { date: '2026-09-16', source: 'manual', intervals: [], reason: 'Отпуск' },
      { date: '2026-09-16', source: 'yclients', intervals: [{ start_time: '10:00', end_time: '11:00' }], reason: '' },
      { date: '2026-09-17', source: 'yclients', intervals: [{ start_time: '10:00', end_time: '11:00' }], reason: '' },
      { date: '2026-09-18', source: 'manual', intervals: [...hours].reverse(), reason: '' },
    ])
    const counting = async () =>
      (await daysOf(db, inList([maria]), '2026-09-16', '2026-09-18')).map(({ day, intervals }) => [
        day,
        JSON.parse(intervals),
      ])
    const imported = [{ fromMinute: 600, toMinute: 660 }]
    const night = [
      { fromMinute: 540, toMinute: 720 },
      { fromMinute: 1320, toMinute: 1560 },
    ]
    expect(await counting()).toEqual([
      ['2026-09-16', []],
      ['2026-09-17', imported],
      ['2026-09-18', night],
    ])
    expect((await clear(world, maria, '2026-09-16')).status).toBe(204)
    expect(await counting()).toEqual([
      ['2026-09-16', imported],
      ['2026-09-17', imported],
      ['2026-09-18', night],
    ])
    // Only what was set by hand can be cleared by hand.
    expect((await clear(world, maria, '2026-09-16')).status).toBe(404)
  })

  test('is audited with what it was before, but without the reason', async () => {
    const world = startWorld()
    const maria = await addMaster()
    const intervals = [{ start_time: '09:00', end_time: '12:00' }]
    await put(world, maria, '2026-09-16', { intervals, reason: 'Болеет' })
    await put(world, maria, '2026-09-16', { intervals, reason: 'Болеет' })
    await put(world, maria, '2026-09-16', { intervals: [] })
    await clear(world, maria, '2026-09-16')
    const stored = '[{"fromMinute":540,"toMinute":720}]'
    const log = await audited()
    expect(log).toEqual([
      { action: 'schedule.day_set', after: { day: '2026-09-16', intervals: stored, reason_changed: true } },
      {
        action: 'schedule.day_set',
        before: { day: '2026-09-16', intervals: stored },
        after: { day: '2026-09-16', intervals: '[]', reason_changed: true },
      },
      { action: 'schedule.day_cleared', before: { day: '2026-09-16', intervals: '[]' } },
    ])
    expect(JSON.stringify(log)).not.toContain('Боле')
  })

  test('set by several at once is as one of them said, and the audit log tells each step truly', async () => {
    const world = startWorld()
    const maria = await addMaster()
    await Promise.all(
      ['09:00', '10:00', '11:00', '12:00'].map((start_time) =>
        put(world, maria, '2026-09-16', { intervals: [{ start_time, end_time: '20:00' }] }),
      ),
    )
    const log = await audited()
    expect(log).toHaveLength(4)
    expect(log.slice(1).map(({ before }) => before.intervals)).toEqual(
      log.slice(0, -1).map(({ after }) => after.intervals),
    )
    expect(await row('select intervals from schedule_days')).toEqual({ intervals: log.at(-1).after.intervals })
  })

  test.each([
    [
      '2026-09-16',
      {
        intervals: [
          { start_time: '09:00', end_time: '12:00' },
          { start_time: '11:59', end_time: '13:00' },
        ],
      },
      409,
    ],
    ['2026-02-30', { intervals: [] }, 422],
    ['16.09.2026', { intervals: [] }, 422],
    ['2026-09-16', { intervals: [{ start_time: '09:00' }] }, 422],
    ['2026-09-16', {}, 422],
    ['2026-09-16', { intervals: [], reason: 'о'.repeat(101) }, 422],
  ])('%s is not set to %j', async (day, body, status) => {
    const world = startWorld()
    expect((await put(world, await addMaster(), day, body)).status).toBe(status)
    expect(await rows('select * from schedule_days')).toEqual([])
  })

  test('is listed for a quarter of a year at most', async () => {
    const world = startWorld()
    const maria = await addMaster()
    const ask = async (from: string, to: string) =>
      (await world.call('GET', `${base(maria)}/days?from=${from}&to=${to}`, { as: MANAGER })).status
    expect(await ask('2026-09-01', '2026-12-01')).toBe(200)
    expect(await ask('2026-09-01', '2026-12-02')).toBe(422)
    expect(await ask('2026-09-02', '2026-09-01')).toBe(422)
  })
})
