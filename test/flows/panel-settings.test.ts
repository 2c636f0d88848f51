import { describe, expect, test } from 'vitest'
import { HOUR_MS } from '../../src/platform/time.ts'
import {
  addAdmin,
  attempt,
  lastAudit,
  OTHER_PASSWORD,
  PASSWORD,
  signInBrowser,
  startOffice,
  WRONG,
} from '../support/office.ts'
import { type Browser, gzipped, hidden, locationOf, openBrowser, readable, signIn } from '../support/panel.ts'
import { addBooking, rows } from '../support/salon.ts'
import { NOON } from '../support/world.ts'

const SCRIPT = '<script>alert(1)</script>'
const open = async (browser: Browser, path: string) => await (await browser.open(path)).text()
const marked = (page: string) =>
  [...page.matchAll(/id="([\w-]+)"[^>]*aria-invalid="true"/g)].map(([, field]) => field).sort()

describe('the settings', () => {
  test.each([
    ['desk', ['account']],
    ['manager', ['account', 'levels']],
    ['owner', ['account', 'admins', 'audit', 'levels']],
  ] as const)('lead a %s to what he may open', async (role, pages) => {
    const page = await open(await signIn(startOffice(), role), '/admin/settings')
    const linked = [...page.matchAll(/href="\/admin\/settings\/(\w+)"/g)].map(([, name]) => name)
    expect(linked).toEqual(expect.arrayContaining([...pages]))
    for (const name of ['levels', 'admins', 'audit']) expect(linked.includes(name)).toBe(pages.includes(name as never))
  })

  test('say which rules hold and where they are set', async () => {
    const world = startOffice({ deskDailySpendPoints: 700, loyaltyEnabled: false })
    await addBooking({ userId: null, status: 'pending', startsAt: NOON + HOUR_MS })
    await addBooking({ userId: null, status: 'pending', startsAt: NOON + 2 * HOUR_MS })
    await rows('update bookings set hold_expires_at = ? + id * 1000 - 1000', NOON)
    const text = readable(await open(await signIn(world, 'desk'), '/admin/settings'))
    expect(text).toMatch(/700 бонусов DESK_DAILY_SPEND_POINTS/)
    expect(text).toMatch(/Бонусы начисляются нет LOYALTY_ENABLED/)
    expect(text).toMatch(/бронь до оплаты 10 минут/)
    // The other one has just ended.
    expect(text).toMatch(/Броней сейчас 1/)
  })
})

describe('the own account', () => {
  const PATH = '/admin/settings/account'
  const change = (browser: Browser, current: string, fresh: string, again = fresh) =>
    browser.send(PATH, { step: 'password', current, fresh, again })

  test('changes the password, which ends the other sessions and not this one', async () => {
    const world = startOffice()
    const browser = await signIn(world, 'desk')
    const elsewhere = openBrowser(world, await signInBrowser(world, {}, { email: 'desk@office.test' }))
    const page = await open(browser, locationOf(await change(browser, PASSWORD, OTHER_PASSWORD)))
    expect(readable(page)).toContain('Пароль изменён')
    expect(locationOf(await elsewhere.open(PATH))).toContain('/admin/login')
    expect((await attempt(world, { email: 'desk@office.test', password: OTHER_PASSWORD })).status).toBe(200)
  })

  test.each([
    ['a wrong one', WRONG.password, OTHER_PASSWORD, OTHER_PASSWORD, 401, [], 'Неверный e-mail или пароль'],
    ['a weak one', PASSWORD, 'desk-desk-2026', 'desk-desk-2026', 422, ['fresh'], 'Слишком простой пароль'],
    ['one that was mistyped', PASSWORD, OTHER_PASSWORD, `${OTHER_PASSWORD}x`, 422, ['again'], 'Пароли не совпадают'],
    ['none', '', '', '', 422, ['current', 'fresh'], 'Введите пароль'],
  ])('with %s says so, keeps the password and shows none', async (_, current, fresh, again, status, fields, said) => {
    const world = startOffice()
    const answer = await change(await signIn(world, 'desk'), current, fresh, again)
    const page = await answer.text()
    expect([answer.status, marked(page)]).toEqual([status, fields])
    expect(readable(page)).toContain(said)
    for (const secret of [WRONG.password, OTHER_PASSWORD, PASSWORD]) expect(page).not.toContain(secret)
    expect((await attempt(world, { email: 'desk@office.test' })).status).toBe(200)
  })

  test('shows where one is signed in, and signs out everywhere else', async () => {
    const world = startOffice()
    const browser = await signIn(world, 'desk')
    await attempt(world, { email: 'desk@office.test' })
    await addAdmin(world)
    await attempt(world)
    const before = readable(await open(browser, PATH))
    expect(before).toMatch(/15\.09\.2026 12:00 .* командная строка .* браузер этот/)
    const after = readable(await open(browser, locationOf(await browser.send(PATH, { step: 'end' }))))
    expect(after).not.toContain('командная строка')
    expect(after).toContain('браузер этот')
    // Somebody else's stays.
    expect(await rows("select 1 from admin_sessions where ended_at is null and kind = 'bearer'")).toHaveLength(1)
  })
})

