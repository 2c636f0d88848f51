import { beforeEach, describe, expect, test } from 'vitest'
import type { Context } from '../../src/context.ts'
import { chooseProvider } from '../../src/payments/choose-provider.ts'
import type { Answer, PaymentProvider } from '../../src/payments/provider.ts'
import { HOUR_MS, MINUTE_MS } from '../../src/platform/time.ts'
import { order } from '../support/payment-orders.ts'
import { createStripe, STRIPE_KEY, STRIPE_WEBHOOK_SECRET, signed } from '../support/stripe.ts'
import { NOON, startWorld, type World } from '../support/world.ts'

let world: World
let stripe: ReturnType<typeof createStripe>
let ctx: Context
let provider: PaymentProvider

beforeEach(() => {
  world = startWorld()
  stripe = createStripe(() => world.clock.now)
  const { config } = world.ctx
  const payments = {
    ...config.payments,
    provider: 'stripe' as const,
    currency: 'EUR',
    stripe: { baseUrl: 'http://stripe.test', secretKey: STRIPE_KEY, webhookSecret: STRIPE_WEBHOOK_SECRET },
  }
  const found = chooseProvider('stripe')
  if (!found) throw new Error('no provider')
  provider = found
  ctx = {
    ...world.ctx,
    config: { ...config, payments },
    fetch: (input, init) => stripe.fetch(new Request(input, init)),
  }
})

function got<T>(answer: Answer<T>): T {
  if (answer.kind !== 'ok') throw new Error(`refused: ${JSON.stringify(answer)}`)
  return answer.value
}
const create = async (changes = {}, key = crypto.randomUUID()) =>
  got(await provider.createPayment(ctx, order({ receipt: undefined, ...changes }), key))
const read = async (id: string) => got(await provider.readPayment(ctx, id))
const refundOf = (paymentId: string, amountKopecks: number, key: string) =>
  provider.createRefund(ctx, { paymentId, amountKopecks, description: 'Cancelled', receipt: undefined }, key)

