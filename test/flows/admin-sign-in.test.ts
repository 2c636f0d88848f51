import { env } from 'cloudflare:workers'
import { describe, expect, test, vi } from 'vitest'
import { hashPassword, PASSWORD_COST } from '../../src/admin/password.ts'
import { HOUR_MS } from '../../src/platform/time.ts'
import {
  addAdmin,
  attempt,
  codeOf,
  cookiesOf,
  OWN_PAGE,
  PASSWORD,
  SESSION,
  signInBrowser,
  startOffice,
  statuses,
  times,
  tokenFor,
  WRONG,
  withCookie,
} from '../support/office.ts'
import { row, rows } from '../support/salon.ts'

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
    expect(await answer.json()).toMatchObject({ token: null, device_token: null })
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

  test('three times at once works each time, though the first brings the hash up to date', async () => {
    const world = startOffice()
    const id = await addAdmin(world)
    const old = await hashPassword(PASSWORD, { ...world.ctx, passwordCost: { ln: 3, r: 8, p: 1 } })
    await env.DB.prepare('update admins set password_hash = ?').bind(old).run()
    const answers = await times(3, () => attempt(world))
    expect(statuses(answers)).toEqual([200, 200, 200])
    for (const answer of answers) {
      const { token } = await answer.json<{ token: string }>()
      expect((await world.call('GET', SESSION, { token })).status).toBe(200)
    }
    const { hash } = await row<{ hash: string }>('select password_hash as hash from admins where id = ?', id)
    expect(hash).toMatch(/^\$scrypt\$ln=4,/)
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
