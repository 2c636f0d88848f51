import { env } from 'cloudflare:workers'
import { describe, expect, test, vi } from 'vitest'
import { PASSWORD_COST } from '../../src/admin/password.ts'
import { signToken } from '../../src/auth/tokens.ts'
import { HOUR_MS, MINUTE_MS } from '../../src/platform/time.ts'
import {
  addAdmin,
  attempt,
  codeOf,
  cookiesOf,
  from,
  OTHER_PASSWORD,
  PASSWORD,
  startOffice,
  tokenFor,
} from '../support/office.ts'
import { row, rows } from '../support/salon.ts'
import type { World } from '../support/world.ts'

const SESSION = '/api/v1/admin/session'
const WRONG = { password: 'не тот пароль совсем' }
const times = <T>(count: number, work: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)))
const withCookie = (cookie: string, more: Record<string, string> = {}) => ({ headers: { cookie, ...more } })
const OWN_PAGE = { 'sec-fetch-site': 'same-origin' }

async function signInBrowser(world: World, headers: Record<string, string> = {}): Promise<string> {
  const answer = await attempt(world, { session: 'cookie', headers })
  expect(answer.status).toBe(200)
  return cookiesOf(answer)
}

describe('signing in', () => {
  test('with e-mail in any case and password gives a token that works for a month', async () => {
    const world = startOffice()
    const id = await addAdmin(world, { role: 'manager' })
    const answer = await attempt(world, { email: ' Olga@Spa.TEST ' })
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.getSetCookie()).toEqual([])
    const { token, admin, expires_at } = await answer.json<{ token: string; admin: object; expires_at: string }>()
    expect(token).toMatch(/^spa_admin_[\w-]{43}$/)
    expect(expires_at).toBe('2026-10-15T12:00:00+03:00')
    expect(admin).toMatchObject({ id, email: 'olga@spa.test', role: 'manager', active: true, has_password: true })
    const me = await world.call('GET', SESSION, { token })
    expect(await me.json()).toEqual(admin)
    world.clock.now += 30 * 24 * HOUR_MS - 1
    expect((await world.call('GET', SESSION, { token })).status).toBe(200)
    world.clock.now += 1
    expect((await world.call('GET', SESSION, { token })).status).toBe(401)
  })

  test('keeps of the token its hash only, and tells the audit log who came and how', async () => {
    const world = startOffice()
    const id = await addAdmin(world)
    const token = await tokenFor(world)
    const { hash } = await row<{ hash: string }>('select token_hash as hash from admin_sessions')
    expect(hash).toMatch(/^[0-9a-f]{64}$/)
    expect(token).not.toContain(hash)
    const entry = await row('select * from audit_log')
    expect(entry).toMatchObject({
      action: 'admin.login',
      actor: `admin:${id}`,
      role: 'owner',
      entity_id: String(id),
      details: '{"after":{"session":"bearer"}}',
      request_id: expect.any(String),
    })
    expect(JSON.stringify(entry)).not.toContain('olga')
  })

  test('as a browser sets two cookies that scripts, other sites and other hosts cannot touch', async () => {
    const world = startOffice()
    await addAdmin(world)
    const answer = await attempt(world, { session: 'cookie', headers: OWN_PAGE })
    const [session = '', device = '', ...rest] = answer.headers.getSetCookie()
    expect(rest).toEqual([])
    const attributes = (cookie: string) => cookie.split('; ').slice(1).sort()
    const strict = ['HttpOnly', 'Path=/', 'SameSite=Strict', 'Secure']
    expect(session).toMatch(/^__Host-spa-admin=[\w-]{43};/)
    expect(attributes(session)).toEqual(['HttpOnly', `Max-Age=${12 * 3600}`, ...strict.slice(1)].sort())
    expect(device).toMatch(/^__Host-spa-device=[\w.-]+;/)
    expect(attributes(device)).toEqual([`Max-Age=${180 * 24 * 3600}`, ...strict].sort())
    expect(await answer.json()).toMatchObject({ token: null })
    const cookie = cookiesOf(answer)
    expect((await world.call('GET', SESSION, withCookie(cookie))).status).toBe(200)
    world.clock.now += 12 * HOUR_MS
    expect((await world.call('GET', SESSION, withCookie(cookie))).status).toBe(401)
  })

  test('gives a token that works only as what it was given for', async () => {
    const world = startOffice()
    await addAdmin(world)
    const token = await tokenFor(world)
    expect((await world.call('GET', SESSION, withCookie(`__Host-spa-admin=${token}`))).status).toBe(401)
    const cookie = (await signInBrowser(world)).split('; ')[0]?.split('=')[1] ?? ''
    expect((await world.call('GET', SESSION, { token: cookie })).status).toBe(401)
    expect((await world.call('GET', SESSION, { token: `spa_admin_${cookie}` })).status).toBe(401)
  })

  test.each([
    ['a wrong password', WRONG],
    ['an e-mail that nobody has', { email: 'nobody@spa.test' }],
    ['what is no e-mail', { email: 'olga' }],
    ['the e-mail of somebody dismissed', { email: 'gone@spa.test' }],
    ['the e-mail of somebody who has no password', { email: 'access@spa.test' }],
  ])('with %s is refused in the same words', async (_, credentials) => {
    const world = startOffice()
    await addAdmin(world)
    await addAdmin(world, { email: 'gone@spa.test', active: false })
    await addAdmin(world, { email: 'access@spa.test', password: null })
    const answer = await attempt(world, credentials)
    expect(await answer.json()).toMatchObject({
      status: 401,
      code: 'wrong_credentials',
      detail: 'Неверный e-mail или пароль',
    })
    expect(answer.headers.getSetCookie()).toEqual([])
    expect(await rows('select * from admin_sessions')).toEqual([])
    expect(await rows('select * from audit_log')).toEqual([])
    expect(world.logged.map(({ event }) => event)).toEqual(['admin.login_refused'])
    expect(JSON.stringify(world.logged)).not.toMatch(/olga|nobody|gone|access|пароль/)
  })

  test('at the real cost works, and brings a hash of a lower cost up to it', async () => {
    const cheap = startOffice()
    await addAdmin(cheap)
    const world = startOffice({}, { passwordCost: PASSWORD_COST })
    await tokenFor(world)
    const { hash } = await row<{ hash: string }>('select password_hash as hash from admins')
    expect(hash).toMatch(/^\$scrypt\$ln=14,r=8,p=5\$/)
    await tokenFor(world)
    expect(await row('select password_hash as hash from admins')).toEqual({ hash })
    expect((await attempt(world, WRONG)).status).toBe(401)
  })

  test('compares what was hashed by a function that takes the same time wherever it differs', async () => {
    const world = startOffice()
    await addAdmin(world)
    const compare = vi.spyOn(crypto.subtle, 'timingSafeEqual')
    try {
      await attempt(world, WRONG)
      expect(compare).toHaveBeenCalledOnce()
    } finally {
      compare.mockRestore()
    }
  })

  test('gives no session to somebody who is dismissed while the password is being checked', async () => {
    const plain = startOffice()
    await addAdmin(plain)
    let batches = 0
    const world = startOffice(
      {},
      {
        db: {
          ...plain.ctx.db,
          batch: async (statements) => {
            // The first counts the attempt, the second writes the session.
            if (++batches === 2) await env.DB.exec('update admins set active = 0')
            return await plain.ctx.db.batch(statements)
          },
        },
      },
    )
    expect(await codeOf(await attempt(world))).toBe('wrong_credentials')
    expect(await rows('select * from admin_sessions')).toEqual([])
    expect(await rows('select * from audit_log')).toEqual([])
  })
})

