import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { parseConfig } from '../../src/platform/config.ts'
import { codeOf, lastAudit } from '../support/office.ts'
import { rows } from '../support/salon.ts'
import { ADMIN, MANAGER, startWorld, WEBHOOK, type World } from '../support/world.ts'

const PATH = '/api/v1/admin/yclients/webhook'
const OURS = `http://spa.test${WEBHOOK}`
const CRM = 'https://crm.example/hook?key=their-secret'
const SHOWN = { ours: 'http://spa.test/api/v1/yclients/webhook?…', crm: 'https://crm.example/hook?…' }

const hooks = (world: World) => world.sim.state.hooks
const register = (world: World, body?: object) => world.call('POST', PATH, { as: ADMIN, ...(body && { body }) })

describe('registering the webhook', () => {
  let world: World
  beforeEach(() => {
    world = startWorld()
    hooks(world).urls = [CRM]
  })

  test('puts our address beside that of another integration, and switches on what we need and nothing off', async () => {
    Object.assign(hooks(world), { active: false, selfSending: false })
    Object.assign(hooks(world).flags, { record: false, client: false, good: true, finances_operation: false })
    const answer = await register(world)
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({
      registered: true,
      written: true,
      differs: false,
      addresses: [
        { url: SHOWN.crm, whose: 'foreign' },
        { url: SHOWN.ours, whose: 'current' },
      ],
    })
    expect(hooks(world)).toMatchObject({
      urls: [CRM, OURS],
      active: true,
      // Not ours to decide.
      selfSending: false,
      flags: { record: true, client: true, good: true, finances_operation: false },
    })
    expect(await lastAudit()).toMatchObject({
      action: 'webhook.register',
      entity: 'yclients_webhook',
      before: { addresses: 1, active: false },
      after: { addresses: 2, active: true, done: true },
    })
  })

  test('again writes nothing', async () => {
    await register(world)
    const writes = await rows("select * from audit_log where action = 'webhook.register'")
    expect(await (await register(world)).json()).toMatchObject({ registered: true, written: false, differs: false })
    expect(await rows("select * from audit_log where action = 'webhook.register'")).toHaveLength(writes.length)
  })

  test('replaces our own address with an old secret or on an old host, and leaves another copy of this program alone', async () => {
    const twin = 'https://other-salon.example/api/v1/yclients/webhook?token=theirs'
    hooks(world).urls = [
      'http://spa.test/api/v1/yclients/webhook?token=old-secret',
      twin,
      'https://old.example/api/v1/yclients/webhook?token=test-webhook-secret',
    ]
    await register(world)
    expect(hooks(world).urls).toEqual([twin, OURS])
  })

  test('says with dry_run what would be written, and writes nothing', async () => {
    const answer = await register(world, { dry_run: true })
    expect(await answer.json()).toMatchObject({
      registered: false,
      differs: true,
      written: false,
      merged: [SHOWN.crm, SHOWN.ours],
    })
    expect(hooks(world).urls).toEqual([CRM])
    expect(await rows('select * from audit_log')).toEqual([])
  })

  test.each([
    ['a list', { urls: { 0: CRM } }],
    ['the one address of before 2020', { urls: [OURS], url: [CRM] }],
  ])('does not write over %s that it cannot read', async (_, odd) => {
    const asked: string[] = []
    const odder = startWorld({
      fetch: async (_input, init) => {
        asked.push(init?.method ?? 'GET')
        return Response.json({ success: true, data: { ...odd, active: 1 }, meta: [] })
      },
    })
    const answer = await register(odder)
    expect([answer.status, await codeOf(answer)]).toEqual([503, 'yclients_unavailable'])
    expect(asked).not.toContain('POST')
  })

  test('keeps the one address of before 2020, which YClients may say beside the list', async () => {
    const old = 'https://old-crm.example/hook'
    const both: World = startWorld({
      fetch: async (input, init) => {
        const answer = await world.sim.fetch(new Request(input, init))
        const { data } = await answer.json<{ data: object }>()
        return Response.json({ success: true, data: { ...data, url: old }, meta: [] })
      },
    })
    await register(both)
    expect(hooks(world).urls).toEqual([CRM, old, OURS])
  })

  test('takes its own address in another spelling for an old one, and keeps it once', async () => {
    const [scheme, rest] = ['http://', OURS.slice('http://'.length)]
    hooks(world).urls = [`https://${rest}`, `${scheme}user:word@${rest}`, OURS, `${OURS}&x=1`, CRM]
    await register(world)
    expect(hooks(world).urls).toEqual([OURS, CRM])
  })

  test('tells that YClients did not keep another address, instead of what was sent', async () => {
    const forgetful: World = startWorld({
      fetch: async (input, init) => {
        const answer = await world.sim.fetch(new Request(input, init))
        if (init?.method === 'POST') hooks(world).urls = [OURS]
        const urls = { ...(await answer.json<{ data: object }>()).data, urls: hooks(world).urls }
        return Response.json({ success: true, data: urls, meta: [] })
      },
    })
    expect(await (await register(forgetful)).json()).toMatchObject({ registered: true, written: true, differs: true })
    expect(forgetful.logged).toContainEqual(expect.objectContaining({ event: 'webhook.settings_not_kept' }))
  })

  test.each([
    ['no right to the settings', { forbidden: ['hooks_settings'] }, 409, 'yclients_refused'],
    ['YClients down', { htmlPercent: 100 }, 503, 'yclients_unavailable'],
  ])('is refused with %s', async (_, knobs, status, code) => {
    Object.assign(world.sim.knobs, knobs)
    const answer = await register(world)
    expect([answer.status, await codeOf(answer)]).toEqual([status, code])
    expect(hooks(world).urls).toEqual([CRM])
  })

  test('is refused without a secret, and for an address that the real YClients cannot reach', async () => {
    const config = parseConfig(env)
    const bare = startWorld({ config: { ...config, yclients: { ...config.yclients, webhookSecret: undefined } } })
    expect(await codeOf(await register(bare))).toBe('webhook_secret_missing')
    const real = { ...config.yclients, baseUrl: 'https://api.yclients.com' }
    const far = startWorld({
      config: { ...config, yclients: real },
      fetch: (input, init) => world.sim.fetch(new Request(input, init)),
    })
    expect(await codeOf(await register(far))).toBe('webhook_not_public')
    expect(hooks(world).urls).toEqual([CRM])
  })
})

describe('the webhook settings', () => {
  test('show neither our secret nor that of others', async () => {
    const world = startWorld()
    hooks(world).urls = [CRM, OURS, 'https://user:password@third.example/x']
    const shown = await (await world.call('GET', PATH, { as: ADMIN })).text()
    for (const secret of ['test-webhook-secret', 'their-secret', 'password']) expect(shown).not.toContain(secret)
    expect(JSON.parse(shown)).toMatchObject({ url: SHOWN.ours, registered: true, differs: false })
  })

  test('show our whole address to an owner who asks for it, and that is noted', async () => {
    const world = startWorld()
    const answer = await world.call('GET', `${PATH}?reveal=true`, { as: ADMIN })
    expect(await answer.json()).toMatchObject({ url: OURS })
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(await lastAudit()).toMatchObject({ actor: 'admin:1', action: 'webhook.reveal' })
    expect((await world.call('GET', `${PATH}?reveal=true`, { as: MANAGER })).status).toBe(403)
  })
})
