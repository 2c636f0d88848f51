import { describe, expect, test } from 'vitest'
import { lastAudit, startOffice } from '../support/office.ts'
import { addOwnService, book, openOwnSalon } from '../support/own-salon.ts'
import { type Browser, gzipped, hidden, readable, signIn } from '../support/panel.ts'
import { addUser, row, rows } from '../support/salon.ts'

const NEW = '/admin/bookings/new'
const at = (time: string) => `2026-09-16T${time}:00+03:00`
const bookings = () =>
  rows<{ id: number; userId: number; staffId: number; startsAt: number; notes: string; phone: string }>(
    'select id, user_id as userId, staff_id as staffId, starts_at as startsAt, notes, phone from bookings',
  )

async function salon() {
  const world = startOffice()
  const { serviceId, staffIds } = await openOwnSalon({ masters: 2 })
  const anna = await addUser({ name: 'Анна', surname: 'Котова', code: 'ABC12345', phone: '+79161234567' })
  return { world, serviceId, staffIds, anna, browser: await signIn(world, 'desk') }
}

const locationOf = (answer: Response): string => {
  expect(answer.status).toBe(303)
  return answer.headers.get('location') ?? ''
}
const timesOf = (page: string) =>
  [...page.matchAll(/type="radio" name="at" value="([^"]*)"/g)].map(([, value]) => value ?? '')

/** To the page with the times; gives what its form would send. */
async function choose(browser: Browser, query: Record<string, string>) {
  const form = locationOf(await browser.open(`${NEW}?${new URLSearchParams(query)}`))
  const page = await (await browser.open(form)).text()
  const field = (name: string) => hidden(page, name)
  const sent = { key: field('key'), user: field('user'), service: field('service'), add: field('add') }
  return { form, page, sent: { ...sent, day: field('day'), staff: field('staff') } }
}