describe('wrong passwords', () => {
  test('are looked at five times, though a hundred come at once', async () => {
    const world = startOffice()
    await addAdmin(world)
    const answers = await times(100, () => attempt(world, WRONG))
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5)
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(95)
    expect(world.logged.filter(({ event }) => event === 'admin.login_refused')).toHaveLength(5)
  })

  test('lock the right one out, too, until a quarter of an hour has passed', async () => {
    const world = startOffice()
    await addAdmin(world)
    await times(5, () => attempt(world, WRONG))
    world.clock.now += 5 * MINUTE_MS
    const refused = await attempt(world)
    expect(refused.headers.get('retry-after')).toBe('600')
    expect(await refused.json()).toMatchObject({ status: 429, code: 'too_many_requests' })
    world.clock.now += 10 * MINUTE_MS
    expect((await attempt(world)).status).toBe(200)
  })

  test('are forgotten when the right one follows', async () => {
    const world = startOffice()
    await addAdmin(world)
    for (let round = 0; round < 3; round++) {
      await times(4, () => attempt(world, WRONG))
      expect((await attempt(world)).status).toBe(200)
    }
  })

  test('of a stranger lock out neither another address nor a browser that was signed in before', async () => {
    const world = startOffice()
    await addAdmin(world)
    const device = await signInBrowser(world, from('198.51.100.7').headers)
    const stranger = from('198.51.100.7')
    await times(20, () => attempt(world, { ...WRONG, ...stranger }))
    expect((await attempt(world, stranger)).status).toBe(429)
    expect((await attempt(world, from('203.0.113.5'))).status).toBe(200)
    const colleague = { headers: { ...stranger.headers, cookie: device } }
    expect((await attempt(world, colleague)).status).toBe(200)
    // The stranger has gained nothing by it.
    expect((await attempt(world, stranger)).status).toBe(429)
  })

  test('in a browser that was signed in before count there, five times', async () => {
    const world = startOffice()
    await addAdmin(world)
    const cookie = await signInBrowser(world)
    const answers = await times(20, () => attempt(world, { ...WRONG, headers: { cookie } }))
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5)
    expect((await attempt(world, { headers: { cookie } })).status).toBe(429)
    expect((await attempt(world)).status).toBe(200)
  })

  test('in the known browser of one administrator are those of a stranger for another', async () => {
    const world = startOffice()
    await addAdmin(world)
    await addAdmin(world, { email: 'boris@spa.test' })
    const cookie = await signInBrowser(world)
    await times(5, () => attempt(world, { ...WRONG, email: 'boris@spa.test' }))
    const guess = await attempt(world, { ...WRONG, email: 'boris@spa.test', headers: { cookie } })
    expect(guess.status).toBe(429)
  })

  test.each([
    ['made up', 'x'],
    ['signed for something else', 'token'],
    ['half a year old', 'old'],
  ])('with a device cookie that is %s count as a stranger’s', async (_, kind) => {
    const world = startOffice()
    const id = await addAdmin(world)
    const old = (await signInBrowser(world)).split('; ')[1] ?? ''
    if (kind === 'old') world.clock.now += 180 * 24 * HOUR_MS + 1000
    const seconds = world.clock.now / 1000
    const foreign = await signToken({ sub: String(id), jti: 'x' }, 'spa-booking-api', world.ctx.config.secrets, {
      nowSeconds: seconds,
      lifetimeSeconds: 600,
    })
    const cookie = { x: '__Host-spa-device=x', token: `__Host-spa-device=${foreign}`, old }[kind] ?? ''
    await times(5, () => attempt(world, WRONG))
    expect((await attempt(world, { headers: { cookie } })).status).toBe(429)
  })

  test('for ever new e-mails stop at thirty from one network, be it IPv4 or the /64 of IPv6', async () => {
    for (const address of [() => '198.51.100.7', (n: number) => `2001:db8:0:1::${n.toString(16)}`]) {
      const world = startOffice()
      const answers = await times(40, (n) =>
        attempt(world, { ...WRONG, email: `somebody${n}@spa.test`, ...from(address(n + 1)) }),
      )
      expect(answers.filter(({ status }) => status === 401)).toHaveLength(30)
      expect((await attempt(world, from('2001:db8:0:2::1'))).status).toBe(401)
    }
  })

  test('for many e-mails are not forgotten because one’s own sign-in succeeds now and then', async () => {
    const world = startOffice()
    await addAdmin(world)
    let looked = 0
    for (let n = 0; n < 40; n++) {
      looked += (await attempt(world, { ...WRONG, email: `somebody${n}@spa.test` })).status === 401 ? 1 : 0
      if (n % 5 === 0) looked += (await attempt(world)).status === 200 ? 1 : 0
    }
    expect(looked).toBe(30)
  })

  test('leave neither e-mails nor addresses in the table that counts them', async () => {
    const world = startOffice()
    await addAdmin(world)
    await attempt(world, { ...WRONG, ...from('198.51.100.7') })
    const keys = await rows<{ key: string }>('select key from allowances')
    expect(keys).toHaveLength(2)
    for (const { key } of keys) expect(key).toMatch(/^admin-login:[0-9a-f]{64}$/)
  })
})

