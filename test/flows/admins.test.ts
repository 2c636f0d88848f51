import { env } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import {
  addAdmin,
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
import { ADMIN, type World } from '../support/world.ts'

const ADMINS = '/api/v1/admin/admins'
const change = (world: World, id: number, body: object, token?: string) =>
  world.call('PATCH', `${ADMINS}/${id}`, { body, ...(token ? { token } : { as: ADMIN }) })

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

  test('is one who can sign in: an owner without a password counts behind Cloudflare Access only', async () => {
    const world = startOffice()
    const id = await addAdmin(world)
    await addAdmin(world, { email: 'igor@spa.test', password: null })
    const token = await tokenFor(world)
    for (const body of [{ role: 'desk' }, { active: false }]) {
      expect(await codeOf(await change(world, id, body, token))).toBe('last_owner')
    }
    const cloudflareAccess = { teamDomain: 'https://salon.cloudflareaccess.com', audience: 'panel' }
    expect((await change(startOffice({ cloudflareAccess }), id, { role: 'desk' }, token)).status).toBe(200)
  })

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