describe('levels of bonuses', () => {
  const PATH = '/admin/settings/levels'
  const level = (index: number, fields: Record<string, string>) =>
    Object.fromEntries(Object.entries(fields).map(([name, value]) => [`${name}-${index}`, value]))
  const seenOn = (page: string) => hidden(page, 'seen').replaceAll('&quot;', '"')
  const BRONZE = { code: 'bronze', ru: 'Бронза', en: 'Bronze', min: '0', percent: '3' }
  const stored = () =>
    rows('select code, min_spend_kopecks as min, percent_basis_points as percent from loyalty_levels order by 2')

  test('are shown as people write them and saved as they were shown', async () => {
    const world = startOffice()
    const browser = await signIn(world)
    const before = await stored()
    const page = await open(browser, PATH)
    const fields = Object.fromEntries(
      [...page.matchAll(/<input[^>]*? name="([a-z]+-\d)"[^>]*? value="([^"]*)"/g)].map(([, name = '', value = '']) => [
        name,
        value,
      ]),
    )
    expect(fields).toMatchObject({ 'ru-1': 'Серебро', 'min-1': '30000', 'percent-3': '10', 'ru-4': '' })
    locationOf(await browser.send(PATH, { ...fields, seen: seenOn(page) }))
    expect(await stored()).toEqual(before)
  })

  test('are not overwritten from a page that shows older ones', async () => {
    const world = startOffice()
    const browser = await signIn(world)
    const seen = seenOn(await open(browser, PATH))
    locationOf(await browser.send(PATH, { ...level(0, { ...BRONZE, percent: '4' }), seen }))
    const after = await stored()
    for (const old of [{ seen }, {}]) {
      const answer = await browser.send(PATH, { ...level(0, { ...BRONZE, percent: '9' }), ...old })
      const page = await answer.text()
      expect([answer.status, readable(page)]).toEqual([412, expect.stringContaining('кто-то другой успел раньше')])
      // What the other one has made of them, and from there it goes on.
      expect(page).toMatch(/name="percent-0"[^>]*value="4"/)
      expect(seenOn(page)).toContain('400')
    }
    expect(await stored()).toEqual(after)
  })

  test('go on from what they were typed over when they are refused', async () => {
    const browser = await signIn(startOffice())
    const seen = seenOn(await open(browser, PATH))
    const sent = { ...level(0, BRONZE), ...level(1, { ...BRONZE, code: 'b' }), seen }
    expect(seenOn(await (await browser.send(PATH, sent)).text())).toBe(seen)
  })

  test('are changed, added and removed in one go', async () => {
    const world = startOffice()
    const browser = await signIn(world)
    const sent = {
      seen: seenOn(await open(browser, PATH)),
      ...level(0, { ...BRONZE, percent: '2,5' }),
      ...level(1, { code: 'silver', ru: '', en: '', min: '30000', percent: '5' }),
      ...level(2, { code: 'gold', ru: 'Золото', en: 'Gold', min: '100 000,50', percent: '7' }),
      ...level(3, { ru: 'Алмаз', en: 'Diamond', min: '500 000', percent: '12.25' }),
    }
    const page = await open(browser, locationOf(await browser.send(PATH, sent)))
    expect(readable(page)).toContain('Уровни сохранены')
    expect(await stored()).toEqual([
      { code: 'bronze', min: 0, percent: 250 },
      { code: 'gold', min: 10_000_050, percent: 700 },
      { code: 'level-1', min: 50_000_000, percent: 1225 },
    ])
    expect(await lastAudit()).toMatchObject({ action: 'loyalty.change_levels', role: 'owner' })
  })

  test.each([
    [level(0, { ...BRONZE, percent: '100,01' }), ['percent-0'], 'От 0 до 100'],
    [level(0, { ...BRONZE, percent: '-1', min: 'много' }), ['min-0', 'percent-0'], 'Сумма в рублях'],
    [level(0, { ...BRONZE, en: '' }), ['en-0'], 'Напишите название'],
    [{ ...level(0, BRONZE), ...level(1, { ...BRONZE, code: 'b' }) }, [], 'свой порог'],
    [{ ...level(0, BRONZE), ...level(1, { ...BRONZE, min: '1' }) }, [], 'свой код'],
    [level(0, { ...BRONZE, ru: '', en: '' }), [], 'Хотя бы один уровень'],
    [{}, [], 'Хотя бы один уровень'],
  ])('%j is refused in words and changes nothing', async (fields, wrong, said) => {
    const world = startOffice()
    const before = await stored()
    const answer = await (await signIn(world)).send(PATH, { ...fields })
    const page = await answer.text()
    expect([answer.status, marked(page)]).toEqual([422, wrong])
    expect(readable(page)).toContain(said)
    expect(await stored()).toEqual(before)
  })

  test('may only be looked at by a manager', async () => {
    const browser = await signIn(startOffice(), 'manager')
    const page = await open(browser, PATH)
    expect(readable(page)).toMatch(/Менять уровни может владелец.*Серебро Silver 30 000 ₽ 5 %/)
    expect(page).not.toContain('name="ru-0"')
    expect((await browser.send(PATH, level(0, BRONZE))).status).toBe(403)
  })
})

