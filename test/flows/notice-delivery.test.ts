import { env } from 'cloudflare:workers'
import { exportPKCS8, generateKeyPair } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { createCatcher } from '../../dev/messages/catcher.ts'
import { fillOutbox, fillOutboxByCron } from '../../src/notifications/fill-outbox.ts'
import { putNotices } from '../../src/notifications/outbox.statements.ts'
import { openDb } from '../../src/platform/db.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/platform/time.ts'
import { countD1 } from '../support/count-d1.ts'
import { Crash, type Faults, withFaults } from '../support/faults.ts'
import { addVisit, cancelVisit, noticesNow, startTelling } from '../support/notices.ts'
import { addUser, giveBonuses, row, rows } from '../support/salon.ts'
import { ADMIN, CLIENT, DESK, NOON } from '../support/world.ts'

const MAIL = 'anna@example.com'
const PHONE = '+79000000001'
const TUESDAY = NOON + 7 * DAY_MS
const isOpen = async () =>
  (await row<{ open: number }>("select count(*) as open from notices where state in ('waiting', 'queued', 'sending')"))
    .open

describe('whoever dies between any two steps', () => {
  test.each([1, 2, 3, 4, 5, 6])('tells each client of each visit once (history %i)', async (seed) => {
    const faults: Faults = { rate: 0.25 }
    let state = seed * 7919
    const random = () => {
      state = (state * 16_807) % 2_147_483_647
      return state / 2_147_483_647
    }
    const world = startTelling({}, {}, (ctx) => withFaults(ctx, faults, random))
    const addresses = Array.from({ length: 12 }, (_, n) => `client${n}@example.com`)
    for (const email of addresses) await addVisit(world, await addUser({ email }), TUESDAY)
    for (let turn = 0; turn < 30; turn++) {
      if (turn === 20) faults.rate = 0
      try {
        await fillOutbox(world.ctx)
      } catch (error) {
        if (!(error instanceof Crash)) throw error
      }
      await world.drain(2000)
      world.clock.now += 30 * MINUTE_MS
      if (faults.rate === 0 && (await isOpen()) === 0) break
    }
    expect(addresses.map((to) => world.inbox.messagesTo(to).length)).toEqual(addresses.map(() => 1))
    expect(await rows('select state, count(*) as n from notices group by 1')).toEqual([{ state: 'sent', n: 12 }])
  })

  test('an SMS that may have left is not sent twice, a mail is known by its name', async () => {
    const world = startTelling()
    await addVisit(world, await addUser({ phone: PHONE }), TUESDAY)
    await addVisit(world, await addUser({ email: MAIL }), TUESDAY)
    await fillOutbox(world.ctx)
    await world.drain()
    // The answer of the provider was lost with the process.
    await rows("update notices set state = 'sending' returning id")
    const bodies = [1, 2].map((noticeId) => ({ kind: 'send-notice', noticeId }))
    const early = await world.consume('messages', bodies, 2)
    expect(early.retried.map(({ delaySeconds }) => delaySeconds)).toEqual([60, 60])
    world.clock.now += 6 * MINUTE_MS
    await world.consume('messages', bodies, 3)
    expect([world.inbox.messagesTo(PHONE).length, world.inbox.messagesTo(MAIL).length]).toEqual([1, 1])
    expect(await noticesNow()).toMatchObject([
      { state: 'sent', reason: 'interrupted', channel: 'sms' },
      { state: 'sent', reason: null, channel: 'email' },
    ])
  })

  test('a message that the queue has lost comes again', async () => {
    const world = startTelling()
    await addVisit(world, await addUser({ email: MAIL }), TUESDAY)
    await fillOutbox(world.ctx)
    world.queued.length = 0
    await fillOutbox(world.ctx)
    expect(world.queued).toEqual([])
    world.clock.now += 61 * MINUTE_MS
    await fillOutbox(world.ctx)
    await world.drain()
    expect(world.inbox.messagesTo(MAIL)).toHaveLength(1)
  })
})

