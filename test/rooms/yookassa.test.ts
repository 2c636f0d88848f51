import { beforeEach, describe, expect, test } from 'vitest'
import { CARDS } from '../../dev/yookassa/cards.ts'
import type { Answer, PaymentProvider, ProviderPayment } from '../../src/payments/provider.ts'
import { yookassa } from '../../src/payments/yookassa/client.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/platform/time.ts'
import { order, RECEIPT } from '../support/payment-orders.ts'
import { NOON, startWorld, type World } from '../support/world.ts'

let world: World
let provider: PaymentProvider

beforeEach(() => {
  world = startWorld()
  expect(world.ctx.payments).toBe(yookassa)
  provider = yookassa
})

function got<T>(answer: Answer<T>): T {
  if (answer.kind !== 'ok') throw new Error(`refused: ${JSON.stringify(answer)}`)
  return answer.value
}

const create = async (changes = {}, key = crypto.randomUUID()) =>
  got(await provider.createPayment(world.ctx, order(changes), key))
const read = async (id: string) => got(await provider.readPayment(world.ctx, id))
/** Paid and captured. */
async function paid(changes = {}): Promise<ProviderPayment> {
  const { id } = await create({ capture: 'now', ...changes })
  world.shop.pay(id)
  return await read(id)
}
const refund = (paymentId: string, amountKopecks: number, key: string = crypto.randomUUID()) =>
  provider.createRefund(world.ctx, { paymentId, amountKopecks, description: 'Отмена', receipt: undefined }, key)

describe('a payment in two stages', () => {
  test('is opened with the page where it is paid, and comes back with what we gave along', async () => {
    const payment = await create()
    expect(payment).toEqual({
      id: payment.id,
      status: 'pending',
      amountKopecks: 150_005,
      currency: 'RUB',
      refundedKopecks: 0,
      isTest: true,
      isOurs: true,
      createdAt: NOON,
      capturedAt: undefined,
      payableUntil: NOON + HOUR_MS,
      captureUntil: undefined,
      confirmationUrl: `http://yookassa.test/pay/${payment.id}`,
      cancelReason: undefined,
      metadata: { paymentId: '7', bookingId: '42', environment: 'test' },
      method: undefined,
      receiptStatus: 'pending',
    })
    expect(world.shop.till.payments.get(payment.id)).toMatchObject({ kopecks: 150_005, capture: false })
  })

  test('waits for capture when the client has paid, and is captured', async () => {
    const { id } = await create()
    world.shop.pay(id)
    expect(await read(id)).toMatchObject({
      status: 'waiting_for_capture',
      captureUntil: NOON + 7 * DAY_MS,
      method: 'bank_card',
      confirmationUrl: undefined,
      payableUntil: undefined,
    })
    const captured = got(await provider.capturePayment(world.ctx, id, 'capture-1'))
    expect(captured).toMatchObject({ status: 'succeeded', capturedAt: NOON, receiptStatus: 'succeeded' })
  })

  test('is cancelled without a refund while its money is only blocked', async () => {
    const { id } = await create()
    world.shop.pay(id)
    expect(got(await provider.cancelPayment(world.ctx, id, 'cancel-1'))).toMatchObject({
      status: 'cancelled',
      cancelReason: 'cancelled_by_salon',
    })
  })

  test('succeeds at once where the way to pay knows one stage only', async () => {
    const { id } = await create()
    world.shop.pay(id, CARDS.SBP)
    expect(await read(id)).toMatchObject({ status: 'succeeded', method: 'sbp' })
  })

  test('cannot be cancelled before it is paid, and a refusal is remembered under its key', async () => {
    const { id } = await create()
    const refusal = { kind: 'refused', code: 'wrong_state', parameter: undefined }
    expect(await provider.cancelPayment(world.ctx, id, 'cancel-1')).toEqual(refusal)
    world.shop.pay(id)
    expect(await provider.cancelPayment(world.ctx, id, 'cancel-1')).toEqual(refusal)
    expect(await provider.cancelPayment(world.ctx, id, 'cancel-2')).toMatchObject({ kind: 'ok' })
  })

  test('ends an hour after it was opened, or when nobody captures it', async () => {
    const open = await create()
    const blocked = await create()
    world.shop.pay(blocked.id)
    world.clock.now += HOUR_MS
    expect(await read(open.id)).toMatchObject({ status: 'cancelled', cancelReason: 'not_paid_in_time' })
    world.clock.now += 7 * DAY_MS
    expect(await read(blocked.id)).toMatchObject({ status: 'cancelled', cancelReason: 'not_captured_in_time' })
  })
})

