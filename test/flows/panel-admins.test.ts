import { describe, expect, test } from 'vitest'
import {
  addAdmin,
  attempt,
  lastAudit,
  OTHER_PASSWORD,
  PASSWORD,
  signInBrowser,
  startOffice,
  times,
} from '../support/office.ts'
import { type Browser, gzipped, hidden, locationOf, openBrowser, readable, signIn } from '../support/panel.ts'
import { row, rows } from '../support/salon.ts'

const SCRIPT = '<script>alert(1)</script>'
const open = async (browser: Browser, path: string) => await (await browser.open(path)).text()
const marked = (page: string) =>
  [...page.matchAll(/id="([\w-]+)"[^>]*aria-invalid="true"/g)].map(([, field]) => field).sort()

describe('administrators', () => {
  const PATH = '/admin/settings/admins'
  const versionOf = async (browser: Browser, id: number) => hidden(await open(browser, `${PATH}/${id}`), 'version')
  const NINA = { email: 'nina@spa.test', name: 'Нина', role: 'desk', password: PASSWORD }

  test('are let in, and may sign in', async () => {
    const world = startOffice()
    const browser = await signIn(world)
    const page = await open(browser, locationOf(await browser.send(PATH, NINA)))
    expect(readable(page)).toMatch(/Добавлено\..*Нина nina@spa\.test Ресепшен работает есть/)
    expect((await attempt(world, { email: NINA.email })).status).toBe(200)
    expect(await lastAudit()).toMatchObject({ action: 'admin.login' })
  })

  test('without a password come through Cloudflare Access only', async () => {
    const browser = await signIn(startOffice())
    const page = await open(browser, locationOf(await browser.send(PATH, { ...NINA, password: '' })))
    expect(readable(page)).toContain('нет: только Cloudflare Access')
  })

  test.each([
    [{ ...NINA, email: 'owner@office.test' }, 409, [], 'Администратор с таким e-mail уже есть'],
    [{ ...NINA, email: 'no e-mail' }, 422, ['email'], 'Это не e-mail'],
    [{ ...NINA, name: ' ' }, 422, ['name'], 'Напишите имя'],
    [{ ...NINA, role: 'boss' }, 422, ['role'], 'Выберите роль'],
    [{ ...NINA, password: 'short' }, 422, ['password'], 'Слишком простой пароль'],
  ])('%j is refused in words, and what was typed stays', async (fields, status, wrong, said) => {
    const browser = await signIn(startOffice())
    const before = await rows('select id from admins')
    const answer = await browser.send(PATH, fields)
    const page = await answer.text()
    expect([answer.status, marked(page)]).toEqual([status, wrong])
    expect(readable(page)).toContain(said)
    expect(page).toContain(`value="${fields.email}"`)
    expect(page).not.toContain('short')
    expect(await rows('select id from admins')).toEqual(before)
  })

  test('are not changed from a page that shows them as they were, so that nobody is hired again by it', async () => {
    const world = startOffice()
    const id = await addAdmin(world, { email: NINA.email, role: 'desk' })
    const owner = await signIn(world)
    const shown = { step: 'change', name: 'Нина', role: 'manager', version: await versionOf(owner, id) }
    locationOf(await owner.send(`${PATH}/${id}`, { ...shown, role: 'desk', active: 'no' }))
    const { version: _, ...unsaid } = shown
    for (const old of [shown, unsaid]) {
      const answer = await owner.send(`${PATH}/${id}`, { ...old, active: 'yes' })
      const page = await answer.text()
      expect([answer.status, readable(page)]).toEqual([412, expect.stringContaining('кто-то другой успел раньше')])
      // What the other one has made of it, and from there it goes on.
      expect(page).toMatch(/<option value="no" selected/)
    }
    expect(await rows('select role, active from admins where id = ?', id)).toEqual([{ role: 'desk', active: 0 }])
    locationOf(await owner.send(`${PATH}/${id}`, { ...shown, active: 'yes', version: await versionOf(owner, id) }))
  })

  test('change their role, are dismissed and get a new password', async () => {
    const world = startOffice()
    const id = await addAdmin(world, { email: NINA.email, role: 'desk' })
    const nina = openBrowser(world, await signInBrowser(world, {}, { email: NINA.email }))
    const owner = await signIn(world)
    const change = async (fields: Record<string, string>) => {
      const sent = { step: 'change', name: 'Нина', version: await versionOf(owner, id), role: 'manager', ...fields }
      locationOf(await owner.send(`${PATH}/${id}`, sent))
    }
    await change({ active: 'yes' })
    expect((await nina.open('/admin/sync')).status).toBe(200)

    const page = await open(
      owner,
      locationOf(await owner.send(`${PATH}/${id}`, { step: 'password', password: OTHER_PASSWORD })),
    )
    expect(readable(page)).toContain('Пароль задан')
    expect(locationOf(await nina.open('/admin'))).toContain('/admin/login')
    expect((await attempt(world, { email: NINA.email, password: OTHER_PASSWORD })).status).toBe(200)

    await change({ active: 'no' })
    expect((await attempt(world, { email: NINA.email, password: OTHER_PASSWORD })).status).toBe(401)
    expect(readable(await open(owner, PATH))).toMatch(/Нина nina@spa\.test Управляющий уволен/)
  })

  test('keep the last owner', async () => {
    const world = startOffice()
    const browser = await signIn(world)
    const { id } = await row<{ id: number }>("select id from admins where email = 'owner@office.test'")
    const fields = { step: 'change', name: 'Ольга', role: 'desk', active: 'yes', version: await versionOf(browser, id) }
    const answer = await browser.send(`${PATH}/${id}`, fields)
    expect([answer.status, readable(await answer.text())]).toEqual([
      409,
      expect.stringContaining('Последнего владельца нельзя лишить прав'),
    ])
  })

  test('that do not exist are not found', async () => {
    const browser = await signIn(startOffice())
    for (const id of ['999', '0', 'x']) {
      expect((await browser.open(`${PATH}/${id}`)).status).toBe(404)
      expect((await browser.send(`${PATH}/${id}`, { step: 'password', password: PASSWORD })).status).toBe(404)
    }
  })

  test('fit a page, and their names are text', async () => {
    const world = startOffice()
    await times(21, (i) => addAdmin(world, { email: `administrator.number.${i}@beautiful-salon.test` }))
    await rows('update admins set name = ? where id > 11', SCRIPT)
    const browser = await signIn(world)
    const page = await open(browser, PATH)
    expect(page).toContain('&lt;script&gt;')
    expect(page).not.toContain('<script>alert')
    expect(await gzipped(page)).toBeLessThan(12_000)
    const [, next = ''] = /href="([^"]*after=\d+)"/.exec(page) ?? []
    expect(await open(browser, next)).toContain('owner@office.test')
  })
})
