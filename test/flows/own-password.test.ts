import { describe, expect, test } from 'vitest'
import {
  addAdmin,
  attempt,
  codeOf,
  OTHER_PASSWORD,
  PASSWORD,
  SESSION,
  startOffice,
  times,
  tokenFor,
  WRONG,
} from '../support/office.ts'
import { row, rows } from '../support/salon.ts'
import type { World } from '../support/world.ts'

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

  test('from a session that was stolen leaves the owner’s own attempts alone', async () => {
    const world = startOffice()
    await addAdmin(world)
    const [stolen, own] = [await tokenFor(world), await tokenFor(world)]
    await times(10, () => change(world, stolen, WRONG.password, OTHER_PASSWORD))
    expect((await change(world, stolen, PASSWORD, OTHER_PASSWORD)).status).toBe(429)
    expect((await change(world, own, PASSWORD, OTHER_PASSWORD)).status).toBe(204)
    expect((await world.call('GET', SESSION, { token: stolen })).status).toBe(401)
  })

  test('gives the attempts back that it took', async () => {
    const world = startOffice()
    await addAdmin(world)
    const token = await tokenFor(world)
    const [one, other] = [PASSWORD, OTHER_PASSWORD]
    for (let round = 0; round < 4; round++) {
      const [now, next] = round % 2 ? [other, one] : [one, other]
      await times(2, () => change(world, token, WRONG.password, next))
      expect((await change(world, token, now, next)).status).toBe(204)
    }
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
