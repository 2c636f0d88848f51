import { beforeEach, describe, expect, test } from 'vitest'
import { CARDS } from '../../dev/yookassa/cards.ts'
import { createShop, type Shop, type ShopOptions } from '../../dev/yookassa/shop.ts'

const NOON = Date.UTC(2026, 8, 15, 9)
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const ORIGIN = 'http://yookassa.example'

let now: number
let sent: { body: string; address: string }[]
let takes: boolean
let shop: Shop
let key = 0

function open(options: ShopOptions = {}): Shop {
  return createShop({
    now: () => now,
    notifyUrl: 'http://spa.example/notifications',
    send: async (_, body, address) => {
      sent.push({ body, address })
      if (!takes) throw new Error('not taken')
    },
    ...options,
    knobs: { delivery: 'manual', ...options.knobs },
  })
}

beforeEach(() => {
  now = NOON
  sent = []
  takes = true
  shop = open()
})

async function ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const request = new Request(`${ORIGIN}${path}`, {
    method,
    headers: {
      authorization: `Basic ${btoa('100500:test_yookassa-demo')}`,
      ...(method === 'POST' && { 'idempotence-key': `key-${++key}` }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const response = await shop.fetch(request)
  const text = await response.text()
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: /^[{[]/.test(text) ? JSON.parse(text) : null,
  }
}

const ORDER = {
  amount: { value: '1500.00', currency: 'RUB' },
  confirmation: { type: 'redirect', return_url: 'https://app.example/paid' },
}
const create = async (changes = {}) => (await ask('POST', '/v3/payments', { ...ORDER, ...changes })).body
const outbox = () => shop.notifications.outbox.map(({ event }) => event)

describe('the shop', () => {
  test('knows its own key only', async () => {
    const wrong = await ask('GET', '/v3/me', undefined, { authorization: `Basic ${btoa('100500:wrong')}` })
    expect(wrong).toMatchObject({ status: 401, body: { type: 'error', code: 'invalid_credentials' } })
    expect((await ask('GET', '/v3/me')).body).toMatchObject({ account_id: '100500', test: true })
  })

  test('blocks money unless it is told to take it', async () => {
    const { id } = await create()
    expect(shop.pay(id).status).toBe('waiting_for_capture')
    const { id: other } = await create({ capture: true })
    expect(shop.pay(other).status).toBe('succeeded')
  })

  test.each([
    ['an amount that is a number', { amount: { value: 1500, currency: 'RUB' } }, 'amount.value'],
    ['one digit behind the dot', { amount: { value: '1500.0', currency: 'RUB' } }, 'amount.value'],
    ['another currency', { amount: { value: '1500.00', currency: 'EUR' } }, 'amount.currency'],
    ['no way back', { confirmation: { type: 'redirect' } }, 'confirmation.return_url'],
    ['seventeen metadata', { metadata: Object.fromEntries([...Array(17).keys()].map((n) => [n, 'x'])) }, 'metadata'],
    ['a long description', { description: 'x'.repeat(129) }, 'description'],
  ])('refuses %s', async (_, changes, parameter) => {
    const answer = await ask('POST', '/v3/payments', { ...ORDER, ...changes })
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request', parameter } })
    expect(shop.till.payments.size).toBe(0)
  })

  test('wants a key of at most 64 characters for each POST', async () => {
    for (const wrong of ['', 'x'.repeat(65)]) {
      const answer = await ask('POST', '/v3/payments', ORDER, { 'idempotence-key': wrong })
      expect(answer).toMatchObject({ status: 400, body: { parameter: 'Idempotence-Key' } })
    }
  })

  test('forgets a key after 24 hours', async () => {
    const same = { 'idempotence-key': 'same' }
    const first = await ask('POST', '/v3/payments', ORDER, same)
    now += 24 * HOUR_MS - 1
    expect((await ask('POST', '/v3/payments', ORDER, same)).body.id).toBe(first.body.id)
    expect((await ask('POST', '/v3/payments', { ...ORDER, capture: true }, same)).status).toBe(400)
    now += 1
    expect((await ask('POST', '/v3/payments', ORDER, same)).body.id).not.toBe(first.body.id)
  })

  test('has the page on which a card decides, and sends the client back', async () => {
    const { id, confirmation } = await create()
    expect(confirmation.confirmation_url).toBe(`http://yookassa.test/pay/${id}`)
    const page = await ask('GET', `/pay/${id}`)
    expect(page.text).toContain('1500.00 ₽')
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    const paying = (card: string) =>
      shop.fetch(new Request(`${ORIGIN}/pay/${id}`, { method: 'POST', headers: form, body: `card=${card}` }))
    expect((await paying('1234')).status).toBe(422)
    const paid = await paying(CARDS.good)
    expect(paid.status).toBe(303)
    expect(paid.headers.get('location')).toBe('https://app.example/paid')
    expect((await paying(CARDS.good)).status).toBe(422)
  })

  test('shows on the page why a card was declined, and escapes what the salon wrote', async () => {
    const { id } = await create({ description: '<script>' })
    shop.pay(id, CARDS.noMoney)
    const { text } = await ask('GET', `/pay/${id}`)
    expect(text).toContain('insufficient_funds')
    expect(text).toContain('&lt;script&gt;')
  })

  test('is steered from outside', async () => {
    const { id } = await create()
    const paid = await ask('POST', '/__control/pay', { payment_id: id, card: CARDS.noMoney })
    expect(paid.body).toEqual({ id, status: 'canceled', reason: 'insufficient_funds' })
    const open = await create()
    await ask('POST', '/__control/clock', { advance_ms: HOUR_MS })
    expect((await ask('GET', `/v3/payments/${open.id}`)).body.status).toBe('canceled')
    expect((await ask('PUT', '/__control/knobs', { refunds: 'never' })).status).toBe(422)
    expect((await ask('PUT', '/__control/knobs', { lossPercent: 10, delayMs: -1 })).status).toBe(422)
    expect(shop.knobs.lossPercent).toBe(0)
    expect((await ask('PUT', '/__control/knobs', { lossPercent: 10 })).body.lossPercent).toBe(10)
    await ask('POST', '/__control/reset')
    expect([shop.till.payments.size, shop.knobs.lossPercent, outbox()]).toEqual([0, 0, []])
  })
})

describe('its notifications', () => {
  async function pays(count: number) {
    for (let n = 0; n < count; n++) shop.pay((await create()).id)
  }

  test('tell of each state but a refused refund', async () => {
    const { id } = await create()
    shop.pay(id)
    await ask('POST', `/v3/payments/${id}/capture`, {})
    const refund = { payment_id: id, amount: { value: '500.00', currency: 'RUB' } }
    await ask('POST', '/v3/refunds', refund)
    shop.knobs.refunds = 'refused'
    await ask('POST', '/v3/refunds', refund)
    shop.advance(MINUTE_MS)
    const other = await create()
    shop.advance(HOUR_MS)
    expect(outbox()).toEqual([
      'payment.waiting_for_capture',
      'payment.succeeded',
      'refund.succeeded',
      'payment.canceled',
    ])
    expect(shop.notifications.outbox.at(-1)?.objectId).toBe(other.id)
    await shop.notifications.deliverAll()
    expect(JSON.parse(sent[0]?.body ?? '')).toMatchObject({
      type: 'notification',
      event: 'payment.waiting_for_capture',
      object: { id, status: 'waiting_for_capture', paid: true },
    })
  })

  test('come again, later and later, until they are taken, for a day', async () => {
    takes = false
    await pays(1)
    for (let minute = 0; minute < 25 * 60; minute++) {
      await shop.notifications.deliverDue()
      now += MINUTE_MS
    }
    // After 0, 1, 3, 7 … 1023 minutes.
    expect(sent).toHaveLength(11)
    expect(shop.notifications.log[0]?.outcome).toBe('given_up')
    await pays(1)
    await shop.notifications.deliverDue()
    takes = true
    now += MINUTE_MS
    expect(await shop.notifications.deliverDue()).toBe(1)
    expect(shop.notifications.outbox).toEqual([])
  })

  test('leave twice, late, out of order or never, as the seed decides, and the same each time', async () => {
    const story = async (seed: number) => {
      sent = []
      shop = open({
        seed,
        knobs: { duplicatePercent: 40, duplicateTimes: 2, reorderPercent: 50, lossPercent: 20, delayMs: 1000 },
      })
      await pays(20)
      expect(await shop.notifications.deliverDue()).toBe(0)
      await shop.notifications.deliverAll()
      return sent.map(({ body, address }) => `${JSON.parse(body).object.id} ${address}`)
    }
    const first = await story(1)
    expect(await story(1)).toEqual(first)
    expect(await story(2)).not.toEqual(first)
    const ids = first.map((line) => line.split(' ')[0])
    const order = [...shop.till.payments.keys()]
    expect(new Set(ids).size).toBeLessThan(order.length)
    expect(ids.length).toBeGreaterThan(new Set(ids).size)
  })

  test('are overtaken by later ones', async () => {
    shop = open({ knobs: { reorderPercent: 50 } })
    await pays(20)
    await shop.notifications.deliverAll()
    const arrived = sent.map(({ body }) => JSON.parse(body).object.id)
    expect(arrived).not.toEqual([...shop.till.payments.keys()])
    expect(arrived.toSorted()).toEqual([...shop.till.payments.keys()].toSorted())
  })

  test('come from a stranger only once, and from YooKassa when they come again', async () => {
    shop.knobs.wrongSenderPercent = 100
    takes = false
    await pays(1)
    await shop.notifications.deliverDue()
    takes = true
    now += MINUTE_MS
    await shop.notifications.deliverDue()
    expect(sent[0]?.address).toBe('203.0.113.66')
    expect(sent[1]?.address).toMatch(/^(185\.71\.76\.|77\.75\.154\.|2a02:5180:)/)
  })

  test('are made up by a stranger, who claims that an open payment was paid', async () => {
    shop.knobs.forgedPercent = 100
    const { id } = await create()
    await shop.notifications.deliverAll()
    expect(JSON.parse(sent[0]?.body ?? '')).toMatchObject({ event: 'payment.succeeded', object: { id, paid: true } })
    expect(sent[0]?.address).toBe('203.0.113.66')
    expect((await ask('GET', `/v3/payments/${id}`)).body.status).toBe('pending')
  })

  test('leave by themselves when they are due', async () => {
    const timers: { ms: number; run: () => void }[] = []
    shop = open({ knobs: { delivery: 'auto', delayMs: 200 }, schedule: (ms, run) => timers.push({ ms, run }) })
    await pays(1)
    expect(timers.map(({ ms }) => ms)).toEqual([200])
    timers[0]?.run()
    expect(sent).toHaveLength(1)
  })
})

describe('its faults', () => {
  test('500 for a new key, done or not, and then the same key works: no key makes two payments', async () => {
    shop.knobs.serverErrorPercent = 100
    let done = 0
    for (let n = 0; n < 20; n++) {
      const same = { 'idempotence-key': `same-${n}` }
      const before = shop.till.payments.size
      expect((await ask('POST', '/v3/payments', ORDER, same)).status).toBe(500)
      done += shop.till.payments.size - before
      expect((await ask('POST', '/v3/payments', ORDER, same)).status).toBe(200)
    }
    expect(shop.till.payments.size).toBe(20)
    expect(done).toBeGreaterThan(0)
    expect(done).toBeLessThan(20)
  })

  test('429 comes in bursts', async () => {
    Object.assign(shop.knobs, { tooManyPercent: 10, tooManyBurst: 4 })
    let answers = ''
    for (let n = 0; n < 100; n++) answers += (await ask('GET', '/v3/me')).status === 429 ? '!' : '.'
    expect(answers).toMatch(/\.!{4}(!{4})*\./)
    for (const burst of answers.slice(0, -4).match(/!+/g) ?? []) expect(burst.length % 4).toBe(0)
  })

  test('only the paths that are named fail', async () => {
    Object.assign(shop.knobs, { failNext: ['500'], failOnly: '/refunds' })
    expect((await ask('POST', '/v3/payments', ORDER)).status).toBe(200)
    expect((await ask('GET', '/v3/refunds')).status).toBe(500)
    expect((await ask('GET', '/v3/refunds')).status).toBe(200)
  })

  test('a connection that breaks', async () => {
    shop.knobs.failNext = ['reset', 'resetAfter']
    await expect(ask('POST', '/v3/payments', ORDER)).rejects.toThrow('connection reset')
    expect(shop.till.payments.size).toBe(0)
    await expect(ask('POST', '/v3/payments', ORDER)).rejects.toThrow('connection reset')
    expect(shop.till.payments.size).toBe(1)
  })
})
