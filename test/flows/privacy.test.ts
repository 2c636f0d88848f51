import { describe, expect, test } from 'vitest'
import { addEvdokia, CODE, EMAIL, EVDOKIA, PHONE, startWithTraces, TRACES } from '../support/evdokia.ts'
import { addContact, row, rows } from '../support/salon.ts'
import { logIn } from '../support/sign-in.ts'
import { tracesOf } from '../support/whole-database.ts'
import { ADMIN, CLIENT, DESK, MANAGER, startWorld } from '../support/world.ts'

describe('a client', () => {
  test('takes everything about him along as one file that no cache keeps', async () => {
    const { world, userId } = await startWithTraces()
    await addContact(userId, 'phone', '+79037654321')
    await rows("delete from user_contacts where value = '+79037654321'")
    const toBoris = { kind: 'send-message', id: 'm2', channel: 'sms', to: '+79030000002', subject: '', text: 'Борис!' }
    await world.consume('dead', [{ ...toBoris, expiresAt: null }])
    const answer = await world.call('GET', '/api/v1/me/export', {
      as: CLIENT(userId),
      headers: { 'accept-language': 'en' },
    })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="client-${userId}.json"`)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const everything = await answer.json<Record<string, unknown[]>>()
    expect(everything).toMatchObject({
      profile: { id: userId, ...EVDOKIA, unique_code: CODE },
      contacts: [
        { kind: 'phone', value: PHONE },
        { kind: 'email', value: EMAIL },
      ],
      consents: [{ document: 'personal_data', version: '1', how: 'phone_code' }],
      sessions: [{ ended_at: null }],
      former_contacts: [{ kind: 'phone', value: '9037654321' }],
      bookings: [
        {
          client_name: 'Евдокия Примерова',
          phone: PHONE,
          email: EMAIL,
          client_code: CODE,
          price: 514_750,
          items: [{ name: 'Массаж', price: 514_750, amount: 1 }],
          attendance: '1',
          yclients_visit_id: expect.any(Number),
        },
      ],
      undelivered_messages: [{ channel: 'email', to: EMAIL, text: 'Ждём вас' }],
      bonus_entries: [
        { kind: 'adjustment', explanation: 'Adjusted by hand: Извинение: Евдокия Примерова ждала' },
        { kind: 'accrual' },
      ],
    })
    expect(everything.webhook_events?.length).toBeGreaterThanOrEqual(2)
    expect(everything.actions).toEqual(
      expect.arrayContaining([expect.objectContaining({ action: 'bonuses.adjustment' })]),
    )
    expect(JSON.stringify(everything)).not.toContain('Борис')
  })

  test('sees what he agreed to', async () => {
    const world = startWorld()
    const { access_token, user_id } = await logIn(world, { email: EMAIL })
    const answer = await world.call('GET', '/api/v1/me/consents', { token: access_token })
    expect(await answer.json()).toEqual([
      { document: 'personal_data', version: '1', given_at: '2026-09-15T12:00:00+03:00', how: 'email_code' },
    ])
    expect(await rows('select user_id from consents')).toEqual([{ user_id }])
  })

  test('erases himself, is signed out by that, and is no longer known', async () => {
    const world = startWorld()
    const { access_token: token, user_id } = await logIn(world, { phone: PHONE }, EVDOKIA)
    const answer = await world.call('DELETE', '/api/v1/me', { token })
    expect([answer.status, await answer.json()]).toMatchObject([200, { user_id, touched: { contacts: 1 } }])
    expect((await world.call('DELETE', '/api/v1/me', { token })).status).toBe(401)
    expect((await world.call('GET', '/api/v1/me', { token })).status).toBe(401)
    expect(await tracesOf(TRACES)).toEqual([])
    expect(await rows("select actor from audit_log where action = 'user.erase'")).toEqual([
      { actor: `client:${user_id}` },
    ])
  })

  test('is exported and erased by owners only, and an export is written down', async () => {
    const world = startWorld()
    const userId = await addEvdokia()
    for (const as of [DESK, MANAGER, CLIENT(userId)]) {
      expect((await world.call('GET', `/api/v1/admin/users/${userId}/export`, { as })).status).toBe(403)
      expect((await world.call('DELETE', `/api/v1/admin/users/${userId}`, { as })).status).toBe(403)
    }
    expect((await world.call('GET', `/api/v1/admin/users/${userId}/export`, { as: ADMIN })).status).toBe(200)
    expect((await world.call('GET', '/api/v1/admin/users/4711/export', { as: ADMIN })).status).toBe(404)
    expect(await rows('select actor, action, entity_id from audit_log')).toEqual([
      { actor: 'admin:1', action: 'user.export', entity_id: String(userId) },
    ])
    expect(await row('select name from users')).toEqual({ name: 'Евдокия' })
  })

  test('may not make us read everything in a loop', async () => {
    const world = startWorld()
    const userId = await addEvdokia()
    const statuses = []
    for (let call = 0; call < 11; call++) {
      statuses.push((await world.call('GET', '/api/v1/me/export', { as: CLIENT(userId) })).status)
    }
    expect(statuses).toEqual([...Array(10).fill(200), 429])
  })
})