describe('the audit log', () => {
  const PATH = '/admin/settings/audit'
  const note = (fields: Record<string, string | number>) => {
    const entry = {
      at: NOON,
      actor: 'admin:7',
      action: 'user.x',
      entity: 'user',
      entity_id: '1',
      details: '{}',
      ...fields,
    }
    const names = Object.keys(entry)
    return rows(
      `insert into audit_log (${names.join(', ')}) values (${names.map(() => '?').join(', ')})`,
      ...Object.values(entry),
    )
  }
  const actions = (page: string) =>
    [...page.replaceAll(/<wbr\/?>/g, '').matchAll(/>(user\.\w+)</g)].map(([, action]) => action)

  test('is looked through by what it is about, who did it and the time of the salon', async () => {
    const world = startOffice()
    await note({ action: 'user.a', actor: 'admin:8' })
    await note({ action: 'user.b', entity_id: '2' })
    await note({ action: 'user.c', at: NOON + HOUR_MS })
    await note({ action: 'user.d', entity: 'booking' })
    const browser = await signIn(world)
    const found = async (query: string) => actions(await open(browser, `${PATH}?${query}`))
    expect(await found('')).toEqual(['user.d', 'user.c', 'user.b', 'user.a'])
    expect(await found('actor=admin:8')).toEqual(['user.a'])
    expect(await found('entity=booking')).toEqual(['user.d'])
    expect(await found('entity=user&number=2')).toEqual(['user.b'])
    expect(await found('entity=user&from=2026-09-15T12:30')).toEqual(['user.c'])
    expect(await found('entity=user&to=2026-09-15T12:30&actor=admin:7')).toEqual(['user.b'])
  })

  test('names who did it and what in words, and leads to its page', async () => {
    const world = startOffice()
    await rows(
      "insert into admins (id, email, name, role, created_at, updated_at) values (77, 'zoya@spa.test', 'Зоя', 'desk', 0, 0)",
    )
    await note({ actor: 'admin:77', action: 'booking.link', entity: 'booking', entity_id: '5' })
    const page = await open(await signIn(world), `${PATH}?entity=booking`)
    expect(readable(page)).toMatch(/Зоя .*указан клиент визита/)
    expect(page).toContain('<a href="/admin/bookings/5">визит 5</a>')
    expect(page).not.toMatch(/admin:77|booking\.link/)
  })

  test('says what changed, and nothing of what stayed', async () => {
    const world = startOffice()
    await note({
      details: JSON.stringify({ before: { role: 'desk', active: true }, after: { role: 'owner', active: true, n: 3 } }),
    })
    const text = readable(await open(await signIn(world), `${PATH}?actor=admin:7`))
    expect(text).toContain('role: desk → owner; n: 3')
    expect(text).not.toContain('active')
  })

  test.each([
    ['number=5', 'number'],
    ['from=x', 'from'],
    ['to=2026-09-31T10:00Z', 'to'],
  ])('%s is told beside the field', async (query, field) => {
    const answer = await (await signIn(startOffice())).open(`${PATH}?${query}`)
    expect([answer.status, marked(await answer.text())]).toEqual([422, [field]])
  })

  test('goes back page by page, small, with odd words as text', async () => {
    const world = startOffice()
    for (let i = 10; i < 35; i++) {
      const after = { levels: `${SCRIPT} ${crypto.randomUUID()} `.repeat(9) }
      await note({ action: `user.n${i}`, details: JSON.stringify({ after }), entity_id: crypto.randomUUID() })
    }
    const browser = await signIn(world)
    const first = await open(browser, `${PATH}?entity=user`)
    expect(first).not.toContain('<script>alert')
    expect(await gzipped(first)).toBeLessThan(12_000)
    const [, next = ''] = /href="([^"]*before=\d+)"/.exec(first) ?? []
    const second = await open(browser, next.replaceAll('&amp;', '&'))
    expect([...actions(first), ...actions(second)]).toEqual(Array.from({ length: 25 }, (_, i) => `user.n${34 - i}`))
  })
})
