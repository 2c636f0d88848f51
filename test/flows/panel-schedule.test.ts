import { env } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import { setWeek } from '../../src/catalog/set-week.ts'
import { lastAudit, startOffice, statuses } from '../support/office.ts'
import { book, openOwnSalon } from '../support/own-salon.ts'
import { type Browser, gzipped, hidden, readable, signIn } from '../support/panel.ts'
import { addUser, row, rows } from '../support/salon.ts'
import { DESK, MANAGER } from '../support/world.ts'

const DAY = { from: '09:00', to: '21:00', breakFrom: '', breakTo: '' }
const BY = { actor: 'admin:1', role: 'manager', requestId: null } as const

/** The fields of a week's form; `lines` by the names of their lines. */
const weekForm = (lines: Record<string, Partial<typeof DAY>>) =>
  Object.fromEntries(
    Object.entries(lines).flatMap(([name, line]) =>
      Object.entries({ from: '', to: '', breakFrom: '', breakTo: '', ...line }).map(([part, value]) => [
        `${name}-${part}`,
        value,
      ]),
    ),
  )
const WHOLE_WEEK = Object.fromEntries([0, 1, 2, 3, 4, 5, 6].map((day) => [`${day}-0`, DAY]))

const weekOf = async (staffId: number) =>
  (
    await rows<{ day: number; said: string }>(
      `select day_of_week as day, start_minute || '-' || end_minute || coalesce('/' || break_start_minute || '-' || break_end_minute, '')
        || iif(active, '', ' off') as said from staff_schedules where staff_id = ? order by day_of_week, start_minute`,
      staffId,
    )
  ).map(({ day, said }) => `${day} ${said}`)

async function salon() {
  const world = startOffice()
  const { serviceId, staffIds } = await openOwnSalon()
  const staffId = staffIds[0] ?? 0
  const path = `/admin/staff/${staffId}/schedule`
  const browser = await signIn(world, 'manager')
  const read = async (query = '') => await (await browser.open(`${path}${query}`)).text()
  const save = async (lines: Record<string, Partial<typeof DAY>>, more: Record<string, string> = {}) =>
    await browser.send(path, { ...weekForm(lines), seen: hidden(await read(), 'seen'), action: 'week', ...more })
  return { world, serviceId, staffId, path, browser, read, save }
}

