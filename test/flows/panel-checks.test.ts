import { env } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import { ACCESS } from '../../src/auth/access.ts'
import { CONDITIONS } from '../../src/ops/health/conditions.ts'
import { parseConfig } from '../../src/platform/config.ts'
import { lastAudit, startOffice } from '../support/office.ts'
import { type Browser, gzipped, hidden, locationOf, readable, signIn } from '../support/panel.ts'
import { addUser, giveBonuses, openSalon, rows } from '../support/salon.ts'
import { NOON, WEBHOOK } from '../support/world.ts'

const open = async (browser: Browser, path: string) => await (await browser.open(path)).text()
const OFF = { ...parseConfig(env).yclients, enabled: false }

describe('the health page', () => {
  test('says what is wrong, what to do, and leads where this administrator may do it', async () => {
    const world = startOffice()
    await rows("insert into parked_work (key, message, reason, parked_at) values ('catalog', '{}', 'x', ?)", NOON)
    const page = await open(await signIn(world, 'manager'), '/admin/settings/health')
    expect(readable(page)).toMatch(/Кто-то должен вмешаться\..*✗ Отложено и ждёт человека: 1/)
    expect(page).toMatch(/Отложено и ждёт человека: 1<br\/?>.*?<a href="\/admin\/sync[^"]*">Открыть<\/a>/)
    const asDesk = await open(await signIn(world, 'desk'), '/admin/settings/health')
    expect(readable(asDesk)).toContain('Отложено и ждёт человека: 1')
    expect(asDesk).not.toContain('href="/admin/sync')
  })
})

test('every remedy that the health check knows is a page of the panel', () => {
  const links = Object.values(CONDITIONS).flatMap(({ link }) => link?.split('?')[0] ?? [])
  expect(links.filter((link) => ACCESS[`GET ${link}`] === undefined)).toEqual([])
})

describe('the doctor', () => {
  test('looks at everything and says what to do, without a secret in it', async () => {
    const world = startOffice()
    await openSalon(world)
    world.sim.state.hooks.urls = []
    const page = await open(await signIn(world, 'manager'), '/admin/settings/doctor')
    const text = readable(page)
    expect(text).toMatch(/Вебхук ✗ Вебхук не зарегистрирован.* Откройте «Вебхук YClients» и зарегистрируйте адрес/)
    expect(text).toContain('✓ Уровни бонусов в порядке (4)')
    const [troubles, fine] = [page.indexOf('Вебхук не зарегистрирован'), page.indexOf('Уровни бонусов в порядке')]
    expect(troubles).toBeGreaterThan(0)
    expect(fine).toBeGreaterThan(troubles)
    expect(page.slice(0, troubles).split('<details>').length).toBe(page.slice(0, troubles).split('</details>').length)
    expect(page.slice(0, fine).split('<details>').length).toBe(page.slice(0, fine).split('</details>').length + 1)
    expect(text).toContain('JWT_SECRET')
    expect(page).not.toMatch(/test-secret|test-webhook-secret|user-demo|partner-demo/)
    expect(await gzipped(page)).toBeLessThan(12_000)
  })
})

describe('the webhook', () => {
  const PATH = '/admin/settings/webhook'
  const CRM = 'https://crm.example/hook?key=their-secret'
  const OURS = `http://spa.test${WEBHOOK}`

  test('is registered in two steps, beside the addresses of others, and no secret is shown', async () => {
    const world = startOffice()
    const { hooks } = world.sim.state
    hooks.urls = [CRM]
    const browser = await signIn(world)
    const first = await open(browser, PATH)
    expect(readable(first)).toMatch(/Наш адрес зарегистрирован нет.*https:\/\/crm\.example\/hook\?… другой программы/)
    const [, link = ''] = /<a class="button" href="([^"]*)"/.exec(first) ?? []
    const second = await open(browser, link)
    expect(readable(second)).toMatch(
      /Адреса после этого https:\/\/crm\.example\/hook\?… http:\/\/spa\.test\/\S+webhook\?…/,
    )
    expect(hooks.urls).toEqual([CRM])

    const third = await open(browser, locationOf(await browser.send(PATH, { step: hidden(second, 'step') })))
    expect(hooks.urls).toEqual([CRM, OURS])
    expect(readable(third)).toMatch(/Записано в YClients.*зарегистрирован да.*наш/)
    expect(await lastAudit()).toMatchObject({ action: 'webhook.register', role: 'owner' })
    for (const page of [first, second, third]) expect(page).not.toMatch(/their-secret|test-webhook-secret/)
  })

  test('shows the secret only when asked, and notes that it did', async () => {
    const world = startOffice()
    const browser = await signIn(world)
    const answer = await browser.send(PATH, { step: 'reveal' })
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store'])
    expect(await answer.text()).toContain(OURS)
    expect(await lastAudit()).toMatchObject({ action: 'webhook.reveal' })
  })

  test.each([
    ['switched off', { yclients: OFF }, {}, 409, 'выключена'],
    ['down', {}, { fetch: async () => new Response('down', { status: 502 }) }, 503, 'YClients не отвечает'],
  ])('says in words that YClients is %s', async (_, settings, replaced, status, said) => {
    const answer = await (await signIn(startOffice(settings, replaced))).open(PATH)
    expect([answer.status, readable(await answer.text())]).toEqual([status, expect.stringContaining(said)])
  })
})