describe('a card that is declined', () => {
  test.each([
    [CARDS.noMoney, 'insufficient_funds'],
    [CARDS.failed3ds, 'bank_check_failed'],
    [CARDS.callBank, 'call_your_bank'],
    [CARDS.expired, 'card_expired'],
    [CARDS.fraud, 'suspected_fraud'],
    [CARDS.declined, 'declined'],
    [CARDS.wrongNumber, 'wrong_card_number'],
    [CARDS.wrongCode, 'wrong_card_code'],
    [CARDS.bankDown, 'bank_unavailable'],
    [CARDS.limit, 'method_limit_exceeded'],
    [CARDS.restricted, 'method_restricted'],
    [CARDS.country, 'country_not_allowed'],
  ])('%s gives the reason %s', async (card, reason) => {
    const { id } = await create()
    world.shop.pay(id, card)
    expect(await read(id)).toMatchObject({ status: 'cancelled', cancelReason: reason })
  })
})

describe('what is repeated', () => {
  test('with the same key opens one payment, also when both are on their way', async () => {
    const [first, second] = await Promise.all([create({}, 'same'), create({}, 'same')])
    const third = await create({}, 'same')
    expect(new Set([first.id, second.id, third.id]).size).toBe(1)
    expect(world.shop.till.payments.size).toBe(1)
  })

  test('with the same key and other data is refused', async () => {
    await create({}, 'same')
    expect(await provider.createPayment(world.ctx, order({ amountKopecks: 100, receipt: undefined }), 'same')).toEqual({
      kind: 'refused',
      code: 'key_reused',
      parameter: 'Idempotence-Key',
    })
  })

  test('with the same key after 24 hours is done anew', async () => {
    const first = await create({}, 'same')
    world.clock.now += DAY_MS
    expect((await create({}, 'same')).id).not.toBe(first.id)
  })

  test.each(['500after', 'resetAfter', 'html'] as const)(
    'after %s, whose outcome is unknown, is done once',
    async (failure) => {
      world.shop.knobs.failNext = [failure]
      expect(await provider.createPayment(world.ctx, order(), 'same')).toEqual({ kind: 'unknown' })
      await create({}, 'same')
      expect(world.shop.till.payments.size).toBe(1)
    },
  )

  test('of a refund takes money back once', async () => {
    const { id } = await paid()
    world.shop.knobs.failNext = ['500after']
    expect(await refund(id, 50_000, 'refund-1')).toEqual({ kind: 'unknown' })
    expect(got(await refund(id, 50_000, 'refund-1'))).toMatchObject({ status: 'succeeded', amountKopecks: 50_000 })
    expect((await read(id)).refundedKopecks).toBe(50_000)
  })
})