describe('a request with a session', () => {
  test('that shows a token and a cookie is judged by the token alone, even a bad one', async () => {
    const world = startOffice()
    await addAdmin(world)
    await addAdmin(world, { email: 'desk@spa.test', role: 'desk' })
    const cookie = await signInBrowser(world)
    const token = await tokenFor(world, { email: 'desk@spa.test' })
    const both = await world.call('GET', SESSION, { token, ...withCookie(cookie) })
    expect(await both.json()).toMatchObject({ email: 'desk@spa.test' })
    for (const authorization of ['Bearer spa_admin_x', 'Bearer x', 'Basic b2xnYTp4', '']) {
      const answer = await world.call('GET', SESSION, { headers: { cookie, authorization } })
      expect(answer.status).toBe(401)
    }
  })

  test('by cookie changes things only from our own pages; by token from anywhere', async () => {
    const world = startOffice()
    await addAdmin(world)
    const cookie = await signInBrowser(world)
    const create = (headers: Record<string, string>, token?: string) =>
      world.call('POST', '/api/v1/admin/admins', {
        body: { email: `n${Math.random()}@spa.test`, name: 'Нина', role: 'desk' },
        headers,
        ...(token && { token }),
      })
    const foreign = [
      {},
      { origin: 'https://evil.test' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site', origin: 'http://spa.test' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'none' },
    ]
    for (const headers of foreign) {
      expect(await codeOf(await create({ cookie, ...headers }))).toBe('cross_site_request')
    }
    expect(await rows("select * from admins where role = 'desk'")).toEqual([])
    expect((await create({ cookie, ...OWN_PAGE })).status).toBe(201)
    expect((await create({ cookie, origin: 'http://spa.test' })).status).toBe(201)
    const token = await tokenFor(world)
    for (const headers of foreign) expect((await create(headers, token)).status).toBe(201)
  })

  test('cannot be begun by another site', async () => {
    const world = startOffice()
    await addAdmin(world)
    for (const headers of [{ origin: 'https://evil.test' }, { 'sec-fetch-site': 'cross-site' }]) {
      const answer = await attempt(world, { session: 'cookie', headers })
      expect(answer.headers.getSetCookie()).toEqual([])
      expect(await codeOf(answer)).toBe('cross_site_request')
    }
    expect(await rows('select * from admin_sessions')).toEqual([])
  })

  test('is over after signing out, and only it', async () => {
    const world = startOffice()
    await addAdmin(world)
    const [token, other] = [await tokenFor(world), await tokenFor(world)]
    const cookie = await signInBrowser(world)
    expect((await world.call('POST', '/api/v1/admin/logout', { token })).status).toBe(204)
    expect((await world.call('GET', SESSION, { token })).status).toBe(401)
    expect((await world.call('GET', SESSION, { token: other })).status).toBe(200)
    const out = await world.call('POST', '/api/v1/admin/logout', withCookie(cookie, OWN_PAGE))
    expect(out.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^__Host-spa-admin=; Max-Age=0; Path=\/; .*Secure/),
    ])
    expect((await world.call('GET', SESSION, withCookie(cookie))).status).toBe(401)
    expect(await rows("select 1 from audit_log where action = 'admin.logout'")).toHaveLength(2)
  })

  test('is dead the moment its administrator is dismissed, and so is a cookie', async () => {
    const world = startOffice()
    await addAdmin(world)
    const id = await addAdmin(world, { email: 'desk@spa.test', role: 'desk' })
    const [owner, token] = [await tokenFor(world), await tokenFor(world, { email: 'desk@spa.test' })]
    const cookie = cookiesOf(await attempt(world, { email: 'desk@spa.test', session: 'cookie' }))
    const path = `/api/v1/admin/admins/${id}`
    expect((await world.call('PATCH', path, { token: owner, body: { active: false } })).status).toBe(200)
    expect((await world.call('GET', SESSION, { token })).status).toBe(401)
    expect((await world.call('GET', SESSION, withCookie(cookie))).status).toBe(401)
    // Neither would a session that was somehow left open.
    await env.DB.exec('update admin_sessions set ended_at = null')
    expect((await world.call('GET', SESSION, { token })).status).toBe(401)
    await env.DB.exec(`update admin_sessions set ended_at = 1 where admin_id = ${id}`)
    // Taking somebody back does not wake old sessions.
    await world.call('PATCH', path, { token: owner, body: { active: true } })
    expect((await world.call('GET', SESSION, { token })).status).toBe(401)
    expect((await attempt(world, { email: 'desk@spa.test' })).status).toBe(200)
  })
})

