import { env } from 'cloudflare:workers'
import { describe, expect, test, vi } from 'vitest'
import {
  addAdmin,
  attempt,
  codeOf,
  from,
  lastAudit,
  OTHER_PASSWORD,
  PASSWORD,
  startOffice,
  statuses,
  times,
  tokenFor,
} from '../support/office.ts'
import { row, rows } from '../support/salon.ts'
import type { World } from '../support/world.ts'

const SECRET = 'a-bootstrap-secret-of-more-than-32-characters'

describe('the bootstrap secret', () => {
  const bootstrap = (world: World, fields: object = {}, headers: Record<string, string> = {}) =>
    world.call('POST', '/api/v1/admin/bootstrap', {
      body: { secret: SECRET, email: 'olga@spa.test', name: 'Ольга', password: PASSWORD, ...fields },
      headers,
    })
  const withSecret = (secret: string | undefined = SECRET) => startOffice({ adminBootstrapSecret: secret })

  test('makes one owner, once', async () => {
    const world = withSecret()
    const answer = await bootstrap(world)
    expect(answer.status).toBe(201)
    const { id } = await answer.json<{ id: number }>()
    expect(await lastAudit()).toEqual({
      actor: 'anonymous',
      role: null,
      action: 'admin.bootstrap',
      entity: 'admin',
      entity_id: String(id),
      after: { role: 'owner', active: true, password_changed: true },
    })
    await tokenFor(world)
    const again = await bootstrap(world, { email: 'boris@spa.test' })
    expect(await again.json()).toMatchObject({ status: 403, code: 'bootstrap_refused' })
    expect(await row('select count(*) as admins from admins')).toEqual({ admins: 1 })
    const { hash } = await row<{ hash: string }>('select secret_hash as hash from used_bootstrap_secrets')
    expect(hash).not.toContain(SECRET)
  })

  test('makes one owner of ten who ask at once', async () => {
    const world = withSecret()
    const answers = await times(10, (n) => bootstrap(world, { email: `owner${n}@spa.test` }))
    expect(statuses(answers)).toEqual([201, ...Array.from({ length: 9 }, () => 403)])
    expect(await row('select count(*) as admins from admins')).toEqual({ admins: 1 })
    expect(await row('select count(*) as told from audit_log')).toEqual({ told: 1 })
  })

  test('stays used when the secret that signs tokens has changed', async () => {
    const world = withSecret()
    await bootstrap(world)
    const later = startOffice({ adminBootstrapSecret: SECRET, secrets: ['another-secret-another-secret-another'] })
    expect((await bootstrap(later)).status).toBe(403)
  })

  test('that is new brings an owner back who lost his password, was demoted or dismissed', async () => {
    const world = withSecret()
    const id = await addAdmin(world, { role: 'desk', password: OTHER_PASSWORD })
    const token = await tokenFor(world, { password: OTHER_PASSWORD })
    await env.DB.exec('update admins set active = 0')
    const answer = await bootstrap(world, { email: 'OLGA@spa.test' })
    expect(await answer.json()).toMatchObject({ id, role: 'owner', active: true })
    expect((await world.call('GET', '/api/v1/admin/session', { token })).status).toBe(401)
    expect((await attempt(world, { password: OTHER_PASSWORD })).status).toBe(401)
    await tokenFor(world)
    const [told] = await rows<{ details: string }>("select details from audit_log where action = 'admin.bootstrap'")
    expect(JSON.parse(told?.details ?? '')).toMatchObject({ before: { role: 'desk', active: false } })
  })

  test.each([
    ['is wrong', SECRET, { secret: `${SECRET}x` }, 'bootstrap_refused'],
    ['is not configured', undefined, {}, 'bootstrap_refused'],
    ['comes with a weak password', SECRET, { password: 'olga-olga-olga' }, 'weak_password'],
    ['comes with what is no e-mail', SECRET, { email: 'olga' }, 'validation_failed'],
  ])('that %s makes nobody and stays unused', async (_, configured, fields, code) => {
    const world = startOffice({ adminBootstrapSecret: configured })
    expect(await codeOf(await bootstrap(world, fields))).toBe(code)
    expect(await rows('select * from admins')).toEqual([])
    expect(await rows('select * from used_bootstrap_secrets')).toEqual([])
  })

  test('cannot be guessed quickly, and is compared in constant time', async () => {
    const world = withSecret()
    const compare = vi.spyOn(crypto.subtle, 'timingSafeEqual')
    try {
      const wrong = { secret: 'x'.repeat(SECRET.length) }
      const answers = await times(50, () => bootstrap(world, wrong, from('198.51.100.7').headers))
      expect(answers.filter(({ status }) => status === 403)).toHaveLength(10)
      expect(compare).toHaveBeenCalledTimes(10)
      expect((await bootstrap(world, {}, from('198.51.100.7').headers)).status).toBe(429)
      expect((await bootstrap(world, {}, from('203.0.113.5').headers)).status).toBe(201)
    } finally {
      compare.mockRestore()
    }
  })
})
