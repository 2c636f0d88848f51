import { env } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import { openDb } from '../../src/platform/db.ts'
import { findUsers } from '../../src/users/find-users.ts'
import { countD1 } from '../support/count-d1.ts'
import { lastAudit, startOffice } from '../support/office.ts'
import { type Browser, hidden, locationOf, readable, signIn } from '../support/panel.ts'
import { addUser, rows } from '../support/salon.ts'
import { codeSentTo } from '../support/sign-in.ts'
import type { World } from '../support/world.ts'

const NEW = '/admin/clients/new'
const PHONE = '+79161234567'

async function office(): Promise<{ world: World; browser: Browser }> {
  const world = startOffice()
  return { world, browser: await signIn(world, 'desk') }
}

/** What the second step would send. */
async function askForCode(browser: Browser, fields: Record<string, string> = {}) {
  const answer = await browser.send(NEW, { step: 'send', contact: '8 (916) 123-45-67', name: '', back: '', ...fields })
  const page = await answer.text()
  expect([answer.status, readable(page)]).toEqual([200, expect.stringContaining(`Код отправлен: ${PHONE}`)])
  const field = (name: string) => hidden(page, name)
  return { step: 'create', contact: field('contact'), challenge: field('challenge'), back: field('back') }
}
const clients = () => rows('select name, surname from users')

describe('registering a client at the desk', () => {
  test('takes the code that the client tells, his name and the signed consent', async () => {
    const { world, browser } = await office()
    const sent = await askForCode(browser)
    const code = codeSentTo(world, { phone: PHONE })
    const person = { name: 'Анна', surname: 'Котова', consent: 'true' }
    const done = locationOf(
      await browser.send(NEW, { ...sent, ...person, code: `${code.slice(0, 3)} ${code.slice(3)}` }),
    )
    const [user] = await rows<{ id: number }>('select id from users')
    expect(done).toBe(`/admin/clients/${user?.id}?done=registered`)
    expect(readable(await (await browser.open(done)).text())).toMatch(
      /Анна Котова.*Клиент зарегистрирован.*\+79161234567.*на бумаге в салоне/,
    )
    expect(await lastAudit()).toMatchObject({ role: 'desk' })
  })

  test('starts from an empty search with the phone, and comes back to the booking with the client chosen', async () => {
    const { world, browser } = await office()
    const search = await browser.open(`/admin/bookings/new?key=some-key-1&day=2026-09-16&q=89161234567`)
    const page = await search.text()
    expect(readable(page)).toContain('Такого клиента ещё нет. Зарегистрировать по телефону')
    const [, way = ''] = /href="(\/admin\/clients\/new[^"]*)"/.exec(page) ?? []
    const first = await (await browser.open(way.replaceAll('&amp;', '&'))).text()
    expect(first).toMatch(/name="contact"[^>]*value="89161234567"/)
    const back = hidden(first, 'back').replaceAll('&amp;', '&')
    const sent = await askForCode(browser, { back })
    const code = codeSentTo(world, { phone: PHONE })
    const done = locationOf(
      await browser.send(NEW, { ...sent, back: sent.back.replaceAll('&amp;', '&'), code, name: 'Анна' }),
    )
    const [user] = await rows<{ id: number }>('select id from users')
    expect(done).toBe(`/admin/bookings/new?key=some-key-1&day=2026-09-16&user=${user?.id}`)
    expect(await rows('select 1 from consents')).toEqual([])
  })

  test('leads nowhere but to the panel', async () => {
    const { browser } = await office()
    const page = await (await browser.open(`${NEW}?back=https://evil.test/x`)).text()
    expect(hidden(page, 'back')).toBe('/admin')
  })

  test('says what is wrong with the code, and keeps what was typed', async () => {
    const { world, browser } = await office()
    const sent = await askForCode(browser)
    const code = codeSentTo(world, { phone: PHONE })
    const other = code === '000000' ? '000001' : '000000'
    const wrong = await browser.send(NEW, { ...sent, name: 'Анна', surname: 'Котова', code: other })
    const page = await wrong.text()
    expect([wrong.status, page]).toEqual([422, expect.stringMatching(/id="code-error">Неверный код/)])
    expect(page).toMatch(/name="surname"[^>]*value="Котова"/)
    const nameless = await browser.send(NEW, { ...sent, name: ' ', code })
    expect([nameless.status, await nameless.text()]).toEqual([422, expect.stringContaining('id="name-error"')])
    world.clock.now += 3_600_000
    const late = await browser.send(NEW, { ...sent, name: 'Анна', code })
    expect(await late.text()).toMatch(/id="code-error">Код устарел/)
    expect(await clients()).toEqual([])
  })

  test('sends the code again after a minute, and the first one stays good until then', async () => {
    const { world, browser } = await office()
    const sent = await askForCode(browser)
    const early = await browser.send(NEW, { ...sent, step: 'send' })
    const page = await early.text()
    expect([early.status, readable(page)]).toEqual([429, expect.stringMatching(/Слишком часто.*через 60 с/)])
    expect(hidden(page, 'challenge')).toBe(sent.challenge)
    world.clock.now += 61_000
    const again = await askForCode(browser, sent.challenge === '' ? {} : { challenge: sent.challenge })
    expect(again.challenge).not.toBe(sent.challenge)
    expect(world.inbox.messagesTo(PHONE)).toHaveLength(2)
  })

  test('of somebody who is a client already shows him, and costs no message', async () => {
    const { world, browser } = await office()
    const anna = await addUser({ name: 'Анна', surname: 'Котова', phone: PHONE })
    const answer = await browser.send(NEW, { step: 'send', contact: PHONE, back: '/admin/bookings/new?key=some-key-1' })
    const page = await answer.text()
    expect([answer.status, page]).toEqual([409, expect.stringContaining(`href="/admin/clients/${anna}"`)])
    expect(page).toContain(`href="/admin/bookings/new?key=some-key-1&amp;user=${anna}"`)
    expect(world.inbox.messages).toEqual([])
    const unreadable = await browser.send(NEW, { step: 'send', contact: 'не знает' })
    expect([unreadable.status, await unreadable.text()]).toEqual([422, expect.stringContaining('id="contact-error"')])
  })
})