describe('changing the own password', () => {
  const change = (world: World, token: string, current_password: string, new_password: string) =>
    world.call('POST', '/api/v1/admin/password', { token, body: { current_password, new_password } })

  test('takes the current one, ends the other sessions and leaves this one', async () => {
    const world = startOffice()
    const id = await addAdmin(world)
    const [here, elsewhere] = [await tokenFor(world), await tokenFor(world)]
    expect((await change(world, here, PASSWORD, OTHER_PASSWORD)).status).toBe(204)
    expect((await world.call('GET', SESSION, { token: here })).status).toBe(200)
    expect((await world.call('GET', SESSION, { token: elsewhere })).status).toBe(401)
    expect((await attempt(world)).status).toBe(401)
    expect((await attempt(world, { password: OTHER_PASSWORD })).status).toBe(200)
    expect(await row("select actor, entity_id, details from audit_log where action = 'admin.password'")).toEqual({
      actor: `admin:${id}`,
      entity_id: String(id),
      details: '{"after":{"password_changed":true}}',
    })
  })

  test('without it, or for a weak one, changes nothing', async () => {
    const world = startOffice()
    await addAdmin(world)
    const token = await tokenFor(world)
    expect(await codeOf(await change(world, token, OTHER_PASSWORD, OTHER_PASSWORD))).toBe('wrong_credentials')
    expect(await codeOf(await change(world, token, PASSWORD, 'olga-olga-2026'))).toBe('weak_password')
    expect((await attempt(world)).status).toBe(200)
    expect(await rows("select 1 from audit_log where action = 'admin.password'")).toEqual([])
  })

  test('is no place to guess at: five attempts, however many at once', async () => {
    const world = startOffice()
    await addAdmin(world)
    const token = await tokenFor(world)
    const answers = await times(50, () => change(world, token, WRONG.password, OTHER_PASSWORD))
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5)
    expect((await change(world, token, PASSWORD, OTHER_PASSWORD)).status).toBe(429)
  })

  test('twice at once with different new ones takes one of them', async () => {
    const world = startOffice()
    await addAdmin(world)
    const token = await tokenFor(world)
    const next = [OTHER_PASSWORD, 'третий горный ручей']
    const answers = await times(2, (n) => change(world, token, PASSWORD, next[n] ?? ''))
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 401])
    expect((await world.call('GET', SESSION, { token })).status).toBe(200)
    expect(await rows("select 1 from audit_log where action = 'admin.password'")).toHaveLength(1)
  })
})
