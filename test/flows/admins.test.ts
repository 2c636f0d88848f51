import { env } from 'cloudflare:workers'
import { describe, expect, test, vi } from 'vitest'
import { handleScheduled } from '../../src/handlers/scheduled.ts'
import { HOUR_MS } from '../../src/platform/time.ts'
import { addAdmin, attempt, codeOf, from, OTHER_PASSWORD, PASSWORD, startOffice, tokenFor } from '../support/office.ts'
import { addBooking, addUser, openSalon, row, rows } from '../support/salon.ts'
import { ADMIN, DESK, MANAGER, type World } from '../support/world.ts'

const ADMINS = '/api/v1/admin/admins'
const SECRET = 'a-bootstrap-secret-of-more-than-32-characters'
const times = <T>(count: number, work: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)))
const statuses = (answers: readonly Response[]) => answers.map(({ status }) => status).sort()
const change = (world: World, id: number, body: object, token?: string) =>
  world.call('PATCH', `${ADMINS}/${id}`, { body, ...(token ? { token } : { as: ADMIN }) })
const lastAudit = async () => {
  const { details, ...entry } = await row<{ details: string }>(
    'select actor, role, action, entity, entity_id, details from audit_log order by id desc',
  )
  return { ...entry, ...JSON.parse(details) }
}

describe('an owner', () => {
  test('lets somebody in, who may then do what his role may', async () => {
    const world = startOffice()
    const body = { email: 'Nina@SPA.test', name: 'Нина', role: 'manager', password: PASSWORD }
    const answer = await world.call('POST', ADMINS, { as: ADMIN, body })
    expect(answer.status).toBe(201)
    const admin = await answer.json<{ id: number }>()
    expect(admin).toMatchObject({ email: 'nina@spa.test', name: 'Нина', role: 'manager', has_password: true })
    expect(JSON.stringify(admin)).not.toContain('scrypt')
    const token = await tokenFor(world, { email: 'nina@spa.test' })
    expect((await world.call('GET', '/api/v1/admin/sync-runs', { token })).status).toBe(200)
    expect((await world.call('GET', ADMINS, { token })).status).toBe(403)
    expect(await rows("select actor, entity_id, details from audit_log where action = 'admin.create'")).toEqual([
      {
        actor: 'admin:1',
        entity_id: String(admin.id),
        details: '{"after":{"role":"manager","active":true,"password_changed":true}}',
      },
    ])
  })

  test('cannot let the same e-mail in twice, even at once', async () => {
    const world = startOffice()
    await world.call('GET', ADMINS, { as: ADMIN })
    const body = { email: 'nina@spa.test', name: 'Нина', role: 'desk' }
    const answers = await times(5, () => world.call('POST', ADMINS, { as: ADMIN, body }))
    expect(statuses(answers)).toEqual([201, 409, 409, 409, 409])
    expect(await rows("select 1 from audit_log where action = 'admin.create'")).toHaveLength(1)
  })

  test.each([
    [{ email: 'nina' }, 'validation_failed'],
    [{ password: 'короткий' }, 'weak_password'],
    [{ password: 'nina-and-2026' }, 'weak_password'],
    [{ role: 'god' }, 'validation_failed'],
    [{ active: false }, 'validation_failed'],
  ])('cannot let in somebody with %j', async (fields, code) => {
    const world = startOffice()
    const body = { email: 'nina@spa.test', name: 'Нина', role: 'desk', ...fields }
    expect(await codeOf(await world.call('POST', ADMINS, { as: ADMIN, body }))).toBe(code)
    expect(await rows("select 1 from admins where name = 'Нина'")).toEqual([])
  })

  test('sees everybody, page by page', async () => {
    const world = startOffice()
    for (let n = 0; n < 4; n++) await addAdmin(world, { email: `n${n}@spa.test`, role: 'desk', active: n !== 2 })
    const seen: { email: string; active: boolean }[] = []
    let path: string | undefined = `${ADMINS}?limit=2`
    while (path) {
      const page: Response = await world.call('GET', path, { as: ADMIN })
      const some = await page.json<typeof seen>()
      expect(some.length).toBeLessThanOrEqual(2)
      seen.push(...some)
      path = /<(.+)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1]
    }
    expect(seen.map(({ email, active }) => `${email} ${active}`).sort()).toEqual([
      'n0@spa.test true',
      'n1@spa.test true',
      'n2@spa.test false',
      'n3@spa.test true',
      'owner@spa.test true',
    ])
  })

  test('changes a role, which counts from the next request on and is told with what it was before', async () => {
    const world = startOffice()
    const id = await addAdmin(world, { role: 'desk' })
    const token = await tokenFor(world)
    expect((await world.call('GET', '/api/v1/admin/parked', { token })).status).toBe(403)
    expect(await (await change(world, id, { role: 'manager', name: 'Оля' })).json()).toMatchObject({
      role: 'manager',
      name: 'Оля',
    })
    expect((await world.call('GET', '/api/v1/admin/parked', { token })).status).toBe(200)
    expect(await lastAudit()).toEqual({
      actor: 'admin:1',
      role: 'owner',
      action: 'admin.change',
      entity: 'admin',
      entity_id: String(id),
      before: { role: 'desk', active: true },
      after: { role: 'manager', active: true, name_changed: true, password_changed: false },
    })
  })

  test('gives somebody a new password, which signs him out', async () => {
    const world = startOffice()
    const id = await addAdmin(world, { role: 'desk' })
    const token = await tokenFor(world)
    expect(await codeOf(await change(world, id, { password: 'olga-and-2026' }))).toBe('weak_password')
    expect((await world.call('GET', '/api/v1/admin/session', { token })).status).toBe(200)
    expect((await change(world, id, { password: OTHER_PASSWORD })).status).toBe(200)
    expect((await world.call('GET', '/api/v1/admin/session', { token })).status).toBe(401)
    await tokenFor(world, { password: OTHER_PASSWORD })
    expect(await rows("select 1 from audit_log where details like '%горный%' or details like '%scrypt%'")).toEqual([])
  })

  test('who changes nothing or nobody is told so', async () => {
    const world = startOffice()
    const id = await addAdmin(world)
    expect(await codeOf(await change(world, id, {}))).toBe('validation_failed')
    expect(await codeOf(await change(world, 4711, { name: 'Нина' }))).toBe('admin_not_found')
  })
})

