import { describe, expect, test } from 'vitest'
import { ACCESS } from '../../src/auth/access.ts'
import { ASSETS } from '../../src/panel/assets/assets.ts'
import { ownPath } from '../../src/panel/own-path.ts'
import { addAdmin, OWN_PAGE, PASSWORD, signInBrowser, startOffice } from '../support/office.ts'
import { gzipped, openBrowser, readable, signIn } from '../support/panel.ts'
import { addBooking, addUser, row, rows } from '../support/salon.ts'
import { ADMIN, NOON } from '../support/world.ts'

const PAGES = Object.keys(ACCESS).flatMap((route) => (/^GET (\/admin\S*)$/.exec(route) ?? []).slice(1))
const CREDENTIALS = { email: 'olga@spa.test', password: PASSWORD }

describe('signing in to the panel', () => {
  test('opens the page that was asked for', async () => {
    const world = startOffice()
    await addAdmin(world)
    const browser = openBrowser(world)
    const asked = await browser.open('/admin/clients?q=Анна')
    expect(asked.status).toBe(303)
    const login = asked.headers.get('location') ?? ''
    expect(login).toBe(`/admin/login?next=${encodeURIComponent('/admin/clients?q=%D0%90%D0%BD%D0%BD%D0%B0')}`)
    const page = await (await browser.open(login)).text()
    expect(page).toContain('name="next" value="/admin/clients?q=%D0%90%D0%BD%D0%BD%D0%B0"')
    const done = await browser.send('/admin/login', { ...CREDENTIALS, next: '/admin/clients?q=x' })
    expect([done.status, done.headers.get('location')]).toEqual([303, '/admin/clients?q=x'])
    expect((await browser.open('/admin')).status).toBe(200)
  })

  test('says in words what is wrong, and keeps the e-mail but not the password', async () => {
    const world = startOffice()
    await addAdmin(world)
    const answer = await openBrowser(world).send('/admin/login', { ...CREDENTIALS, password: 'не тот пароль совсем' })
    const page = await answer.text()
    expect(answer.status).toBe(401)
    expect(readable(page)).toContain('Неверный e-mail или пароль')
    expect(page).toContain('value="olga@spa.test"')
    expect(page).not.toContain('не тот пароль')
  })

  test('with empty fields names each of them', async () => {
    const answer = await openBrowser(startOffice()).send('/admin/login', { email: '', password: '' })
    const page = await answer.text()
    expect(answer.status).toBe(422)
    expect(page).toMatch(/aria-describedby="email-error"/)
    expect(page).toMatch(/id="password-error"/)
  })

  test('ends with signing out', async () => {
    const browser = await signIn(startOffice())
    expect((await browser.send('/admin/logout', {})).headers.get('location')).toBe('/admin/login')
    expect((await browser.open('/admin')).headers.get('location')).toBe('/admin/login?next=%2Fadmin')
  })

  test.each([
    'https://evil.test/',
    '//evil.test/admin/clients',
    '/\\evil.test/admin',
    '/admin/../..//evil.test',
    '/\n/evil.test',
    'javascript:alert(1)',
    '/api/v1/admin/users',
    '/administrators',
    '/admin/%2e%2e/%2e%2e/api',
    'admin',
    '',
  ])('never leads to another place: %j', async (next) => {
    const world = startOffice()
    await addAdmin(world)
    const browser = openBrowser(world)
    expect((await browser.send('/admin/login', { ...CREDENTIALS, next })).headers.get('location')).toBe('/admin')
    expect((await browser.send('/admin/language', { language: 'en', next })).headers.get('location')).toBe('/admin')
  })

  test('knows its own pages, whatever their query', () => {
    for (const path of ['/admin', '/admin/clients?q=a%20b&after=3', '/admin?day=2026-09-15']) {
      expect(ownPath(path)).toBe(path)
    }
  })
})

