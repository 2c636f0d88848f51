import { env } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import { DAY_MS } from '../../src/platform/time.ts'
import { lastAudit, startOffice } from '../support/office.ts'
import { book, openOwnSalon } from '../support/own-salon.ts'
import { type Browser, gzipped, hidden, readable, signIn } from '../support/panel.ts'
import { addBooking, addUser, balanceOf, row, rows } from '../support/salon.ts'
import { NOON } from '../support/world.ts'

const at = (time: string) => `2026-09-16T${time}:00+03:00`
const SCRIPT = '<script>alert(1)</script>'

/** A salon with two masters and Anna's visit of tomorrow at ten with the first. */
async function salon({ role = 'desk', now = NOON }: { role?: 'desk' | 'manager'; now?: number } = {}) {
  const world = startOffice()
  const { serviceId, staffIds } = await openOwnSalon({ masters: 2 })
  const [first = 0, second = 0] = staffIds
  const anna = await addUser({ name: 'Анна', surname: 'Котова', code: 'ABC12345', phone: '+79161234567' })
  const wish = { service_id: serviceId, staff_id: first, appointment_datetime: at('10:00') }
  const { id } = await book(world, anna, wish)
  world.clock.now = now
  const browser = await signIn(world, role)
  return { world, serviceId, first, second, anna, id, browser, path: `/admin/bookings/${id}` }
}

const read = async (browser: Browser, path: string) => await (await browser.open(path)).text()
const statusOf = async (id: number) =>
  (await row<{ status: string }>('select status from bookings where id = ?', id)).status
const placeOf = (id: number) =>
  row<{ startsAt: number; staffId: number }>(
    'select starts_at as startsAt, staff_id as staffId from bookings where id = ?',
    id,
  )

describe('the list of visits', () => {
  const idsOf = (page: string) => [...page.matchAll(/href="\/admin\/bookings\/(\d+)"/g)].map(([, id]) => Number(id))

  test('shows today to whoever asks for nothing, and any other day', async () => {
    const { browser, id } = await salon()
    const today = await addBooking({ userId: null, status: 'confirmed', startsAt: NOON })
    expect(idsOf(await read(browser, '/admin/bookings'))).toEqual([today])
    const page = await read(browser, '/admin/bookings?day=2026-09-16')
    expect(idsOf(page)).toEqual([id])
    expect(readable(page)).toMatch(/16\.09\.2026 10:00 Анна Котова Услуга \d+ Мастер 1 ожидает/)
  })

  test('goes by master, status, source and whether anybody knows the client', async () => {
    const { browser, id, first, second } = await salon()
    const foreign = await addBooking({ userId: null, status: 'completed', startsAt: NOON })
    for (const [query, ids] of [
      ['day=', [id, foreign]],
      [`staff=${first}`, [id]],
      [`staff=${second}`, []],
      ['status=completed', [foreign]],
      ['source=internal', [id]],
      ['unmatched=true', [foreign]],
      ['day=nonsense&staff=x&status=x&source=x', [id, foreign]],
    ] as const) {
      expect([query, idsOf(await read(browser, `/admin/bookings?${query}`))]).toEqual([query, ids])
    }
  })

  test('without a client begins with completed visits, page by page, and leaves cancelled ones out', async () => {
    const world = startOffice()
    const visits = (status: string, day: number) =>
      Promise.all(
        Array.from({ length: 20 }, (_, hour) =>
          addBooking({ userId: null, status, startsAt: NOON + day * DAY_MS + hour * 60_000 }),
        ),
      )
    const toCome = await visits('pending', 1)
    const completed = await visits('completed', -1)
    await visits('cancelled', 2)
    const browser = await signIn(world)
    const first = await read(browser, '/admin/bookings?unmatched=true')
    const next = /href="(\/admin\/bookings\?[^"]*after=[^"]*)"/.exec(first)?.[1]?.replaceAll('&amp;', '&') ?? ''
    const rest = await read(browser, next)
    expect([...idsOf(first), ...idsOf(rest)]).toEqual([...completed.toReversed(), ...toCome.toReversed()])
    expect(readable(first)).toContain('не в приложении')
    await rows("update bookings set client_match = 'ambiguous' where id = ?", toCome[3] ?? 0)
    const undecided = await read(browser, '/admin/bookings?unmatched=undecided')
    expect(idsOf(undecided)).toEqual([toCome[3]])
    expect(undecided).toContain('<span class="tag warn">')
  })

  test('shows what clashes', async () => {
    const { browser, id, first } = await salon()
    const clash = await addBooking({ userId: null, status: 'confirmed', startsAt: Date.parse(at('10:30')) })
    await addBooking({ userId: null, status: 'confirmed', startsAt: NOON + 3 * DAY_MS })
    expect(idsOf(await read(browser, '/admin/bookings?conflicts=true'))).toEqual([])
    await env.DB.prepare('update bookings set staff_id = ? where id = ?').bind(first, clash).run()
    expect(idsOf(await read(browser, '/admin/bookings?conflicts=true')).sort()).toEqual([id, clash].sort())
  })

  test('goes on to the next page with the same filter', async () => {
    const { browser } = await salon()
    for (let i = 0; i < 30; i++) await addBooking({ userId: null, status: 'no_show', startsAt: NOON + i * 60_000 })
    const first = await read(browser, '/admin/bookings?day=2026-09-15&status=no_show')
    const [, next = ''] = /href="([^"]*after=[^"]*)"/.exec(first) ?? []
    const second = await read(browser, next.replaceAll('&amp;', '&'))
    expect([idsOf(first).length, idsOf(second).length]).toEqual([25, 5])
    expect(new Set([...idsOf(first), ...idsOf(second)]).size).toBe(30)
  })

  test('fits twelve kilobytes with the longest texts', async () => {
    const { browser } = await salon()
    for (let i = 0; i < 25; i++) {
      const serviceName = `Аюрведический массаж всего тела с тёплым маслом и травами № ${i}`
      await addBooking({ userId: null, status: 'confirmed', startsAt: NOON + i * 60_000, serviceName })
    }
    for (let i = 0; i < 90; i++)
      await env.DB.prepare("insert into staff (name) values ('Светлана Константинопольская ' || ?)").bind(i).run()
    expect(await gzipped(await read(browser, '/admin/bookings'))).toBeLessThan(12_000)
  })
})