describe('the last active owner', () => {
  test.each([[{ role: 'manager' }], [{ active: false }], [{ role: 'desk', active: false, password: OTHER_PASSWORD }]])(
    'cannot be changed by %j, and stays signed in',
    async (body) => {
      const world = startOffice()
      const id = await addAdmin(world)
      await addAdmin(world, { email: 'gone@spa.test', active: false })
      await addAdmin(world, { email: 'desk@spa.test', role: 'desk' })
      const token = await tokenFor(world)
      const answer = await change(world, id, body, token)
      expect(await answer.json()).toMatchObject({ status: 409, code: 'last_owner' })
      expect((await world.call('GET', '/api/v1/admin/session', { token })).status).toBe(200)
      expect(await rows("select 1 from audit_log where action = 'admin.change'")).toEqual([])
      expect((await change(world, id, { name: 'Оля', password: OTHER_PASSWORD }, token)).status).toBe(200)
    },
  )

  test('is left when two demote each other at once, again and again', async () => {
    for (let round = 0; round < 5; round++) {
      const world = startOffice()
      const email = (n: number) => `owner${round}${n}@spa.test`
      const ids = await times(2, (n) => addAdmin(world, { email: email(n) }))
      const tokens = await times(2, (n) => tokenFor(world, { email: email(n) }))
      const answers = await times(2, (n) =>
        change(world, ids[1 - n] ?? 0, n === 0 ? { role: 'desk' } : { active: false }, tokens[n]),
      )
      // The slower one finds himself the last owner, or no owner any more.
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
      const owners = await rows<{ id: number }>("select id from admins where role = 'owner' and active = 1")
      expect(owners).toHaveLength(1)
      for (const { id } of owners) await env.DB.prepare('update admins set active = 0 where id = ?').bind(id).run()
    }
  })

  test('is left when ten owners dismiss themselves at once', async () => {
    const world = startOffice()
    const ids = await times(10, (n) => addAdmin(world, { email: `owner${n}@spa.test` }))
    const tokens = await times(10, (n) => tokenFor(world, { email: `owner${n}@spa.test`, ...from(`198.51.100.${n}`) }))
    const answers = await times(10, (n) => change(world, ids[n] ?? 0, { active: false }, tokens[n]))
    expect(statuses(answers)).toEqual([...Array.from({ length: 9 }, () => 200), 409])
    expect(await rows("select 1 from audit_log where action = 'admin.change'")).toHaveLength(9)
  })

  test('may go when another has been found', async () => {
    const world = startOffice()
    const [id, other] = [await addAdmin(world), await addAdmin(world, { email: 'nina@spa.test', role: 'desk' })]
    const token = await tokenFor(world)
    await change(world, other, { role: 'owner' }, token)
    expect((await change(world, id, { active: false }, token)).status).toBe(200)
  })
})

test('two changes of one administrator at once both count', async () => {
  const world = startOffice()
  const id = await addAdmin(world, { role: 'desk' })
  const bodies = [{ role: 'manager' }, { name: 'Оля' }, { password: OTHER_PASSWORD }]
  const answers = await times(3, (n) => change(world, id, bodies[n] ?? {}))
  expect(statuses(answers)).toEqual([200, 200, 200])
  expect(await row('select role, name from admins where id = ?', id)).toEqual({ role: 'manager', name: 'Оля' })
  await tokenFor(world, { password: OTHER_PASSWORD })
})