describe('what the provider refuses', () => {
  test.each([
    ['a payment below one ruble', { amountKopecks: 99, receipt: undefined }, 'amount_refused', 'amount.value'],
    ['a payment above the limit', { amountKopecks: 35_000_001, receipt: undefined }, 'amount_refused', 'amount.value'],
    ['a receipt that does not add up', { amountKopecks: 150_006 }, 'receipt_refused', 'receipt.items'],
    [
      'a receipt for nobody',
      { receipt: { ...RECEIPT, customer: { email: 'anna' } } },
      'receipt_refused',
      'receipt.customer.email',
    ],
    ['an address to return to that is none', { returnUrl: 'back' }, 'rejected', 'confirmation.return_url'],
  ])('%s', async (_, changes, code, parameter) => {
    const answer = await provider.createPayment(world.ctx, order(changes), 'key')
    expect(answer).toEqual({ kind: 'refused', code, parameter })
    expect(world.shop.till.payments.size).toBe(0)
  })

  test('a refund of more than what is left, and of what was not paid', async () => {
    const { id } = await paid()
    await refund(id, 100_000)
    expect(await refund(id, 50_006)).toMatchObject({ kind: 'refused', code: 'amount_refused' })
    expect(await refund(id, 50_005)).toMatchObject({ kind: 'ok' })
    expect(await refund(id, 1)).toMatchObject({ kind: 'refused', code: 'amount_refused' })
    const open = await create()
    expect(await refund(open.id, 1)).toMatchObject({ kind: 'refused', code: 'wrong_state' })
  })

  test('an object that does not exist', async () => {
    const answer = { kind: 'refused', code: 'not_found', parameter: undefined }
    expect(await provider.readPayment(world.ctx, 'nothing')).toEqual(answer)
    expect(await provider.readRefund(world.ctx, '../payments')).toEqual(answer)
    expect(await provider.readReceipt(world.ctx, 'nothing')).toEqual(answer)
    expect(await provider.capturePayment(world.ctx, 'nothing', 'key')).toEqual(answer)
  })

  test.each(['wrong-secret', 'ключ'])(
    'a wrong key of the shop (%s), which is an error for a person',
    async (secretKey) => {
      const { config } = world.ctx
      const payments = { ...config.payments, yookassa: { ...config.payments.yookassa, secretKey } }
      const ctx = { ...world.ctx, config: { ...config, payments } }
      expect(await provider.readPayment(ctx, 'any')).toMatchObject({ kind: 'refused', code: 'account_trouble' })
      expect(world.logged.at(-1)).toMatchObject({ level: 'error', event: 'payments.call_failed' })
      expect(JSON.stringify(world.logged)).not.toContain(secretKey)
    },
  )

  test.each([
    ['429', 'unavailable', 'unavailable'],
    ['500', 'unknown', 'unavailable'],
    ['html', 'unknown', 'unavailable'],
    ['reset', 'unknown', 'unavailable'],
  ] as const)('%s: a write is %s, a reading %s', async (failure, writing, reading) => {
    world.shop.knobs.failNext = [failure, failure]
    expect(await provider.createPayment(world.ctx, order(), 'key')).toEqual({ kind: writing })
    expect(await provider.readPayment(world.ctx, 'any')).toEqual({ kind: reading })
  })
})

describe('refunds', () => {
  test('stay pending and are refused without a notification', async () => {
    const { id } = await paid()
    world.shop.notifications.take()
    Object.assign(world.shop.knobs, { refunds: 'refused', refundReason: 'yoo_money_account_closed' })
    const pending = got(await refund(id, 150_005))
    expect(pending).toMatchObject({ paymentId: id, status: 'pending', createdAt: NOON, currency: 'RUB' })
    world.clock.now += MINUTE_MS
    expect(got(await provider.readRefund(world.ctx, pending.id))).toMatchObject({
      status: 'cancelled',
      cancelReason: 'wallet_closed',
    })
    expect(world.shop.notifications.outbox).toEqual([])
    expect((await read(id)).refundedKopecks).toBe(0)
  })

  test('have a receipt of their own', async () => {
    const { id } = await paid()
    const answer = await provider.createRefund(
      world.ctx,
      { paymentId: id, amountKopecks: 150_005, description: 'Отмена', receipt: RECEIPT },
      'key',
    )
    expect(got(answer).receiptStatus).toBe('succeeded')
  })
})

describe('receipts', () => {
  const second = (of: string) => ({
    type: 'payment' as const,
    of,
    receipt: { ...RECEIPT, items: RECEIPT.items.map((item) => ({ ...item, mode: 'full_payment' as const })) },
    settlements: [{ type: 'prepayment' as const, amountKopecks: 150_005 }],
  })

  test('the second one is registered, at once or later', async () => {
    const { id } = await paid()
    expect(got(await provider.sendReceipt(world.ctx, second(id), 'a')).status).toBe('succeeded')
    world.shop.knobs.receipts = 'later'
    const late = got(await provider.sendReceipt(world.ctx, second(id), 'b'))
    expect(late.status).toBe('pending')
    world.clock.now += MINUTE_MS
    expect(got(await provider.readReceipt(world.ctx, late.id)).status).toBe('succeeded')
  })

  test('may fail', async () => {
    const { id } = await paid()
    world.shop.knobs.receipts = 'failed'
    const { id: receiptId } = got(await provider.sendReceipt(world.ctx, second(id), 'a'))
    world.clock.now += MINUTE_MS
    expect(got(await provider.readReceipt(world.ctx, receiptId)).status).toBe('cancelled')
  })

  test('one whose settlements are another sum is refused', async () => {
    const { id } = await paid()
    const wrong = { ...second(id), settlements: [{ type: 'prepayment' as const, amountKopecks: 150_004 }] }
    expect(await provider.sendReceipt(world.ctx, wrong, 'a')).toMatchObject({ code: 'receipt_refused' })
  })

  test('go to a phone as digits', async () => {
    const { id } = await create({ receipt: { ...RECEIPT, customer: { phone: '+7 900 000-00-01' } } })
    expect(world.shop.till.payments.get(id)?.receipt?.customer).toEqual({ phone: '79000000001' })
  })
})

