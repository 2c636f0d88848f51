import { env } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import {
  addAdmin,
  attempt,
  codeOf,
  cookiesOf,
  OWN_PAGE,
  SESSION,
  signInBrowser,
  startOffice,
  tokenFor,
  withCookie,
} from '../support/office.ts'
import { rows } from '../support/salon.ts'

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

  test('ends all the others on demand, those of nobody else, and stays itself', async () => {
    const world = startOffice()
    const id = await addAdmin(world, { role: 'desk' })
    await addAdmin(world, { email: 'boris@spa.test' })
    const [own, stolen] = [await tokenFor(world), await tokenFor(world)]
    const cookie = await signInBrowser(world)
    const colleague = await tokenFor(world, { email: 'boris@spa.test' })
    const everywhere = (token: string) => world.call('POST', '/api/v1/admin/logout-all', { token })
    expect((await everywhere(own)).status).toBe(204)
    expect((await world.call('GET', SESSION, { token: stolen })).status).toBe(401)
    expect((await world.call('GET', SESSION, withCookie(cookie))).status).toBe(401)
    for (const token of [own, colleague]) expect((await world.call('GET', SESSION, { token })).status).toBe(200)
    // Where nothing ends there is nothing to tell of.
    expect((await everywhere(own)).status).toBe(204)
    expect(await rows("select actor, entity_id from audit_log where action = 'admin.logout_all'")).toEqual([
      { actor: `admin:${id}`, entity_id: String(id) },
    ])
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