test('at night what can wait waits for the morning, and is decided anew then', async () => {
  const world = startTelling({ QUIET_HOURS: '21:00-09:00' })
  world.clock.now = NOON + 11 * HOUR_MS
  const [anna, boris] = [await addUser({ email: MAIL }), await addUser({ phone: PHONE })]
  const moved = [await addVisit(world, anna, TUESDAY), await addVisit(world, boris, TUESDAY)]
  await fillOutbox(world.ctx)
  await world.drain()
  for (const id of moved) await cancelVisit(world, id, 'admin:1')
  await fillOutbox(world.ctx)
  await world.drain()
  const cancelled = () => world.inbox.messages.filter(({ text }) => text.includes('отменил'))
  expect(cancelled()).toEqual([])
  await rows("update bookings set status = 'confirmed', revision = revision + 1 where id = ? returning id", moved[1])
  world.clock.now = NOON + 20 * HOUR_MS + 40 * MINUTE_MS
  await fillOutbox(world.ctx)
  await world.drain()
  expect(world.clock.now).toBe(NOON + 21 * HOUR_MS)
  expect(cancelled().map(({ to }) => to)).toEqual([MAIL])
})

test('points that expire soon are told of once in a while, with what is left of them when it is sent', async () => {
  const world = startTelling({ PUBLIC_URL: 'https://spa.example' })
  const anna = await addUser({ email: MAIL })
  const boris = await addUser({ email: 'boris@example.com' })
  const lot = (userId: number, left: number, days: number) =>
    rows(
      'insert into bonus_lots (user_id, points, remaining_points, expires_at) values (?1, 100, ?2, ?3) returning id',
      userId,
      left,
      NOON + days * DAY_MS,
    )
  await lot(anna, 70, 10)
  await lot(anna, 30, 12)
  await lot(anna, 50, 40)
  await lot(boris, 0, 10)
  await fillOutboxByCron(world.ctx)
  await rows('update bonus_lots set remaining_points = 60 where remaining_points = 70 returning id')
  await world.drain()
  expect(world.inbox.messages.map(({ to, subject }) => [to, subject])).toEqual([[MAIL, 'Сгорят: 90 бонусов — Лотос']])
  expect(world.inbox.messages[0]?.text).toContain('Срок: 25 сентября.')
  world.clock.now += 2 * DAY_MS
  await lot(anna, 10, 13)
  await fillOutboxByCron(world.ctx)
  expect(await noticesNow()).toHaveLength(1)
})

test('payments that arrived and refunds that went through are told once, from what the payments say', async () => {
  const world = startTelling()
  const anna = await addUser({ email: MAIL })
  const bookingId = await addVisit(world, anna, TUESDAY)
  await rows(
    `insert into payments (booking_id, provider, status, price_kopecks, amount_kopecks, bonus_points, bonus_state, return_url,
      captured_kopecks, captured_at, outcome, full_refund_hours, partial_refund_hours, partial_refund_basis_points, items,
      idempotency_key, fingerprint, provider_key, created_at, updated_at)
    values (?1, 'yookassa', 'succeeded', 300000, 300000, 0, 'none', 'https://spa.example', 300000, ?2, 'confirmed', 24, 3, 5000,
      '[]', 'k', 'f', 'pk', ?2, ?2) returning id`,
    bookingId,
    NOON,
  )
  const tell = async () => {
    await fillOutbox(world.ctx)
    await world.drain()
    return world.inbox.messages.map(({ subject }) => subject)
  }
  expect(await tell()).toEqual(['Запись оплачена — Лотос'])
  await rows(
    `insert into refunds (payment_id, amount_kopecks, bonus_points, status, cause, actor, idempotency_key, created_at, updated_at)
    values (1, 150000, 0, 'pending', 'administrator', 'admin:1', 'r', ?1, ?1) returning id`,
    NOON,
  )
  expect(await tell()).toHaveLength(1)
  await rows("update refunds set status = 'succeeded', updated_at = ?1 returning id", world.clock.now)
  expect(await tell()).toEqual(['Запись оплачена — Лотос', 'Возврат: 1 500 ₽ — Лотос'])
  expect(await tell()).toHaveLength(2)
})