describe('a payment at Stripe', () => {
  test('is opened with a page that lives as short as Stripe allows', async () => {
    const payment = await create()
    expect(payment).toMatchObject({
      status: 'pending',
      amountKopecks: 150_005,
      currency: 'EUR',
      refundedKopecks: 0,
      isTest: true,
      createdAt: NOON,
      payableUntil: NOON + 40 * MINUTE_MS,
      confirmationUrl: `https://checkout.stripe.test/${payment.id}`,
      metadata: { paymentId: '7', bookingId: '42', environment: 'test' },
    })
    expect(stripe.requests[0]?.fields).toMatchObject({
      mode: 'payment',
      'line_items[0][price_data][currency]': 'eur',
      'payment_intent_data[capture_method]': 'manual',
      'payment_intent_data[metadata][payment_id]': '7',
    })
    const long = await create({ expiresAt: NOON + 2 * HOUR_MS })
    expect(long.payableUntil).toBe(NOON + 2 * HOUR_MS)
  })

  test('waits for capture, is captured, and is refunded in parts, never more than it was', async () => {
    const { id } = await create()
    stripe.pay(id)
    expect(await read(id)).toMatchObject({ status: 'waiting_for_capture', captureUntil: NOON + 600_000_000 })
    expect(got(await provider.capturePayment(ctx, id, 'capture'))).toMatchObject({
      id,
      status: 'succeeded',
      capturedAt: NOON,
    })
    expect(got(await refundOf(id, 100_000, 'a'))).toMatchObject({ paymentId: id, status: 'succeeded', currency: 'EUR' })
    expect(await refundOf(id, 50_006, 'b')).toMatchObject({ kind: 'refused', code: 'amount_refused' })
    expect((await read(id)).refundedKopecks).toBe(100_000)
  })

  test('is also found by the id of the money behind its page, under its own', async () => {
    const { id } = await create()
    stripe.pay(id)
    expect((await read(stripe.sessions.get(id)?.intent?.id ?? '')).id).toBe(id)
    expect(await provider.readPayment(ctx, 'pi_nothing')).toMatchObject({ kind: 'refused', code: 'not_found' })
  })

  test('is taken at once if that was asked for', async () => {
    const { id } = await create({ capture: 'now' })
    stripe.pay(id)
    expect(await read(id)).toMatchObject({ status: 'succeeded' })
  })

  test('stays open after a declined card, and says so when the page has ended', async () => {
    const { id } = await create()
    stripe.pay(id, 'insufficient_funds')
    expect(await read(id)).toMatchObject({ status: 'pending', cancelReason: undefined })
    expect(got(await provider.cancelPayment(ctx, id, 'cancel'))).toMatchObject({
      status: 'cancelled',
      cancelReason: 'insufficient_funds',
    })
  })

  test.each([
    ['expired_card', 'card_expired'],
    ['constructor', 'declined'],
    ['a_new_one', 'declined'],
  ])('that was declined as %s and left is cancelled as %s', async (declined, reason) => {
    const { id } = await create()
    stripe.pay(id, declined)
    expect(got(await provider.cancelPayment(ctx, id, 'cancel')).cancelReason).toBe(reason)
  })

  test('is cancelled before it is paid, and while its money is blocked, but not afterwards', async () => {
    const open = await create()
    expect(got(await provider.cancelPayment(ctx, open.id, 'a'))).toMatchObject({ cancelReason: 'not_paid_in_time' })
    const blocked = await create()
    stripe.pay(blocked.id)
    expect(got(await provider.cancelPayment(ctx, blocked.id, 'b'))).toMatchObject({
      status: 'cancelled',
      cancelReason: 'cancelled_by_salon',
    })
    const taken = await create({ capture: 'now' })
    stripe.pay(taken.id)
    expect(await provider.cancelPayment(ctx, taken.id, 'c')).toMatchObject({ kind: 'refused', code: 'wrong_state' })
    expect(await provider.capturePayment(ctx, taken.id, 'd')).toMatchObject({ kind: 'refused', code: 'wrong_state' })
  })

  test('repeated with the same key is one payment, also minutes later and after a lost answer', async () => {
    stripe.failNext.push('500after')
    const asked = order({ receipt: undefined })
    expect(await provider.createPayment(ctx, asked, 'same')).toEqual({ kind: 'unknown' })
    world.clock.now += 5 * MINUTE_MS
    expect(await provider.createPayment(ctx, asked, 'same')).toMatchObject({ kind: 'ok' })
    expect(stripe.sessions.size).toBe(1)
    expect(await provider.createPayment(ctx, order({ amountKopecks: 100 }), 'same')).toMatchObject({
      code: 'key_reused',
    })
  })

  test.each([
    ['500', 'unknown', 'unavailable'],
    ['html', 'unknown', 'unavailable'],
    ['429', 'unavailable', 'unavailable'],
  ] as const)('%s: a write is %s, a reading %s', async (failure, writing, reading) => {
    stripe.failNext.push(failure, failure)
    expect(await provider.createPayment(ctx, order(), 'key')).toEqual({ kind: writing })
    expect(await provider.readPayment(ctx, 'cs_1')).toEqual({ kind: reading })
  })

  test('is refused with our reason', async () => {
    expect(await provider.createPayment(ctx, order({ amountKopecks: 1 }), 'a')).toMatchObject({
      code: 'amount_refused',
    })
    expect(await provider.readPayment(ctx, 'cs_nothing')).toMatchObject({ code: 'not_found' })
    const stripeConfig = { ...ctx.config.payments.stripe, secretKey: 'sk_wrong' }
    const wrong = { ...ctx, config: { ...ctx.config, payments: { ...ctx.config.payments, stripe: stripeConfig } } }
    expect(await provider.readPayment(wrong, 'cs_1')).toMatchObject({ code: 'account_trouble' })
    expect(JSON.stringify(world.logged)).not.toContain('sk_wrong')
  })

  test('is listed once, over pages', async () => {
    const ids: string[] = []
    for (let n = 0; n < 120; n++) ids.push((await create()).id)
    const query = { from: NOON, to: NOON + HOUR_MS }
    const first = got(await provider.listPayments(ctx, query))
    const second = got(await provider.listPayments(ctx, { ...query, cursor: first.nextCursor }))
    expect([...first.items, ...second.items].map(({ id }) => id).toSorted()).toEqual(ids.toSorted())
    expect(second.nextCursor).toBeUndefined()
  })

  test('has no fiscal receipts', async () => {
    expect(provider.sendsReceipts).toBe(false)
    expect(await provider.readReceipt(ctx, 'any')).toMatchObject({ kind: 'refused', code: 'not_supported' })
  })
})