describe('clients are found by a part of', () => {
  const salon = async () => {
    const world = startOffice()
    const anna = await addUser({
      name: 'Анна',
      surname: 'Котова',
      code: 'ABC12345',
      phone: PHONE,
      email: 'kotova@mail.test',
    })
    const boris = await addUser({ name: 'Авсей', code: 'XKM12345', phone: '+79035550067', email: 'boris@mail.test' })
    return { world, anna, boris }
  }
  test.each([
    ['the code', 'авс', ['anna', 'boris']],
    ['the code with digits', 'а в с-1', ['anna']],
    ['the phone', '45-67', ['anna']],
    ['the phone of more digits', '5550067', ['boris']],
    ['the e-mail', 'KOT', ['anna']],
    ['the e-mail with its sign', 'boris@', ['boris']],
    ['the name', 'отов', ['anna']],
    ['nothing that anybody has', 'KMX', []],
    ['too few digits', '067', []],
  ] as const)('%s: %s', async (_, query, expected) => {
    const { world, anna, boris } = await salon()
    const ids = { anna, boris }
    const found = await findUsers(world.ctx, query, { afterId: 0, limit: 10 })
    expect(found.map(({ id }) => id)).toEqual(expected.map((name) => ids[name]))
  })

  test('by indexes: of two thousand clients no more than those who are found are read', async () => {
    const { db, counts } = countD1(env.DB)
    const world = startOffice({}, { db: openDb(db) })
    await addUser({ code: 'ABC12345', phone: PHONE, email: 'kotova@mail.test' })
    await env.DB.batch([
      env.DB.prepare(`insert into users (name, unique_code, created_at, updated_at)
        with n (i) as (select 10000 union all select i + 1 from n where i < 12000) select 'Гость', 'XKM' || i, 0, 0 from n`),
      env.DB.prepare(`insert into user_contacts (user_id, kind, value, phone_last10, verified_at)
        select id, 'phone', '+79' || (100000000 + id), '9' || (100000000 + id), 0 from users where name = 'Гость'`),
      env.DB.prepare(`insert into user_contacts (user_id, kind, value, verified_at)
        select id, 'email', 'guest' || id || '@mail.test', 0 from users where name = 'Гость'`),
    ])
    for (const query of ['4567', 'авс1', 'kotova@']) {
      counts.rowsRead = 0
      expect(await findUsers(world.ctx, query, { afterId: 0, limit: 10 })).toHaveLength(1)
      expect([query, counts.rowsRead < 30]).toEqual([query, true])
    }
  })
})

test('what is too short to look for is not said to be nobody', async () => {
  const { browser } = await office()
  const page = readable(await (await browser.open('/admin/clients?q=ab')).text())
  expect(page).toContain('Введите хотя бы 3 знака')
  expect(page).not.toContain('Такого клиента')
})