describe('the day’s limit', () => {
  test('holds back what is more, falls back to another channel, and is a red sign until the next day', async () => {
    const world = startTelling({ MAIL_DAILY_LIMIT: '2', SMS_DAILY_LIMIT: '1' })
    for (let n = 0; n < 5; n++) {
      await addVisit(world, await addUser({ email: `c${n}@example.com`, phone: `+7900000001${n}` }), TUESDAY)
    }
    await fillOutbox(world.ctx)
    await world.drain()
    expect(world.inbox.messages.map(({ channel }) => channel).sort()).toEqual(['email', 'email', 'sms'])
    expect((await noticesNow()).filter(({ reason }) => reason === 'daily_limit')).toHaveLength(2)
    const health = async () => (await world.call('GET', '/api/v1/admin/health', { as: DESK })).json()
    expect(await health()).toMatchObject({
      status: 'red',
      conditions: expect.arrayContaining([expect.objectContaining({ code: 'messages_limited' })]),
    })
    world.clock.now += DAY_MS
    expect(await health()).toMatchObject({
      conditions: expect.arrayContaining([expect.objectContaining({ code: 'messages_unlimited' })]),
    })
    await addVisit(world, await addUser({ email: MAIL }), TUESDAY)
    await fillOutbox(world.ctx)
    await world.drain()
    expect(world.inbox.messagesTo(MAIL)).toHaveLength(1)
  })

  test('counts what left, not what was tried', async () => {
    const world = startTelling({ MAIL_DAILY_LIMIT: '1' })
    await addVisit(world, await addUser({ email: MAIL }), TUESDAY)
    world.inbox.knobs.mail = 'down'
    await fillOutbox(world.ctx)
    await world.consume('messages', [{ kind: 'send-notice', noticeId: 1 }])
    expect(await rows('select channel, sent, held_back from notice_counts')).toEqual([
      { channel: 'email', sent: 0, held_back: 0 },
    ])
    world.inbox.knobs.mail = 'ok'
    await world.drain()
    expect(world.inbox.messagesTo(MAIL)).toHaveLength(1)
  })
})

test('a provider that stays down parks the notice; replayed, it is decided anew', async () => {
  const world = startTelling()
  const id = await addVisit(world, await addUser({ email: MAIL }), TUESDAY)
  world.inbox.knobs.mail = 'down'
  await fillOutbox(world.ctx)
  await world.drain()
  expect(await noticesNow()).toMatchObject([{ state: 'failed', reason: 'unisender_502' }])
  expect(await rows('select key, message from parked_work')).toEqual([
    { key: 'notice:1', message: '{"kind":"send-notice","noticeId":1}' },
  ])
  world.inbox.knobs.mail = 'ok'
  await cancelVisit(world, id, 'admin:1')
  await world.call('POST', '/api/v1/admin/parked/1/replay', { as: ADMIN })
  await world.drain()
  expect(world.inbox.messagesTo(MAIL)).toEqual([])
  expect(await noticesNow()).toMatchObject([{ state: 'skipped', reason: 'cancelled' }])
})

test('an address that is refused gives way to the next channel', async () => {
  const world = startTelling()
  world.inbox.knobs.mail = 'rejected'
  await addVisit(world, await addUser({ email: MAIL, phone: PHONE }), TUESDAY)
  await fillOutbox(world.ctx)
  await world.drain()
  expect(world.inbox.messagesTo(PHONE)).toHaveLength(1)
  expect(await noticesNow()).toMatchObject([{ state: 'sent', channel: 'sms' }])
})