test('a change never writes back a password that was replaced while it was being made', async () => {
  const plain = startOffice()
  const id = await addAdmin(plain, { role: 'desk' })
  await plain.call('GET', ADMINS, { as: ADMIN })
  let replaced = false
  const { db } = plain.ctx
  const racing = startOffice(
    {},
    {
      db: {
        ...db,
        batch: async (statements) => {
          // Between the look at the administrator and the change.
          if (!replaced) {
            replaced = true
            await change(plain, id, { password: OTHER_PASSWORD })
          }
          return await db.batch(statements)
        },
      },
    },
  )
  expect((await change(racing, id, { name: 'Оля' })).status).toBe(200)
  expect(await row('select name from admins where id = ?', id)).toEqual({ name: 'Оля' })
  await tokenFor(plain, { password: OTHER_PASSWORD })
})

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

describe('the audit log', () => {
  const read = async (world: World, query = '') => {
    const answer = await world.call('GET', `/api/v1/admin/audit${query}`, { as: ADMIN })
    const entries = await answer.json<Record<string, unknown>[]>()
    return { entries, next: /<(.+)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1] }
  }

  test('shows the newest first, page by page, and of one entity or one person only if asked', async () => {
    const world = startOffice()
    const userId = await addUser({ code: 'ABC12345' })
    const bookingId = await addBooking({ userId: null, status: 'pending' })
    const headers = (n: number) => ({ headers: { 'idempotency-key': `k${n}` } })
    for (let n = 0; n < 3; n++) {
      const body = { code: 'ABC12345', amount: 10 + n, reason: 'подарок Анне' }
      await world.call('POST', '/api/v1/admin/bonuses/adjust', { as: MANAGER, body, ...headers(n) })
    }
    const linked = await world.call('POST', `/api/v1/admin/bookings/${bookingId}/link`, {
      as: ADMIN,
      body: { user_id: userId },
    })
    const first = await read(world, '?limit=3')
    expect(first.entries.map(({ action }) => action)).toEqual([
      'booking.link',
      'bonuses.adjustment',
      'bonuses.adjustment',
    ])
    expect(first.entries[0]).toEqual({
      id: expect.any(Number),
      at: '2026-09-15T12:00:00+03:00',
      actor: 'admin:1',
      role: 'owner',
      action: 'booking.link',
      entity: 'booking',
      entity_id: String(bookingId),
      details: {
        before: { user_id: null, client_match: 'none' },
        after: { user_id: userId, client_match: 'manual' },
      },
      request_id: linked.headers.get('x-request-id'),
    })
    const { pathname, search } = new URL(first.next ?? '', 'http://spa.test')
    expect(pathname).toBe('/api/v1/admin/audit')
    expect((await read(world, search)).entries.map(({ details }) => details)).toMatchObject([{ after: { points: 10 } }])
    expect((await read(world, '?actor=admin:2')).entries).toHaveLength(3)
    expect((await read(world, '?actor=admin:4711')).entries).toEqual([])
    expect((await read(world, '?entity=booking')).entries).toHaveLength(1)
    expect((await read(world, `?entity=user&entity_id=${userId}&actor=admin:2`)).entries).toHaveLength(3)
    expect((await read(world, `?entity=user&entity_id=${userId + 1}`)).entries).toEqual([])
    expect(JSON.stringify((await read(world)).entries)).not.toContain('Анне')
    expect((await world.call('GET', '/api/v1/admin/audit?entity_id=1', { as: ADMIN })).status).toBe(422)
  })

  test('tells who started a sync, once for each that began, and says nothing of the cron', async () => {
    const world = startOffice({}, {})
    await openSalon(world)
    const answers = await times(3, () =>
      world.call('POST', '/api/v1/yclients/sync-bookings', { as: MANAGER, headers: { prefer: 'wait=0' } }),
    )
    expect(statuses(answers)).toEqual([202, 202, 202])
    expect(await rows('select actor, role, action, entity_id, details from audit_log')).toEqual([
      { actor: 'admin:2', role: 'manager', action: 'sync.start', entity_id: '1', details: '{"after":{"mode":"full"}}' },
    ])
    await world.drain()
    world.clock.now += HOUR_MS
    await handleScheduled(world.ctx)
    expect(await row('select count(*) as runs from sync_runs')).toEqual({ runs: 2 })
    expect(await row("select count(*) as told from audit_log where action = 'sync.start'")).toEqual({ told: 1 })
  })

  test('does not tell of work dismissed that never was', async () => {
    const world = startOffice()
    expect((await world.call('POST', '/api/v1/admin/parked/4711/dismiss', { as: MANAGER })).status).toBe(404)
    expect(await rows('select * from audit_log')).toEqual([])
  })

  test('is for owners', async () => {
    const world = startOffice()
    for (const as of [DESK, MANAGER]) expect((await world.call('GET', '/api/v1/admin/audit', { as })).status).toBe(403)
  })
})