describe('the panel and other sites', () => {
  const FOREIGN = [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'none' },
    { origin: 'https://evil.test' },
    { origin: 'null' },
    {},
  ]
  const POSTS = Object.keys(ACCESS).flatMap((route) => (/^POST (\/admin\S*)$/.exec(route) ?? []).slice(1))

  test.each(POSTS)('POST %s is taken from own pages only', async (pattern) => {
    const world = startOffice()
    const browser = await signIn(world)
    const path = pattern.replaceAll(/:\w+/g, '999999')
    for (const headers of FOREIGN) {
      const answer = await browser.send(path, { ...CREDENTIALS, language: 'en' }, headers)
      expect([path, headers, answer.status]).toEqual([path, headers, 403])
      expect(await answer.text()).toContain('<code>cross_site_request</code>')
      expect(answer.headers.getSetCookie()).toEqual([])
    }
    // Still signed in: nothing has happened.
    expect((await browser.open('/admin')).status).toBe(200)
    for (const headers of [OWN_PAGE, { origin: 'http://spa.test' }]) {
      expect((await browser.send(path, {}, headers)).status).not.toBe(403)
    }
  })

  test.each([...PAGES, '/admin/no-such-page'])('%s cannot be framed, kept or given a script', async (pattern) => {
    const world = startOffice()
    const path = pattern.replace(/:file/, [...ASSETS.keys()][0] ?? '').replaceAll(/:\w+/g, '999999')
    for (const browser of [openBrowser(world), await signIn(world)]) {
      const { headers } = await browser.open(path)
      const policy = (headers.get('content-security-policy') ?? '').split('; ')
      expect(policy.sort()).toEqual([
        "base-uri 'none'",
        "connect-src 'self'",
        "default-src 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "img-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
      ])
      expect(headers.get('x-frame-options')).toBe('DENY')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('referrer-policy')).toBe('same-origin')
      const kept = pattern.includes(':file') ? 'public, max-age=31536000, immutable' : 'no-store'
      expect(headers.get('cache-control')).toBe(kept)
    }
  })
})

describe('a form', () => {
  const ADMINS = '/admin/settings/admins'

  test.each([
    ['JSON', 'application/json', '{"name":"Нина"}'],
    ['a file', 'multipart/form-data; boundary=x', '--x--'],
    ['a broken body', 'multipart/form-data', 'broken'],
    ['nothing that says what it is', '', 'name=x'],
    ['almost a form', 'application/x-www-form-urlencodedx', 'name=x'],
  ])('of %s is refused as a page, and is nobody’s error', async (_, type, rawBody) => {
    const world = startOffice()
    await addAdmin(world)
    const cookie = await signInBrowser(world)
    for (const path of ['/admin/login', ADMINS]) {
      const answer = await world.call('POST', path, { rawBody, headers: { ...OWN_PAGE, cookie, 'content-type': type } })
      expect([answer.status, readable(await answer.text())]).toEqual([
        415,
        expect.stringContaining('Это не форма с нашей страницы'),
      ])
    }
    expect(world.logged.filter(({ level }) => level === 'error')).toEqual([])
  })

  test('and the API take names and reasons without what turns or cuts the text around them', async () => {
    const world = startOffice()
    await addUser({ name: 'Анна', code: 'ABC12345' })
    const browser = await signIn(world)
    const odd = (text: string) => ` \u202e${text}\u2066\u0000 `
    const post = (path: string, body: object) =>
      world.call('POST', `/api/v1/admin${path}`, { as: ADMIN, body, headers: { 'idempotency-key': 'a-key-of-it' } })

    const nina = { email: 'nina@spa.test', name: odd('Нина'), role: 'desk' }
    expect((await browser.send(ADMINS, { ...nina, password: '' })).status).toBe(303)
    expect((await post('/admins', { ...nina, email: 'zoya@spa.test', name: odd('Зоя') })).status).toBe(201)
    expect(await rows("select name from admins where email glob '[nz]*'")).toEqual([{ name: 'Нина' }, { name: 'Зоя' }])

    const given = { key: 'another-key', amount: '5', reason: odd('подарок') }
    expect((await browser.send('/admin/clients/1/adjust', given)).status).toBe(303)
    expect((await post('/bonuses/adjust', { code: 'ABC12345', amount: 5, reason: odd('ещё') })).status).toBe(200)
    expect(await rows('select reason from bonus_entries')).toEqual([{ reason: 'подарок' }, { reason: 'ещё' }])

    // Of what is nothing else, nothing is left.
    expect((await post('/bonuses/adjust', { code: 'ABC12345', amount: 5, reason: odd('') })).status).toBe(422)
    expect((await browser.send(ADMINS, { ...nina, name: odd(''), password: '' })).status).toBe(422)

    const level = { code: 'start', name_ru: odd('Старт'), name_en: 'Start', min_spend: 0, percent_basis_points: 300 }
    await world.call('PUT', '/api/v1/admin/levels', { as: ADMIN, body: { levels: [level] } })
    expect(await rows('select name_ru from loyalty_levels')).toEqual([{ name_ru: 'Старт' }])
  })
})