describe('an event of Stripe', () => {
  const event = (type: string, id: string) => JSON.stringify({ object: 'event', type, data: { object: { id } } })
  const BODY = event('checkout.session.completed', 'cs_1')
  const notify = (rawBody: string, signature: string | undefined) =>
    provider.readNotification(ctx, {
      headers: new Headers(signature === undefined ? {} : { 'stripe-signature': signature }),
      rawBody,
      peerAddress: undefined,
    })

  test.each([
    ['checkout.session.completed', 'cs_1', 'payment'],
    ['payment_intent.amount_capturable_updated', 'pi_1', 'payment'],
    ['refund.updated', 're_1', 'refund'],
    ['charge.refund.updated', 're_1', 'refund'],
  ])('%s tells which object to read', async (type, id, object) => {
    const body = event(type, id)
    expect(await notify(body, await signed(body, NOON))).toEqual({ kind: 'about', object, id, event: type })
  })

  test('of something else is ignored', async () => {
    const body = event('charge.refunded', 'ch_1')
    expect(await notify(body, await signed(body, NOON))).toEqual({ kind: 'ignored', event: 'charge.refunded' })
  })

  test('is taken with one right signature among several, while the secret is being changed', async () => {
    const [time, right] = (await signed(BODY, NOON)).split(',')
    const [, wrong] = (await signed(BODY, NOON, 'whsec_other')).split(',')
    expect(await notify(BODY, `${time},${wrong},${right},v0=abc`)).toMatchObject({ kind: 'about' })
  })

  test('that is five minutes old is taken, and one a second older, or as far ahead, is not', async () => {
    expect(await notify(BODY, await signed(BODY, NOON - 5 * MINUTE_MS))).toMatchObject({ kind: 'about' })
    const stale = { kind: 'rejected', reason: 'stale' }
    expect(await notify(BODY, await signed(BODY, NOON - 5 * MINUTE_MS - 1000))).toEqual(stale)
    expect(await notify(BODY, await signed(BODY, NOON + 5 * MINUTE_MS + 1000))).toEqual(stale)
  })

  test('whose body, time, secret or signature was changed is refused', async () => {
    const right = await signed(BODY, NOON)
    const forgeries: [string, string | undefined][] = [
      [BODY.replace('cs_1', 'cs_2'), right],
      [`${BODY} `, right],
      [BODY, right.replace(/^t=\d+/, `t=${NOON / 1000 + 1}`)],
      [BODY, await signed(BODY, NOON, 'whsec_other')],
      [BODY, right.slice(0, -1)],
      [BODY, right.replace('v1=', 'v0=')],
      [BODY, right.replace(/v1=.*/, 'v1=')],
      [BODY, right.replace(/^t=\d+/, 't=')],
      [BODY, ''],
      [BODY, undefined],
    ]
    for (const [body, signature] of forgeries) {
      expect(await notify(body, signature), signature).toEqual({ kind: 'rejected', reason: 'signature' })
    }
  })

  test('that is signed and no event is refused', async () => {
    for (const body of ['', '[]', '{"object":"event"}', event('checkout.session.completed', '../x')]) {
      expect(await notify(body, await signed(body, NOON))).toEqual({ kind: 'rejected', reason: 'body' })
    }
  })
})