test('a visit is a click away from the day and from its client, and so is the next one', async () => {
  const { browser, id, anna } = await salon()
  expect(await read(browser, '/admin?day=2026-09-16')).toContain(`href="/admin/bookings/${id}"`)
  const card = await read(browser, `/admin/clients/${anna}`)
  expect(card).toContain(`href="/admin/bookings/${id}"`)
  expect(card).toContain(`href="/admin/bookings/new?user=${anna}"`)
})

describe('a visit', () => {
  test('shows who, what, when, what happened to it and what it brought', async () => {
    const { world, browser, path, anna, id } = await salon({ now: Date.parse(at('11:00')) })
    await world.call('POST', `/api/v1/admin/bookings/${id}/complete`, { as: { admin: 'desk' } })
    const page = await read(browser, path)
    expect(readable(page)).toMatch(/завершён.*здесь.*Когда 16\.09\.2026 10:00, 60 мин Услуга.*Мастер 1.*1\s000\s₽/)
    expect(readable(page)).toMatch(/Анна Котова ABC12345.*найден по коду.*\+79161234567/)
    expect(readable(page)).toMatch(
      /История.*Записан.*Завершён.*Бонусы за визит.*Кэшбэк за визит: 3 % от 1\s000\s₽ \+30/,
    )
    expect(page).toContain(`href="/admin/clients/${anna}"`)
  })

  test.each([
    ['complete', 'completed', 'Визит завершён'],
    ['no_show', 'no_show', 'клиент не пришёл'],
  ])('is finished by %s, and opened again', async (action, status, said) => {
    const { browser, path, id, anna } = await salon({ now: Date.parse(at('11:00')) })
    const page = await read(browser, path)
    const done = await browser.send(path, { action, revision: hidden(page, 'revision') })
    expect([done.status, done.headers.get('location')]).toEqual([303, `${path}?done=${action}`])
    const after = await read(browser, `${path}?done=${action}`)
    expect(readable(after)).toContain(said)
    expect(await statusOf(id)).toBe(status)
    expect((await balanceOf(anna)).balance).toBe(status === 'completed' ? 30 : 0)
    await browser.send(path, { action: 'reopen', revision: hidden(after, 'revision') })
    expect(await statusOf(id)).toBe('confirmed')
    expect((await balanceOf(anna)).balance).toBe(0)
  })

  test('is cancelled with a reason, and without one is not', async () => {
    const { browser, path, id } = await salon()
    const revision = hidden(await read(browser, path), 'revision')
    const empty = await browser.send(path, { action: 'cancel', revision, reason: '  ' })
    expect(empty.status).toBe(422)
    expect(await empty.text()).toMatch(
      /<details open="">.*id="reason"[^>]*aria-invalid="true"[^>]*aria-describedby="reason-error"/,
    )
    expect(await statusOf(id)).toBe('pending')
    await browser.send(path, { action: 'cancel', revision, reason: 'Клиент заболел' })
    const page = readable(await read(browser, path))
    expect(page).toMatch(/отменён.*Причина отмены Клиент заболел/)
    expect(page).not.toContain('Перенести')
    expect(await lastAudit()).toMatchObject({ action: 'booking.cancel', role: 'desk' })
  })

  test('that somebody else has changed meanwhile is shown as it is now, and stays so', async () => {
    const { browser, path, id } = await salon({ now: Date.parse(at('09:30')) })
    const revision = hidden(await read(browser, path), 'revision')
    await browser.send(path, { action: 'no_show', revision })
    const late = await browser.send(path, { action: 'cancel', revision, reason: 'x' })
    const page = await late.text()
    expect(late.status).toBe(412)
    expect(readable(page)).toMatch(/Запись изменилась.*не пришёл/)
    expect(hidden(page, 'revision')).not.toBe(revision)
    expect(await statusOf(id)).toBe('no_show')
  })

  test('of YClients is finished there, and the page says so', async () => {
    const { browser } = await salon()
    const id = await addBooking({ userId: null, status: 'confirmed', startsAt: NOON + DAY_MS })
    const path = `/admin/bookings/${id}`
    const page = await read(browser, path)
    expect(readable(page)).toContain('приход и неявку отмечают там')
    expect(page).not.toContain('value="complete"')
    const answer = await browser.send(path, { action: 'complete', revision: hidden(page, 'revision') })
    expect([answer.status, readable(await answer.text())]).toEqual([
      409,
      expect.stringContaining('Этот визит ведётся в YClients'),
    ])
  })

  test('takes no other action, and nobody has a visit without a number', async () => {
    const { browser, path, id } = await salon()
    expect((await browser.send(path, { action: 'delete', revision: '1' })).status).toBe(422)
    expect((await browser.send(path, { action: 'complete' })).status).toBe(422)
    expect(await statusOf(id)).toBe('pending')
    for (const wrong of ['999', 'x', '0', '1e400']) {
      expect((await browser.open(`/admin/bookings/${wrong}`)).status).toBe(404)
    }
  })

  test('shows what clients and YClients wrote as text', async () => {
    const { browser } = await salon({ role: 'manager' })
    const id = await addBooking({ userId: null, status: 'pending', startsAt: NOON + DAY_MS, serviceName: SCRIPT })
    await env.DB.prepare(
      'update bookings set client_name = ?1, comment = ?1, notes = ?1, phone = ?1, cancel_reason = ?1 where id = ?2',
    )
      .bind(SCRIPT, id)
      .run()
    await addUser({ name: SCRIPT, phone: '+79990000000' })
    for (const path of [
      `/admin/bookings/${id}`,
      `/admin/bookings/${id}/link?q=script`,
      `/admin/bookings/${id}/move`,
      '/admin/bookings?day=2026-09-16',
      '/admin/bookings/new?key=only-looked-at&q=script',
    ]) {
      const page = await read(browser, path)
      expect([path, page.includes('&lt;script&gt;'), page.includes('<script>alert')]).toEqual([path, true, false])
    }
  })
})