describe('booking at the desk', () => {
  test('goes from the client over the service to the time', async () => {
    const { browser, anna, serviceId } = await salon()
    const found = await browser.open(locationOf(await browser.open(`${NEW}?q=авс-12345&day=2026-09-16`)))
    const [, toServices = ''] = /href="(\/admin\/bookings\/new\?[^"]*user=\d+[^"]*)"/.exec(await found.text()) ?? []
    expect(toServices).toContain(`user=${anna}`)
    const services = await (await browser.open(toServices.replaceAll('&amp;', '&'))).text()
    expect(readable(services)).toMatch(/Анна Котова ABC12345 \+79161234567.*Услуга \d+ 1\s000\s₽, 60 мин/)
    expect(services).toContain(`type="radio" name="service" value="${serviceId}"`)
    expect(hidden(services, 'day')).toBe('2026-09-16')

    const { page, sent } = await choose(browser, { user: String(anna), service: String(serviceId), day: '2026-09-16' })
    expect(timesOf(page)[0]).toContain(at('09:00'))
    const done = locationOf(await browser.send(NEW, { ...sent, at: at('10:00'), notes: 'Тихую музыку', phone: '' }))
    const [booked] = await bookings()
    expect(done).toBe(`/admin/bookings/${booked?.id}?done=booked`)
    expect(booked).toMatchObject({
      userId: anna,
      startsAt: Date.parse(at('10:00')),
      notes: 'Тихую музыку',
      phone: '+79161234567',
    })
    expect(readable(await (await browser.open(done)).text())).toContain('Клиент записан.')
    expect(await lastAudit()).toMatchObject({ action: 'booking.create', role: 'desk' })
  })

  test('happens once, however often the button is pressed, and coming back shows what was booked', async () => {
    const { browser, anna, serviceId } = await salon()
    const { form, sent } = await choose(browser, { user: String(anna), service: String(serviceId), day: '2026-09-16' })
    const wish = { ...sent, at: at('10:00') }
    const answers = await Promise.all([browser.send(NEW, wish), browser.send(NEW, wish), browser.send(NEW, wish)])
    const [booked, ...others] = await bookings()
    expect(others).toEqual([])
    expect(new Set(answers.map((answer) => locationOf(answer).split('?')[0]))).toEqual(
      new Set([`/admin/bookings/${booked?.id}`]),
    )
    expect(locationOf(await browser.open(form))).toBe(`/admin/bookings/${booked?.id}?done=again`)
  })

  test('takes several services and a chosen master', async () => {
    const { browser, anna, serviceId, staffIds } = await salon()
    const second = await addOwnService({ durationMinutes: 30, staffIds: staffIds.slice(1) })
    const chosen = { user: String(anna), service: String(serviceId), add: String(second), day: '2026-09-16' }
    const { page, sent } = await choose(browser, chosen)
    expect(readable(page)).toMatch(/Услуги : Услуга \d+, Услуга \d+|Услуги: Услуга \d+, Услуга \d+/)
    // Only the second master does both.
    expect(new Set(timesOf(page).map((value) => value.split(' ')[1]))).toEqual(new Set([String(staffIds[1])]))
    await browser.send(NEW, { ...sent, at: at('10:00') })
    expect(await row('select staff_id, duration_minutes, additional_service_ids from bookings')).toEqual({
      staff_id: staffIds[1],
      duration_minutes: 90,
      additional_service_ids: JSON.stringify([second]),
    })
    const wrong = locationOf(
      await browser.open(`${NEW}?${new URLSearchParams({ ...chosen, staff: String(staffIds[0]) })}`),
    )
    expect(readable(await (await browser.open(wrong)).text())).toContain('Мастер не оказывает выбранные услуги')
  })

  test('leads to the days around one on which nothing is free', async () => {
    const { browser, anna, serviceId, staffIds } = await salon()
    await rows(
      "insert into schedule_days (staff_id, day, source, intervals, updated_at) select value, '2026-09-16', 'manual', '[]', 0 from json_each(?)",
      JSON.stringify(staffIds),
    )
    const chosen = { key: 'some-key-1', user: String(anna), service: String(serviceId) }
    const page = await (await browser.open(`${NEW}?${new URLSearchParams({ ...chosen, day: '2026-09-16' })}`)).text()
    const days = [...page.matchAll(/<a class="button quiet" href="([^"]*)"/g)].map(([, href = '']) =>
      href.replaceAll('&amp;', '&'),
    )
    expect(days.map((href) => new URL(href, 'http://salon').searchParams.get('day'))).toEqual([
      '2026-09-15',
      '2026-09-17',
    ])
    expect(timesOf(await (await browser.open(days[1] ?? '')).text())).not.toEqual([])
  })

  test('keeps what is chosen in sight while other services are looked for', async () => {
    const { browser, anna, serviceId } = await salon()
    await addOwnService({})
    const query = { key: 'some-key-1', user: String(anna), service: String(serviceId), find: 'нет такой', look: 'true' }
    const page = await (await browser.open(`${NEW}?${new URLSearchParams(query)}`)).text()
    expect(page).toContain(`name="service" value="${serviceId}" checked=""`)
    expect([...page.matchAll(/type="radio"/g)].length).toBe(1)
    const missing = await browser.open(
      `${NEW}?${new URLSearchParams({ key: 'some-key-1', user: String(anna), find: '' })}`,
    )
    expect([missing.status, readable(await missing.text())]).toEqual([422, expect.stringContaining('Выберите услугу')])
  })

  test('at a time that was lost offers the nearest, and keeps what was typed', async () => {
    const { world, browser, anna, serviceId, staffIds } = await salon()
    const chosen = { user: String(anna), service: String(serviceId), staff: String(staffIds[0]), day: '2026-09-16' }
    const { sent } = await choose(browser, chosen)
    await book(world, await addUser(), {
      service_id: serviceId,
      staff_id: staffIds[0] ?? 0,
      appointment_datetime: at('10:00'),
    })
    const lost = await browser.send(NEW, {
      ...sent,
      at: `${at('10:00')} ${staffIds[0]}`,
      notes: 'Тихую музыку',
      phone: '',
    })
    const page = await lost.text()
    expect(lost.status).toBe(409)
    expect(readable(page)).toMatch(/Время уже занято.*16\.09\.2026 09:00, Мастер 1/)
    expect(hidden(page, 'notes')).toBe('Тихую музыку')
    const [, nearest = ''] = /<button[^>]*name="at" value="([^"]*)"/.exec(page) ?? []
    expect((await browser.send(NEW, { ...sent, at: nearest, notes: 'Тихую музыку' })).status).toBe(303)
    expect((await bookings()).at(-1)).toMatchObject({
      userId: anna,
      startsAt: Date.parse(at('09:00')),
      notes: 'Тихую музыку',
    })
  })

  test('says beside the field what is wrong', async () => {
    const { browser, anna, serviceId } = await salon()
    const { sent } = await choose(browser, { user: String(anna), service: String(serviceId), day: '2026-09-16' })
    const untimed = await browser.send(NEW, sent)
    expect([untimed.status, await untimed.text()]).toEqual([422, expect.stringContaining('id="at-error"')])
    const phoned = await browser.send(NEW, { ...sent, at: at('10:00'), phone: 'не знает' })
    expect([phoned.status, await phoned.text()]).toEqual([
      422,
      expect.stringMatching(/id="phone"[^>]*aria-invalid="true"/),
    ])
    const early = await browser.send(NEW, { ...sent, at: '2026-09-15T11:00:00+03:00' })
    expect([early.status, readable(await early.text())]).toEqual([422, expect.stringContaining('в прошлом')])
    expect((await browser.send(NEW, { ...sent, user: '999', at: at('10:00') })).status).toBe(404)
    expect(await bookings()).toEqual([])
  })

  test('fits twelve kilobytes with many services of long names, and says that there are more', async () => {
    const { browser, anna } = await salon()
    for (let i = 0; i < 90; i++) {
      await row(
        "insert into services (name, price_kopecks, duration_minutes) values ('Аюрведический массаж всего тела с тёплым маслом и травами № ' || ?, ?, 60) returning id",
        i,
        100_000 + i * 1234,
      )
    }
    const page = await (await browser.open(`${NEW}?key=some-key-1&user=${anna}`)).text()
    expect(readable(page)).toContain('Показаны не все услуги')
    expect(await gzipped(page)).toBeLessThan(12_000)
  })
})