describe('pages', () => {
  test('are Russian until English is chosen, whatever the browser says', async () => {
    const browser = await signIn(startOffice())
    expect(await (await browser.open('/admin/clients')).text()).toContain('<html lang="ru">')
    const switched = await browser.send('/admin/language', { language: 'en', next: '/admin/clients' })
    expect(switched.headers.get('location')).toBe('/admin/clients')
    const page = await (await browser.open('/admin/clients')).text()
    expect(page).toContain('<html lang="en">')
    expect(readable(page)).toContain('Code, phone, e-mail or name')
  })

  test('refuse in words, with the number of the request', async () => {
    const browser = await signIn(startOffice())
    const answer = await browser.open('/admin/no-such-page')
    const page = await answer.text()
    expect(answer.status).toBe(404)
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(readable(page)).toContain('Не найдено')
    expect(page).toContain(answer.headers.get('x-request-id'))
  })

  test('say nothing from inside when something breaks', async () => {
    const world = startOffice(
      {},
      {
        newId: () => 'x',
        now: () => {
          throw new Error('secret detail')
        },
      },
    )
    const answer = await openBrowser(world).send('/admin/login', CREDENTIALS)
    const page = await answer.text()
    expect(answer.status).toBe(500)
    expect(readable(page)).toContain('Внутренняя ошибка')
    expect(page).not.toContain('secret detail')
  })

  test('hold no style and no script of their own', async () => {
    const world = startOffice()
    await addUser({ name: 'Анна', code: 'ABC12345' })
    const browser = await signIn(world)
    for (const path of ['/admin', '/admin/clients?q=ABC12345', '/admin/login']) {
      const page = await (await browser.open(path)).text()
      expect(page).not.toMatch(/ style=| on\w+=|<style|<script(?! src="\/admin\/assets\/)/)
    }
  })

  test('show what clients and YClients wrote as text', async () => {
    const world = startOffice()
    const script = '<script>alert(1)</script>'
    await addUser({ name: script, surname: '"><img src=x onerror=alert(2)>', code: 'ABC12345' })
    await addBooking({ userId: null, status: 'confirmed', startsAt: NOON, serviceName: script })
    const browser = await signIn(world)
    for (const path of ['/admin/clients?q=ABC12345', '/admin', `/admin/clients?q=${encodeURIComponent(script)}`]) {
      const page = await (await browser.open(path)).text()
      expect(page).toContain('&lt;script&gt;')
      expect(page).not.toMatch(/<script>|<img/)
    }
  })

  test('and assets are small', async () => {
    const sizes = await Promise.all([...ASSETS.values()].map(({ text }) => gzipped(text)))
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(30_000)
  })

  test('of assets exist only under the names of today', async () => {
    const browser = openBrowser(startOffice())
    for (const [name, { type }] of ASSETS) {
      const answer = await browser.open(`/admin/assets/${name}`)
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, `${type}; charset=utf-8`])
    }
    expect((await browser.open('/admin/assets/panel.00000000.css')).status).toBe(404)
  })
})