test('who wants no such message gets none, who has no channel neither, and the desk sees why', async () => {
  const world = startTelling()
  const [anna, nobody] = [await addUser({ email: MAIL }), await addUser()]
  const body = { kinds: [{ kind: 'booking_made', channels: { email: false } }] }
  await world.call('PATCH', '/api/v1/me/notifications', { as: CLIENT(anna), body })
  const visit = await addVisit(world, anna, TUESDAY)
  await addVisit(world, nobody, TUESDAY)
  await fillOutbox(world.ctx)
  await world.drain()
  expect(world.inbox.messages).toEqual([])
  const list = async (query: string) =>
    (await world.call('GET', `/api/v1/admin/messages?${query}`, { as: DESK })).json()
  expect(await list(`booking_id=${visit}`)).toMatchObject([
    { user_id: anna, kind: 'booking_made', state: 'skipped', reason: 'switched_off_by_client', channel: null },
  ])
  expect(await list(`user_id=${nobody}`)).toMatchObject([{ state: 'skipped', reason: 'no_channel' }])
  expect(await list('limit=1')).toMatchObject([{ user_id: nobody }])
})

test('in the language that the client has chosen', async () => {
  const world = startTelling()
  const anna = await addUser({ email: MAIL })
  await world.call('PATCH', '/api/v1/me/notifications', { as: CLIENT(anna), body: { language: 'en' } })
  await addVisit(world, anna, TUESDAY)
  await fillOutbox(world.ctx)
  await world.drain()
  expect(world.inbox.messagesTo(MAIL)).toMatchObject([{ subject: 'You are booked — Лотос' }])
})