describe('the check of bonuses', () => {
  const PATH = '/admin/settings/ledger'

  test('is made by a button and says that all adds up', async () => {
    const world = startOffice()
    await giveBonuses(await addUser(), 100)
    const browser = await signIn(world, 'manager')
    expect(readable(await open(browser, PATH))).toContain('Проверок ещё не было')
    const page = await open(browser, locationOf(await browser.send(PATH, {})))
    expect(readable(page)).toMatch(/Проверено\..*15\.09\.2026 12:00 вручную сходится клиентов 1, операций 1, визитов 0/)
  })

  test('lists what does not', async () => {
    const world = startOffice()
    const userId = await addUser()
    await giveBonuses(userId, 100)
    await rows('update users set bonus_balance_points = 90 where id = ?', userId)
    const browser = await signIn(world, 'manager')
    const page = await open(browser, locationOf(await browser.send(PATH, {})))
    expect(readable(page)).toMatch(
      /Ничего не исправляйте вручную.*баланс — не сумма операций № \d+ — 100 90.*2 расхождения/,
    )
    expect(page).toContain(`href="/admin/clients/${userId}"`)
  })

  test('fits a page with a hundred differences', async () => {
    const world = startOffice()
    const details = Array.from({ length: 100 }, (_, i) => {
      return { kind: 'points_of_another', userId: i * 7919, bookingId: i * 104_729, expected: i, found: -i }
    })
    for (let i = 0; i < 11; i++) {
      await rows(
        `insert into ledger_checks (trigger, started_at, heartbeat_at, finished_at, differences, details)
        values ('cron', ?1, ?1, ?1, 100, ?2)`,
        NOON + i,
        JSON.stringify(details),
      )
    }
    const browser = await signIn(world)
    const page = await open(browser, PATH)
    expect(readable(page)).toContain('Показаны первые двадцать')
    expect(await gzipped(page)).toBeLessThan(12_000)
    const [, next = ''] = /href="([^"]*before=\d+)"/.exec(page) ?? []
    expect((await open(browser, next)).match(/100 расхождений/g)).toHaveLength(1)
  })
})

describe('duplicates and codes', () => {
  const PATH = '/admin/settings/duplicates'

  test('are suspected, and lead to merging the younger record into the older', async () => {
    const world = startOffice()
    const older = await addUser({ name: '<script>alert(1)</script>', surname: 'Котова', code: 'ABC12345' })
    const younger = await addUser({ name: '<script>alert(1)</script>', surname: 'Котова', phone: '+79000000001' })
    await addUser({ name: 'Борис', surname: 'Ёлкин' })
    const browser = await signIn(world, 'manager')
    const page = await open(browser, PATH)
    expect(readable(page)).toMatch(/ABC12345 .* \+79000000001 имя и фамилия Объединить/)
    expect(page).not.toMatch(/<script>alert|Борис/)
    const [, merge = ''] = /href="(\/admin\/clients\/\d+\/merge[^"]*)"/.exec(page) ?? []
    expect(merge).toBe(`/admin/clients/${older}/merge?from=${younger}`)
    expect((await browser.open(locationOf(await browser.open(merge)))).status).toBe(200)
  })

  test('fit a page with as many pairs as are shown, and go on', async () => {
    const world = startOffice()
    for (let i = 0; i < 45; i++) {
      const person = { name: `Александра-Константина ${i}`, surname: 'Преображенская-Вознесенская' }
      await addUser({ ...person, code: `KMT${String(i).padStart(5, '0')}` })
      await addUser({ ...person, phone: `+7900${String(i * 7919).padStart(7, '0')}` })
    }
    const browser = await signIn(world, 'manager')
    const page = await open(browser, PATH)
    expect(await gzipped(page)).toBeLessThan(12_000)
    const merges = (html: string) =>
      [...html.matchAll(/href="(\/admin\/clients\/\d+\/merge[^"]*)"/g)].map(([, link]) => link)
    const [, next = ''] = /href="([^"]*after=\d+)"/.exec(page) ?? []
    expect(new Set([...merges(page), ...merges(await open(browser, next))]).size).toBe(45)
  })

  test('give codes to those who have none, and leave those that are there', async () => {
    const world = startOffice()
    await addUser({ code: 'ABC12345' })
    await addUser()
    const browser = await signIn(world, 'manager')
    const page = await open(browser, locationOf(await browser.send(PATH, {})))
    expect(readable(page)).toContain('У всех клиентов теперь есть код')
    const codes = await rows<{ code: string }>('select unique_code as code from users order by id')
    expect(codes.map(({ code }) => code)).toEqual(['ABC12345', expect.stringMatching(/^[A-Z]{3}\d{5}$/)])
    expect(await lastAudit()).toMatchObject({ action: 'user.give_codes' })
  })
})