describe('Today', () => {
  test('shows the visits of the day by master, and what needs a person', async () => {
    const world = startOffice()
    const anna = await addUser({ name: 'Анна', surname: 'Котова' })
    await addBooking({ userId: anna, status: 'confirmed', startsAt: NOON, serviceName: 'Массаж спины' })
    await addBooking({ userId: null, status: 'pending', startsAt: NOON + 3_600_000, serviceName: 'Пилинг' })
    await addBooking({ userId: anna, status: 'cancelled', startsAt: NOON, serviceName: 'Отменённая' })
    await addBooking({ userId: anna, status: 'pending', startsAt: NOON + 86_400_000, serviceName: 'Завтрашняя' })
    const browser = await signIn(world)
    const text = readable(await (await browser.open('/admin')).text())
    expect(text).toContain('12:00–13:00')
    for (const shown of [
      'Массаж спины',
      'Анна Котова',
      'Пилинг',
      'не в приложении',
      'Визитов дня не из приложения: 1',
    ]) {
      expect(text).toContain(shown)
    }
    expect(text).not.toMatch(/Отменённая|Завтрашняя/)
    expect(readable(await (await browser.open('/admin?day=2026-09-16')).text())).toContain('Завтрашняя')
  })

  test('leads from what needs a person to the page where it is put right', async () => {
    const world = startOffice()
    const { id: staffId } = await row<{ id: number }>("insert into staff (name) values ('Мария') returning id")
    for (const userId of [null, await addUser()]) await addBooking({ userId, status: 'confirmed', startsAt: NOON })
    await rows('update bookings set staff_id = ? returning id', staffId)
    await rows("update bookings set client_match = 'ambiguous' where user_id is null")
    const page = await (await (await signIn(world, 'desk')).open('/admin')).text()
    const attention = page.slice(page.indexOf('id="attention"'), page.indexOf('id="plan"'))
    expect(attention).toMatch(/<a href="\/admin\/bookings\?unmatched=undecided">[^<]*1[^<]*<\/a>/)
    expect(readable(attention)).toContain('Пересекающиеся визиты: 1')
    // What the desk may not open is said without a link.
    expect(readable(attention)).toMatch(/Синхронизации ещё не было \(исправит управляющий\)/)
    expect(attention).not.toContain('href="/admin/sync"')
    const managers = await (await (await signIn(world, 'manager')).open('/admin')).text()
    expect(managers).toContain('<a href="/admin/sync">Синхронизации ещё не было</a>')
  })

  test('fits twelve kilobytes on the fullest day', async () => {
    const world = startOffice()
    const name = 'Александра Константиновна-Преображенская'
    const users = await Promise.all(Array.from({ length: 40 }, (_, i) => addUser({ name: `${name} ${i}` })))
    for (let i = 0; i < 150; i++) {
      const startsAt = NOON - 3 * 3_600_000 + (i % 12) * 3_600_000
      const serviceName = `Аюрведический массаж всего тела с тёплым маслом № ${i}`
      await addBooking({ userId: users[i % 40] ?? null, status: 'confirmed', startsAt, serviceName })
    }
    const browser = await signIn(world)
    expect(await gzipped(await (await browser.open('/admin')).text())).toBeLessThan(12_000)
  })
})

describe('looking for clients', () => {
  test.each(['abc12345', 'АВС 12345', 'авс-12345', '+7 (900) 000-00-01', 'anna@example.com', 'Котова'])(
    'finds Anna by %s',
    async (typed) => {
      const world = startOffice()
      const phone = '+79000000001'
      const anna = await addUser({
        name: 'Анна',
        surname: 'Котова',
        code: 'ABC12345',
        phone,
        email: 'anna@example.com',
      })
      await addUser({ name: 'Борис', code: 'KMT11111' })
      const page = await (
        await (await signIn(world, 'desk')).open(`/admin/clients?q=${encodeURIComponent(typed)}`)
      ).text()
      expect(page).toContain(`href="/admin/clients/${anna}"`)
      expect(readable(page)).toContain('ABC12345')
      expect(page).not.toContain('Борис')
    },
  )

  test('goes on to the next page', async () => {
    const world = startOffice()
    for (let i = 0; i < 21; i++) await addUser({ name: 'Мария' })
    const browser = await signIn(world)
    const first = await (await browser.open('/admin/clients?q=Мария')).text()
    const [, next = ''] = /href="([^"]*after=[^"]*)"/.exec(first) ?? []
    const second = await (await browser.open(next.replaceAll('&amp;', '&'))).text()
    const ids = (page: string) => [...page.matchAll(/href="\/admin\/clients\/(\d+)"/g)].map(([, id]) => Number(id))
    expect([ids(first).length, ids(second).length]).toEqual([20, 1])
    expect([...ids(first), ...ids(second)]).toEqual(
      (await rows<{ id: number }>('select id from users')).map(({ id }) => id),
    )
  })
})