describe('the week of a master', () => {
  test('is shown as a form with a line more than there are hours, and drawn', async () => {
    const { read } = await salon()
    const page = await read()
    expect(
      [...page.matchAll(/<input type="time" name="0-\d-from" value="([^"]*)"/g)].map(([, value]) => value),
    ).toEqual(['09:00', ''])
    expect([...page.matchAll(/<g class="work">/g)].length).toBe(7)
    expect(page).toMatch(/aria-label="Вторник, 1: начало перерыва"/)
  })

  test('is saved at once: hours, breaks, nights, and days without work', async () => {
    const { staffId, path, read, save } = await salon()
    const kept = await row<{ id: number }>(
      'select id from staff_schedules where staff_id = ? and day_of_week = 2',
      staffId,
    )
    const done = await save({
      '0-0': { ...DAY, breakFrom: '13:00', breakTo: '14:00' },
      '0-1': { from: '22:00', to: '02:00' },
      '1-0': {},
      '2-0': DAY,
      '6-0': { from: '10:00', to: '00:00' },
    })
    expect([done.status, done.headers.get('location')]).toEqual([303, `${path}?done=week`])
    expect(await weekOf(staffId)).toEqual(['0 540-1260/780-840', '0 1320-1560', '2 540-1260', '6 600-1440'])
    expect(readable(await read('?done=week'))).toContain('Неделя сохранена')
    // What has not changed stays the row it was.
    expect(await row('select id from staff_schedules where staff_id = ? and day_of_week = 2', staffId)).toEqual(kept)
    expect(await lastAudit()).toMatchObject({
      action: 'schedule.week_set',
      role: 'manager',
      after: { week: '0 09:00-21:00 (13:00-14:00), 0 22:00-02:00, 2 09:00-21:00, 6 10:00-00:00' },
    })
  })

  test('saved as it is changes nothing and tells nothing', async () => {
    const { staffId, save } = await salon()
    expect((await save(WHOLE_WEEK)).status).toBe(303)
    expect((await weekOf(staffId)).length).toBe(7)
    expect(await rows("select id from audit_log where action like 'schedule%'")).toEqual([])
  })

  test('leaves alone what is switched off', async () => {
    const { staffId, read, save } = await salon()
    await env.DB.prepare('update staff_schedules set active = 0 where staff_id = ? and day_of_week = 0')
      .bind(staffId)
      .run()
    expect(readable(await read())).toContain('Выключенные интервалы (1)')
    await save({ '0-0': DAY })
    expect(await weekOf(staffId)).toEqual(['0 540-1260 off', '0 540-1260'])
  })

  test.each([
    [
      'a break outside of the hours',
      { '3-0': { ...DAY, breakFrom: '08:00', breakTo: '10:00' } },
      ['3-0'],
      'Перерыв должен быть внутри',
    ],
    ['half a break', { '3-0': { ...DAY, breakFrom: '12:00' } }, ['3-0'], 'Нужны и начало, и конец'],
    ['no end', { '3-1': { from: '09:00' } }, ['3-1'], 'Нужны и начало, и конец'],
    ['no time', { '3-0': { ...DAY, to: '25:00' } }, ['3-0'], 'Нужны и начало, и конец'],
    ['two hours that overlap', { '3-0': DAY, '3-1': { from: '20:00', to: '22:00' } }, ['3-0', '3-1'], 'Пересекается'],
    [
      'a night that meets the next morning',
      { '6-0': { from: '20:00', to: '10:00' }, '0-0': DAY },
      ['0-0', '6-0'],
      'Пересекается',
    ],
  ])(
    'with %s is told beside the line, and what was typed stays',
    async (_, lines: Record<string, Partial<typeof DAY>>, wrong, said) => {
      const { staffId, save } = await salon()
      const answer = await save(lines)
      const page = await answer.text()
      expect(answer.status).toBe(422)
      expect(readable(page)).toContain(said)
      const marked = new Set([...page.matchAll(/aria-describedby="(\d-\d)-error"/g)].map(([, name]) => name))
      expect([...marked].sort()).toEqual(wrong)
      for (const line of Object.values(lines)) if (line.to) expect(page).toContain(`value="${line.to}"`)
      expect((await weekOf(staffId)).length).toBe(7)
    },
  )

  test('that somebody else has saved meanwhile is shown, and not overwritten', async () => {
    const { staffId, browser, path, read } = await salon()
    const seen = hidden(await read(), 'seen')
    await browser.send(path, { ...weekForm({ '0-0': DAY }), seen, action: 'week' })
    const late = await browser.send(path, { ...weekForm({ '5-0': DAY }), seen, action: 'week' })
    const page = await late.text()
    expect([late.status, readable(page)]).toEqual([412, expect.stringContaining('кто-то другой успел раньше')])
    expect(hidden(page, 'seen')).not.toBe(seen)
    expect(await weekOf(staffId)).toEqual(['0 540-1260'])
  })

  test('saved by two at the very same time is that of one of them', async () => {
    const { world, staffId, browser, path, read } = await salon()
    const seen = hidden(await read(), 'seen')
    const [first, second] = [{ '0-0': DAY }, { '1-0': DAY, '2-0': DAY }]
    const send = (lines: Record<string, typeof DAY>) => browser.send(path, { ...weekForm(lines), seen, action: 'week' })
    expect(statuses(await Promise.all([send(first), send(second)]))).toEqual([303, 412])
    expect([['0 540-1260'], ['1 540-1260', '2 540-1260']]).toContainEqual(await weekOf(staffId))
    // Whoever named no week is served after the other.
    const monday = { dayOfWeek: 0, startTime: '09:00', endTime: '10:00', breakStart: null, breakEnd: null }
    const both = [{ hours: [monday] }, { hours: [{ ...monday, dayOfWeek: 1 }] }]
    const done = await Promise.all(both.map((week) => setWeek(world.ctx, staffId, week, BY)))
    expect(done.map(({ ok }) => ok)).toEqual([true, true])
    expect((await weekOf(staffId)).length).toBe(1)
  })

  test('can be set by the API, which names the wrong intervals', async () => {
    const { world, staffId } = await salon()
    const put = (intervals: object[], as = MANAGER) =>
      world.call('PUT', `/api/v1/admin/staff/${staffId}/schedule`, { as, body: { intervals } })
    const hours = (day_of_week: number, start_time: string, end_time: string) => ({ day_of_week, start_time, end_time })
    const answer = await put([hours(0, '09:00', '12:00'), hours(0, '13:00', '20:00')])
    expect([answer.status, await answer.json()]).toMatchObject([
      200,
      [{ end_time: '12:00' }, { start_time: '13:00', is_active: true }],
    ])
    const wrong = await put([hours(1, '09:00', '12:00'), hours(0, '09:00', '12:00'), hours(0, '11:00', '20:00')])
    expect([wrong.status, await wrong.json()]).toMatchObject([
      409,
      { code: 'schedule_overlap', errors: [{ field: 'intervals.1' }, { field: 'intervals.2' }] },
    ])
    expect((await put([], DESK)).status).toBe(403)
    expect((await weekOf(staffId)).length).toBe(2)
  })
})