describe('linking a visit', () => {
  test('looks for the client first by what the visit tells, and gives it to the chosen one', async () => {
    const { browser, anna } = await salon({ role: 'manager' })
    const id = await addBooking({ userId: null, status: 'completed' })
    await env.DB.prepare("update bookings set phone = '+7 916 123-45-67', client_name = 'Аня' where id = ?")
      .bind(id)
      .run()
    const path = `/admin/bookings/${id}/link`
    expect(await read(browser, `/admin/bookings/${id}`)).toContain(`href="${path}"`)
    const page = await read(browser, path)
    expect(readable(page)).toContain('ABC12345')
    const sent = { user: hidden(page, 'user'), revision: hidden(page, 'revision') }
    expect(sent.user).toBe(String(anna))
    const done = await browser.send(path, sent)
    expect(done.headers.get('location')).toBe(`/admin/bookings/${id}?done=linked`)
    expect(readable(await read(browser, `/admin/bookings/${id}`))).toMatch(
      /Анна Котова ABC12345.*указан администратором/,
    )
    expect((await balanceOf(anna)).balance).toBe(30)
    expect(readable(await read(browser, '/admin/bookings?day='))).not.toContain('Аня')

    const late = await browser.send(path, { ...sent, user: String(await addUser()) })
    expect([late.status, readable(await late.text())]).toEqual([412, expect.stringContaining('Запись изменилась')])
    expect((await balanceOf(anna)).balance).toBe(30)
  })

  test('is not for the desk', async () => {
    const { browser, path, anna } = await salon()
    expect(await read(browser, path)).not.toContain('/link"')
    expect((await browser.send(`${path}/link`, { user: String(anna), revision: '1' })).status).toBe(403)
  })
})

