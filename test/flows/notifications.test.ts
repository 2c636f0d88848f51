import { expect, test } from 'vitest'
import { unsubscribeUrl } from '../../src/notifications/unsubscribe.ts'
import { startTelling } from '../support/notices.ts'
import { addUser, rows } from '../support/salon.ts'
import { CLIENT } from '../support/world.ts'

const PUBLIC_URL = 'https://spa.example'
const path = (url: string | undefined) => (url ?? '').replace(PUBLIC_URL, '')

test('a client sees by which channels he may be told what, and switches them', async () => {
  const world = startTelling()
  const anna = CLIENT(await addUser())
  const get = async () => (await world.call('GET', '/api/v1/me/notifications', { as: anna })).json()
  expect(await get()).toMatchObject({
    language: 'ru',
    channels: { push: true, email: true, sms: true },
    kinds: expect.arrayContaining([
      { kind: 'bonuses_accrued', optional: true, channels: { push: true, email: true } },
      { kind: 'hold_expiring', optional: false, channels: { push: true } },
    ]),
  })
  const patch = (body: unknown) => world.call('PATCH', '/api/v1/me/notifications', { as: anna, body })
  await patch({
    language: 'en',
    channels: { sms: false },
    kinds: [{ kind: 'bonuses_accrued', channels: { email: false } }],
  })
  await patch({ kinds: [{ kind: 'booking_made', channels: { push: false } }] })
  await patch({ channels: { sms: true, push: false } })
  expect(await get()).toMatchObject({
    language: 'en',
    channels: { push: false, email: true, sms: true },
    kinds: expect.arrayContaining([
      { kind: 'bonuses_accrued', optional: true, channels: { push: true, email: false } },
      { kind: 'booking_made', optional: false, channels: { push: false, email: true, sms: true } },
    ]),
  })
})

test.each([
  [{ kinds: [{ kind: 'gossip', channels: { email: false } }] }],
  [{ channels: { pigeon: true } }],
  [{ language: 'de' }],
])('a choice that does not exist is refused: %j', async (body) => {
  const world = startTelling()
  const answer = await world.call('PATCH', '/api/v1/me/notifications', { as: CLIENT(await addUser()), body })
  expect(answer.status).toBe(422)
  expect(await rows('select * from notification_choices')).toEqual([])
})

test('one click ends such mails, looking at the link does not, and nothing else is ended', async () => {
  const world = startTelling({ PUBLIC_URL })
  const anna = await addUser()
  const link = path(await unsubscribeUrl(world.ctx, anna, 'bonuses_accrued'))
  const looked = await world.call('GET', link)
  expect([looked.status, await looked.text()]).toEqual([200, expect.stringContaining('<form method="post">')])
  expect(await rows('select * from notification_choices')).toEqual([])
  const clicked = await world.call('POST', link, {
    rawBody: 'List-Unsubscribe=One-Click',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
  expect([clicked.status, await clicked.text()]).toEqual([200, expect.stringContaining('Готово')])
  await world.call('POST', link)
  expect(await rows('select user_id, off from notification_choices')).toEqual([
    { user_id: anna, off: '["bonuses_accrued:email"]' },
  ])
})

test('a forged or bent link ends nothing', async () => {
  const world = startTelling({ PUBLIC_URL })
  const anna = await addUser()
  const boris = await addUser()
  const link = path(await unsubscribeUrl(world.ctx, anna, 'bonuses_accrued'))
  const other = path(
    await unsubscribeUrl(startTelling({ PUBLIC_URL, JWT_SECRET: 'x'.repeat(32) }).ctx, anna, 'bonuses_accrued'),
  )
  const ofVisits = path(await unsubscribeUrl(world.ctx, anna, 'booking_made'))
  const forged = [
    link.replace(`=${anna}.`, `=${boris}.`),
    link.replace('bonuses_accrued', 'bonuses_expiring'),
    link.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
    link.replace(/\.[0-9a-f]{64}$/, ''),
    other,
    ofVisits,
  ]
  for (const address of forged) {
    const answer = await world.call('POST', address)
    expect([answer.status, (await answer.json<{ code: string }>()).code]).toEqual([403, 'wrong_unsubscribe_link'])
  }
  expect(await rows('select * from notification_choices')).toEqual([])
})

test('a link in an old mail outlives a change of the secret', async () => {
  const before = startTelling({ PUBLIC_URL })
  const link = path(await unsubscribeUrl(before.ctx, await addUser(), 'bonuses_accrued'))
  const after = startTelling({
    PUBLIC_URL,
    JWT_SECRET: 'y'.repeat(32),
    JWT_SECRET_PREVIOUS: 'test-secret-test-secret-test-secret',
  })
  expect((await after.call('POST', link)).status).toBe(200)
})

test('a phone is registered once, belongs to whoever signed in on it last, and can be removed by its owner only', async () => {
  const world = startTelling()
  const [anna, boris] = [CLIENT(await addUser()), CLIENT(await addUser())]
  const body = { token: 'token-of-a-phone', platform: 'android' }
  const register = async (as: typeof anna) =>
    (await world.call('POST', '/api/v1/me/devices', { as, body })).json<{ id: number }>()
  const list = async (as: typeof anna) => (await world.call('GET', '/api/v1/me/devices', { as })).json<unknown[]>()
  await register(anna)
  await register(anna)
  expect(await list(anna)).toMatchObject([{ platform: 'android' }])
  const { id } = await register(boris)
  expect([await list(anna), (await list(boris)).length]).toEqual([[], 1])
  const remove = async (as: typeof anna) => (await world.call('DELETE', `/api/v1/me/devices/${id}`, { as })).status
  expect([await remove(anna), await remove(boris), await remove(boris)]).toEqual([404, 204, 404])
})

test('nobody has more than ten phones', async () => {
  const world = startTelling()
  const anna = CLIENT(await addUser())
  for (let n = 0; n < 12; n++) {
    world.clock.now += 1000
    await world.call('POST', '/api/v1/me/devices', { as: anna, body: { token: `phone-number-${n}`, platform: 'ios' } })
  }
  const tokens = await rows<{ token: string }>('select token from devices order by id')
  expect(tokens.map(({ token }) => token)).toEqual(Array.from({ length: 10 }, (_, n) => `phone-number-${n + 2}`))
})