describe('visits outside of the hours', () => {
  test('are warned of before the week is saved, and do not stop it', async () => {
    const { world, serviceId, staffId, browser, path, read } = await salon()
    const wish = { service_id: serviceId, staff_id: staffId }
    const late = await book(world, await addUser({ name: 'Анна' }), {
      ...wish,
      appointment_datetime: '2026-09-18T19:30:00+03:00',
    })
    await book(world, await addUser(), { ...wish, appointment_datetime: '2026-09-18T10:00:00+03:00' })
    expect(readable(await read())).not.toContain('Визиты вне рабочего времени')
    const fields = weekForm({ '4-0': { from: '09:00', to: '20:00' } })
    const sent = { ...fields, seen: hidden(await read(), 'seen') }
    const preview = await (await browser.send(path, { ...sent, action: 'preview' })).text()
    expect(readable(preview)).toMatch(
      /Она ещё не сохранена.*Визиты вне рабочего времени: 1 18\.09\.2026 19:30 ?, Услуга \d+, Анна/,
    )
    expect(preview).toContain(`href="/admin/bookings/${late.id}"`)
    expect((await weekOf(staffId)).length).toBe(7)
    expect((await browser.send(path, { ...sent, action: 'week' })).status).toBe(303)
    expect(readable(await read())).toContain('Визиты вне рабочего времени: 1')
  })
})

describe('a special day', () => {
  const setDay = (browser: Browser, path: string, fields: Record<string, string>) =>
    browser.send(path, {
      action: 'day',
      day: '2026-09-18',
      kind: 'off',
      from: '',
      to: '',
      from2: '',
      to2: '',
      reason: '',
      ...fields,
    })

  test('is set, shown, warned of and removed', async () => {
    const { world, serviceId, staffId, browser, path, read } = await salon()
    await book(world, await addUser(), { service_id: serviceId, appointment_datetime: '2026-09-18T10:00:00+03:00' })
    expect((await setDay(browser, path, { reason: 'Учёба <script>' })).headers.get('location')).toBe(`${path}?done=day`)
    const page = await read()
    expect(readable(page)).toMatch(/пятница, 18 сентября выходной Учёба &lt;script&gt;/)
    expect(readable(page)).toContain('Визиты вне рабочего времени: 1')
    await setDay(browser, path, { kind: 'hours', from: '10:00', to: '12:00', from2: '15:00', to2: '18:00' })
    expect(readable(await read())).toMatch(/18 сентября 10:00–12:00, 15:00–18:00/)
    expect((await browser.send(path, { action: 'clear', day: '2026-09-18' })).headers.get('location')).toBe(
      `${path}?done=clear`,
    )
    expect(readable(await read())).toContain('Особых дней нет')
    expect((await browser.send(path, { action: 'clear', day: '2026-09-18' })).status).toBe(404)
    expect(await rows('select day from schedule_days where staff_id = ?', staffId)).toEqual([])
  })

  test.each([
    [{ day: '' }, 'day'],
    [{ day: '2026-02-30' }, 'day'],
    [{ day: '2026-09-14' }, 'day'],
    [{ kind: 'hours' }, 'from'],
    [{ kind: 'hours', from: '10:00' }, 'to'],
    [{ kind: 'hours', from: '10:00', to: '12:00', from2: '11:00', to2: '13:00' }, 'from'],
    [{ kind: 'hours', from: '10:00', to: '12:00', from2: '11:00' }, 'to2'],
  ])('%j is told beside the field', async (fields, wrong) => {
    const { browser, path } = await salon()
    const answer = await setDay(browser, path, fields)
    expect(answer.status).toBe(422)
    expect(await answer.text()).toMatch(
      new RegExp(`id="${wrong}"[^>]*aria-invalid="true"[^>]*aria-describedby="${wrong}-error"`),
    )
    expect(await rows('select day from schedule_days')).toEqual([])
  })

  test('of YClients is shown apart', async () => {
    const { staffId, read } = await salon()
    await env.DB.prepare(
      `insert into schedule_days (staff_id, day, source, intervals, updated_at) values (?, '2026-09-20', 'yclients', '[]', 0)`,
    )
      .bind(staffId)
      .run()
    expect(readable(await read())).toMatch(/Дни из YClients: 1.*воскресенье, 20 сентября выходной/)
  })
})

test('the schedule of nobody is not found, and the fullest one fits twelve kilobytes', async () => {
  const { browser, staffId, read } = await salon()
  for (const id of ['999', 'x', '1e400']) expect((await browser.open(`/admin/staff/${id}/schedule`)).status).toBe(404)
  for (let i = 0; i < 60; i++) {
    const day = new Date(Date.UTC(2026, 8, 16 + i)).toISOString().slice(0, 10)
    await env.DB.prepare(`insert into schedule_days (staff_id, day, source, intervals, reason, updated_at)
      values (?1, ?2, 'yclients', '[{"fromMinute":600,"toMinute":1200}]', '', 0), (?1, ?2, 'manual', '[]', 'Повышение квалификации № ' || ?2, 0)`)
      .bind(staffId, day)
      .run()
  }
  expect(await gzipped(await read())).toBeLessThan(12_000)
})