describe('bonuses', () => {
  test('are told with a link that ends such mails, also by the mail program', async () => {
    const world = startTelling({ PUBLIC_URL: 'https://spa.example' })
    const anna = await addUser({ email: MAIL })
    await giveBonuses(anna, 257)
    await rows('update notice_cursors set position = 0 returning source')
    const now = world.clock.now
    world.clock.now = (await row<{ at: number }>('select max(created_at) as at from bonus_entries')).at + 1000
    await fillOutbox(world.ctx)
    await world.drain()
    world.clock.now = now
    const [mail] = world.inbox.messagesTo(MAIL)
    expect(mail?.subject).toBe('Начислено: 257 бонусов — Лотос')
    const url = /https:\/\/spa\.example(\S+)/.exec(mail?.text ?? '')?.[1] ?? ''
    expect(mail?.headers).toEqual({
      'List-Unsubscribe': `<https://spa.example${url}>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    })
    expect((await world.call('POST', url)).status).toBe(200)
  })

  test('are not told by mail while there is no address for that link', async () => {
    const world = startTelling()
    const anna = await addUser({ email: MAIL })
    const notice = { userId: anna, bookingId: null, kind: 'bonuses_accrued', subject: 'entry:1', version: 0 } as const
    await putNotices(world.ctx.db, [{ ...notice, facts: { points: 5 }, dueAt: NOON }], NOON)
    await fillOutbox(world.ctx)
    await world.drain()
    expect(await noticesNow()).toMatchObject([{ state: 'skipped', reason: 'no_channel' }])
  })
})

test('what other rooms put into the outbox is told once, and a payment says that the visit is booked', async () => {
  const world = startTelling()
  const anna = await addUser({ email: MAIL })
  const bookingId = await addVisit(world, anna, TUESDAY)
  const paid = { userId: anna, bookingId, kind: 'payment_confirmed', subject: 'payment:5', version: 0 } as const
  const notice = { ...paid, facts: { amount_kopecks: 300_000 }, dueAt: NOON }
  await putNotices(world.ctx.db, [notice], NOON)
  await putNotices(world.ctx.db, [notice], NOON)
  await fillOutbox(world.ctx)
  await world.drain()
  expect(world.inbox.messages.map(({ subject }) => subject)).toEqual(['Запись оплачена — Лотос'])
  expect(world.inbox.messages[0]?.text).toContain('Получено: 3 000 ₽.')
  expect(await noticesNow()).toContainEqual(
    expect.objectContaining({ kind: 'booking_made', state: 'skipped', reason: 'said_by_payment' }),
  )
})

test('an erased client is told nothing any more, and nothing says that he was', async () => {
  const world = startTelling()
  const anna = await addUser({ email: MAIL })
  await world.call('POST', '/api/v1/me/devices', {
    as: CLIENT(anna),
    body: { token: 'a-phone-of-anna', platform: 'ios' },
  })
  await world.call('PATCH', '/api/v1/me/notifications', { as: CLIENT(anna), body: { language: 'en' } })
  await addVisit(world, anna, TUESDAY)
  await fillOutbox(world.ctx)
  const exported = await (await world.call('GET', '/api/v1/me/export', { as: CLIENT(anna) })).json()
  expect(exported).toMatchObject({
    notifications: [{ kind: 'booking_made', state: 'queued' }],
    devices: [{ token: 'a-phone-of-anna' }],
    notification_choices: { language: 'en' },
  })
  expect((await world.call('DELETE', '/api/v1/me', { as: CLIENT(anna) })).status).toBe(200)
  await fillOutboxByCron(world.ctx)
  await world.drain()
  expect(world.inbox.messages).toEqual([])
  for (const table of ['notices', 'devices', 'notification_choices']) {
    expect(await rows(`select * from ${table}`)).toEqual([])
  }
})

test('a thousand events cost four round trips, whatever the number of visits', async () => {
  const counted = countD1(env.DB)
  const world = startTelling({}, { db: openDb(counted.db) })
  const anna = await addUser({ email: MAIL })
  await env.DB.prepare(
    `insert into bookings (user_id, client_match, source, status, service_name, price_kopecks, duration_minutes, items, starts_at,
      ends_at, created_at, updated_at)
    with recursive n (i) as (select 1 union all select i + 1 from n where i < 1000)
    select ?1, 'manual', 'internal', 'confirmed', 'Массаж', 1, 60, '[]', ?2 + i, ?2 + i + 3600000, ?3, ?3 from n`,
  )
    .bind(anna, TUESDAY, NOON)
    .run()
  counted.reset()
  await fillOutbox(world.ctx)
  expect(await row('select count(*) as n from notices')).toEqual({ n: 1000 })
  const sending = 2 * 10 + 1
  expect(counted.counts.roundTrips - sending).toBeLessThanOrEqual(4)
  counted.reset()
  await fillOutbox(world.ctx)
  expect(counted.counts).toMatchObject({ roundTrips: 2, rowsWritten: 0 })
})

describe('push', () => {
  let privateKey: string
  let publicKey: CryptoKey
  beforeAll(async () => {
    const pair = await generateKeyPair('RS256', { extractable: true })
    privateKey = await exportPKCS8(pair.privateKey)
    publicKey = pair.publicKey
  })

  function startPushing(key = privateKey) {
    const calls: string[] = []
    const inbox = createCatcher({ now: () => world.clock.now, fcmPublicKey: publicKey })
    const world = startTelling(
      {
        PUSH_PROVIDER: 'fcm',
        FCM_BASE_URL: 'http://messages.test',
        FCM_TOKEN_URL: 'http://messages.test/token',
        FCM_PROJECT_ID: 'spa-demo',
        FCM_CLIENT_EMAIL: `push-${crypto.randomUUID()}@spa-demo.iam.gserviceaccount.com`,
        FCM_PRIVATE_KEY: key.replaceAll('\n', '\\n'),
      },
      {
        fetch: async (input, init) => {
          const request = new Request(input, init)
          calls.push(new URL(request.url).pathname)
          return await inbox.fetch(request)
        },
      },
    )
    return { world, inbox, calls }
  }
  type Pushing = ReturnType<typeof startPushing>

  async function register({ world }: Pushing, userId: number, token: string) {
    await world.call('POST', '/api/v1/me/devices', { as: CLIENT(userId), body: { token, platform: 'android' } })
  }
  async function tell({ world }: Pushing) {
    await fillOutbox(world.ctx)
    await world.drain()
  }

  test('reaches the phone with the visit to open, and the token of the account is asked for once an hour', async () => {
    const pushing = startPushing()
    const anna = await addUser()
    await register(pushing, anna, 'phone-of-anna')
    const id = await addVisit(pushing.world, anna, TUESDAY)
    await addVisit(pushing.world, anna, TUESDAY + DAY_MS)
    await tell(pushing)
    expect(pushing.inbox.messages).toHaveLength(2)
    expect(pushing.inbox.messages[0]).toMatchObject({
      channel: 'push',
      to: 'phone-of-anna',
      subject: 'Вы записаны',
      text: 'Массаж: 22 сентября в 12:00.',
      data: { kind: 'booking_made', booking_id: String(id), message_id: 'notice-1' },
    })
    const asked = () => pushing.calls.filter((path) => path === '/token').length
    expect(asked()).toBeLessThanOrEqual(2)
    const before = asked()
    pushing.world.clock.now += 30 * MINUTE_MS
    await addVisit(pushing.world, anna, TUESDAY + 2 * DAY_MS)
    await tell(pushing)
    expect(asked()).toBe(before)
    pushing.world.clock.now += HOUR_MS
    await addVisit(pushing.world, anna, TUESDAY + 3 * DAY_MS)
    await tell(pushing)
    expect(asked()).toBe(before + 1)
  })

  test('to a phone without the app removes its token and goes another way', async () => {
    const pushing = startPushing()
    const anna = await addUser({ phone: PHONE })
    await register(pushing, anna, 'gone-phone-of-anna')
    await addVisit(pushing.world, anna, TUESDAY)
    await tell(pushing)
    expect(pushing.inbox.messages).toMatchObject([{ channel: 'sms', to: PHONE }])
    expect(await rows('select * from devices')).toEqual([])
  })

  test('to one phone that is left is enough', async () => {
    const pushing = startPushing()
    const anna = await addUser({ phone: PHONE })
    await register(pushing, anna, 'gone-phone-of-anna')
    await register(pushing, anna, 'new-phone-of-anna')
    await addVisit(pushing.world, anna, TUESDAY)
    await tell(pushing)
    expect(pushing.inbox.messages).toMatchObject([{ channel: 'push', to: 'new-phone-of-anna' }])
    expect(await rows('select token from devices')).toEqual([{ token: 'new-phone-of-anna' }])
  })

  test('does not reach a phone on which the client has signed out', async () => {
    const pushing = startPushing()
    const anna = await addUser()
    await register(pushing, anna, 'phone-of-anna')
    await rows("update sessions set ended_at = 1, end_reason = 'logout' returning id")
    await addVisit(pushing.world, anna, TUESDAY)
    await tell(pushing)
    expect(pushing.inbox.messages).toEqual([])
    expect(await noticesNow()).toMatchObject([{ state: 'skipped', reason: 'no_channel' }])
  })

  test.each([
    [
      'another key',
      async () => await exportPKCS8((await generateKeyPair('RS256', { extractable: true })).privateKey),
      'fcm_no_token',
    ],
    ['no key', async () => 'nonsense', 'fcm_key'],
  ])('with %s is trouble that the owner is told of', async (_, key, code) => {
    const pushing = startPushing(await key())
    const anna = await addUser()
    await register(pushing, anna, 'phone-of-anna')
    await addVisit(pushing.world, anna, TUESDAY)
    await fillOutbox(pushing.world.ctx)
    await pushing.world.consume('messages', [{ kind: 'send-notice', noticeId: 1 }])
    expect(await noticesNow()).toMatchObject([{ state: 'queued', reason: code }])
    expect(pushing.world.logged).toContainEqual(
      expect.objectContaining({ level: 'error', event: 'message.account_trouble' }),
    )
  })

  test.each(['down', 'busy', 'unauthorized'] as const)('waits in the queue while FCM is “%s”', async (way) => {
    const pushing = startPushing()
    const anna = await addUser()
    await register(pushing, anna, 'phone-of-anna')
    await addVisit(pushing.world, anna, TUESDAY)
    pushing.inbox.knobs.push = way
    await fillOutbox(pushing.world.ctx)
    const { retried } = await pushing.world.consume('messages', [{ kind: 'send-notice', noticeId: 1 }])
    expect(retried).toHaveLength(1)
    pushing.inbox.knobs.push = 'ok'
    await pushing.world.drain()
    expect(pushing.inbox.messages).toHaveLength(1)
  })
})