describe('lists', () => {
  test('name each payment of the time asked for once, over pages', async () => {
    const before = await create()
    world.clock.now += HOUR_MS
    const from = world.clock.now
    const ids: string[] = []
    for (let n = 0; n < 120; n++) ids.push((await create()).id)
    world.clock.now += HOUR_MS
    const to = world.clock.now
    await create()

    const listed: string[] = []
    let cursor: string | undefined
    do {
      const page = got(await provider.listPayments(world.ctx, { from, to, cursor }))
      listed.push(...page.items.map(({ id }) => id))
      cursor = page.nextCursor
      expect(page.unreadable).toBe(0)
    } while (cursor !== undefined)
    expect(listed.toSorted()).toEqual(ids.toSorted())
    expect(listed).not.toContain(before.id)
  })

  test('name refunds', async () => {
    const { id } = await paid()
    const made = got(await refund(id, 100))
    const page = got(await provider.listRefunds(world.ctx, { from: NOON, to: NOON + 1 }))
    expect(page.items).toEqual([made])
  })
})

describe('a notification', () => {
  const received = (peerAddress: string | undefined, body: unknown) => ({
    headers: new Headers(),
    rawBody: typeof body === 'string' ? body : JSON.stringify(body),
    peerAddress,
  })
  const event = (name: string, id = '2c9f-1') => ({ type: 'notification', event: name, object: { id, status: 'odd' } })
  const SENDER = '185.71.76.1'

  test('tells which object to read, whatever state the object shows', async () => {
    const { id } = await create()
    world.shop.knobs.mismatchPercent = 100
    world.shop.pay(id)
    const [delivery] = world.shop.notifications.take()
    expect(JSON.parse(delivery?.body ?? '')).toMatchObject({ object: { status: 'pending' } })
    expect(await provider.readNotification(world.ctx, received(delivery?.address, delivery?.body ?? ''))).toEqual({
      kind: 'about',
      object: 'payment',
      id,
      event: 'payment.waiting_for_capture',
    })
  })

  test.each([undefined, '', '203.0.113.66', '::ffff:203.0.113.66', '185.71.76.32', '185.71.76.1, 203.0.113.66'])(
    'from %s is refused before its body is looked at',
    async (address) => {
      const notification = received(address, event('payment.succeeded'))
      expect(await provider.readNotification(world.ctx, notification)).toEqual({ kind: 'rejected', reason: 'sender' })
    },
  )

  test.each(['185.71.77.30', '77.75.153.127', '77.75.154.200', '77.75.156.11', '77.75.156.35', '2a02:5180:0:1509::5'])(
    'from %s is taken',
    async (address) => {
      const notification = received(address, event('refund.succeeded'))
      expect(await provider.readNotification(world.ctx, notification)).toMatchObject({ object: 'refund', id: '2c9f-1' })
    },
  )

  test.each([
    ['no JSON', '{"type":'],
    ['nothing', ''],
    ['a list', []],
    ['another type', { ...event('payment.succeeded'), type: 'error' }],
    ['an id that is a path', event('payment.succeeded', '../refunds/1')],
    ['an endless id', event('payment.succeeded', 'x'.repeat(65))],
    ['an id that is a number', { ...event('payment.succeeded'), object: { id: 7 } }],
    ['no event', { type: 'notification', object: { id: '1' } }],
  ])('with %s is refused', async (_, body) => {
    const answer = await provider.readNotification(world.ctx, received(SENDER, body))
    expect(answer).toEqual({ kind: 'rejected', reason: 'body' })
  })

  test.each(['payout.succeeded', 'deal.closed', 'payment_method.active'])('of %s is nothing for us', async (name) => {
    const answer = await provider.readNotification(world.ctx, received(SENDER, event(name)))
    expect(answer).toEqual({ kind: 'ignored', event: name })
  })
})