describe('moving a visit', () => {
  const timesOf = (page: string) =>
    [...page.matchAll(/type="radio" name="at" value="([^"]*)"/g)].map(([, value]) => value ?? '')

  test('offers the free times of its master and of others', async () => {
    const { world, browser, path, id, serviceId, first, second } = await salon()
    await book(world, await addUser(), { service_id: serviceId, staff_id: second, appointment_datetime: at('12:00') })
    const own = timesOf(await read(browser, `${path}/move?day=2026-09-16`))
    expect(own).not.toContain(`${at('10:00')} ${first}`)
    expect(own).toContain(`${at('12:00')} ${first}`)
    // Half an hour later it meets only itself.
    expect(own).toContain(`${at('10:30')} ${first}`)
    const others = timesOf(await read(browser, `${path}/move?day=2026-09-16&staff=${second}`))
    expect(others).toContain(`${at('10:00')} ${second}`)
    expect(others).not.toContain(`${at('12:00')} ${second}`)

    const page = await read(browser, `${path}/move?day=2026-09-16&staff=${second}`)
    const sent = { revision: hidden(page, 'revision'), at: `${at('10:00')} ${second}` }
    const done = await browser.send(`${path}/move`, sent)
    expect(done.headers.get('location')).toBe(`${path}?done=moved`)
    expect(await placeOf(id)).toEqual({ startsAt: Date.parse(at('10:00')), staffId: second })
    expect(readable(await read(browser, path))).toContain('Перенесён')
  })

  test('that loses its time to somebody quicker stays, with the nearest times a click away', async () => {
    const { world, browser, path, id, serviceId, first } = await salon()
    const page = await read(browser, `${path}/move`)
    const wanted = `${at('14:00')} ${first}`
    expect(timesOf(page)).toContain(wanted)
    await book(world, await addUser(), { service_id: serviceId, staff_id: first, appointment_datetime: at('14:00') })
    const sent = { revision: hidden(page, 'revision'), at: wanted, day: '2026-09-16' }
    const lost = await browser.send(`${path}/move`, sent)
    const offered = await lost.text()
    expect(lost.status).toBe(409)
    expect(readable(offered)).toMatch(/Время уже занято.*16\.09\.2026 13:00, Мастер 1 16\.09\.2026 15:00, Мастер 1/)
    expect(await placeOf(id)).toEqual({ startsAt: Date.parse(at('10:00')), staffId: first })
    const [, nearest = ''] = /<button[^>]*name="at" value="([^"]*)"/.exec(offered) ?? []
    await browser.send(`${path}/move`, { revision: hidden(offered, 'revision'), at: nearest })
    expect(await placeOf(id)).toEqual({ startsAt: Date.parse(at('13:00')), staffId: first })
  })

  test('loses against another move of the same visit', async () => {
    const { browser, path, id, first } = await salon()
    const revision = hidden(await read(browser, `${path}/move`), 'revision')
    await browser.send(`${path}/move`, { revision, at: `${at('14:00')} ${first}` })
    const late = await browser.send(`${path}/move`, { revision, at: `${at('16:00')} ${first}` })
    expect([late.status, readable(await late.text())]).toEqual([412, expect.stringMatching(/Запись изменилась.*14:00/)])
    expect((await placeOf(id)).startsAt).toBe(Date.parse(at('14:00')))
  })

  test('to a time that is typed follows the rules, and says in words which', async () => {
    const { browser, path, id } = await salon()
    const revision = hidden(await read(browser, `${path}/move`), 'revision')
    const type = (time: string, day = '2026-09-16') => browser.send(`${path}/move`, { revision, day, time, staff: '' })
    for (const [time, status, said] of [
      ['23:00', 422, 'В это время мастер не работает'],
      ['10:10', 422, 'На это время записаться нельзя'],
    ] as const) {
      const answer = await type(time)
      const page = await answer.text()
      expect([answer.status, readable(page)]).toEqual([status, expect.stringContaining(said)])
      expect(page).toContain(`value="${time}"`)
    }
    expect(await (await type('25:00')).text()).toMatch(/id="time"[^>]*aria-invalid="true"/)
    expect(await (await browser.send(`${path}/move`, { revision })).text()).toContain('id="at-error"')
    // Overlaps where it is now.
    expect((await type('10:30')).status).toBe(303)
    expect((await placeOf(id)).startsAt).toBe(Date.parse(at('10:30')))
  })

  test('to the next half hour is not too soon for the desk', async () => {
    const { browser, path } = await salon()
    expect(timesOf(await read(browser, `${path}/move?day=2026-09-15`))[0]).toContain('2026-09-15T12:00')
  })

  test('is not possible where nobody knows the service', async () => {
    const { browser } = await salon()
    const id = await addBooking({ userId: null, status: 'pending', startsAt: NOON + DAY_MS })
    expect(readable(await read(browser, `/admin/bookings/${id}/move`))).toContain('перенесите его в YClients')
  })
})
