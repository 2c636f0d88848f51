import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { HttpAnswer } from '../../src/payments/http-answer.ts'
import { CANCEL_REASONS, cancelReasonInWords, isCancelReason } from '../../src/payments/reasons.ts'
import { translateFailure as stripeFailure } from '../../src/payments/stripe/translate.ts'
import { wireSession } from '../../src/payments/stripe/wire.ts'
import {
  decimalToKopecks,
  kopecksToDecimal,
  orderBody,
  translateFailure,
  translatePayment,
  translateRefund,
} from '../../src/payments/yookassa/translate.ts'
import { wirePayment, wireRefund } from '../../src/payments/yookassa/wire.ts'
import { order } from '../support/payment-orders.ts'

const PAYMENT = {
  id: '2c9f6a1d-000f-5000-8000-1b68e7b15f3f',
  status: 'succeeded',
  amount: { value: '1500.05', currency: 'RUB' },
  created_at: '2026-09-15T09:00:00.123Z',
  test: true,
  recipient: { account_id: '100500', gateway_id: '1' },
  metadata: { payment_id: '7' },
}

const read = (changes: object) => {
  const parsed = wirePayment.safeParse({ ...PAYMENT, ...changes })
  return parsed.success ? translatePayment(parsed.data, '100500') : undefined
}

describe('sums at YooKassa', () => {
  test('go there and back unchanged, with two digits', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000_000_000 }), (kopecks) => {
        const text = kopecksToDecimal(kopecks)
        expect(text).toMatch(/^\d+\.\d\d$/)
        expect(decimalToKopecks(text)).toBe(kopecks)
      }),
    )
  })

  test.each([
    [5, '0.05'],
    [50, '0.50'],
    [100, '1.00'],
    [150_005, '1500.05'],
    [1_999_999_99, '1999999.99'],
  ])('%i kopecks are "%s"', (kopecks, text) => {
    expect(kopecksToDecimal(kopecks)).toBe(text)
  })

  test.each([
    ['1500', 150_000],
    ['1500.5', 150_050],
    ['0.29', 29],
    ['1.005', undefined],
    ['-1.00', undefined],
    ['1,50', undefined],
    ['1e3', undefined],
    ['', undefined],
    [' 1.00', undefined],
    ['١.٠٠', undefined],
  ])('"%s" is %s', (text, kopecks) => {
    expect(decimalToKopecks(text)).toBe(kopecks)
  })
})

describe('a payment as YooKassa writes it', () => {
  test('is read with unknown fields and odd ones that decide nothing', () => {
    const odd = {
      novelty: { deep: [1, 2] },
      metadata: { payment_id: 7, booking_id: '42' },
      payment_method: 'card',
      cancellation_details: [],
      confirmation: { type: 'redirect', confirmation_url: 'javascript:alert(1)' },
      receipt_registration: 'maybe',
      captured_at: 5,
      expires_at: null,
    }
    expect(read(odd)).toMatchObject({
      amountKopecks: 150_005,
      createdAt: Date.UTC(2026, 8, 15, 9, 0, 0, 123),
      metadata: { bookingId: '42' },
      method: undefined,
      capturedAt: undefined,
    })
    expect(read({ ...odd, status: 'pending' })?.confirmationUrl).toBeUndefined()
  })

  test.each([
    ['no id', { id: undefined }],
    ['an id that is a path', { id: '../refunds/1' }],
    ['an unknown state', { status: 'paid' }],
    ['a state of another type', { status: ['succeeded'] }],
    ['a sum that is a number', { amount: { value: 1500.05, currency: 'RUB' } }],
    ['a sum with three digits', { amount: { value: '1500.005', currency: 'RUB' } }],
    ['a negative sum', { amount: { value: '-1.00', currency: 'RUB' } }],
    ['an endless sum', { amount: { value: '9'.repeat(400), currency: 'RUB' } }],
    ['no currency', { amount: { value: '1500.05' } }],
    ['a refunded sum that is none', { refunded_amount: { value: 'all', currency: 'RUB' } }],
    ['no word on whether it is a test', { test: undefined }],
    ['a word on that which is no flag', { test: 'false' }],
    ['a date without a zone', { created_at: '2026-09-15T09:00:00' }],
    ['a date that does not exist', { created_at: '2026-09-31T09:00:00Z' }],
  ])('is not read with %s', (_, changes) => {
    expect(read(changes)).toBeUndefined()
  })

  test('of another shop, or of one that is not named, is not ours', () => {
    expect(read({})).toMatchObject({ isOurs: true })
    expect(read({ recipient: { account_id: '100501' } })).toMatchObject({ isOurs: false })
    expect(read({ recipient: undefined })).toMatchObject({ isOurs: false })
  })

  test('whose metadata pretend to be a prototype is read like any other', () => {
    const body: unknown = JSON.parse(JSON.stringify(PAYMENT).replace('"payment_id"', '"__proto__"'))
    expect(wirePayment.safeParse(body).data).toBeDefined()
    expect(read({ status: 'canceled', cancellation_details: { reason: 'constructor' } })?.cancelReason).toBe('other')
  })

  test('never fails on anything that is JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...Object.keys(PAYMENT)), (value, field) => {
        const parsed = wirePayment.safeParse({ ...PAYMENT, [field]: value })
        if (parsed.success) translatePayment(parsed.data, '100500')
        wirePayment.safeParse(value)
        wireRefund.safeParse(value)
        wireSession.safeParse(value)
      }),
    )
  })
})

describe('why it was cancelled', () => {
  test.each([
    ['3d_secure_failed', 'bank_check_failed'],
    ['call_issuer', 'call_your_bank'],
    ['canceled_by_merchant', 'cancelled_by_salon'],
    ['card_expired', 'card_expired'],
    ['country_forbidden', 'country_not_allowed'],
    ['deal_expired', 'deal_expired'],
    ['expired_on_capture', 'not_captured_in_time'],
    ['expired_on_confirmation', 'not_paid_in_time'],
    ['fraud_suspected', 'suspected_fraud'],
    ['general_decline', 'declined'],
    ['identification_required', 'identification_required'],
    ['insufficient_funds', 'insufficient_funds'],
    ['internal_timeout', 'provider_timeout'],
    ['invalid_card_number', 'wrong_card_number'],
    ['invalid_csc', 'wrong_card_code'],
    ['issuer_unavailable', 'bank_unavailable'],
    ['loan_declined', 'loan_declined'],
    ['payment_method_limit_exceeded', 'method_limit_exceeded'],
    ['payment_method_restricted', 'method_restricted'],
    ['permission_revoked', 'permission_revoked'],
    ['unsupported_mobile_operator', 'operator_not_supported'],
    ['something_new', 'other'],
  ])('%s of a payment is %s to us', (theirs, ours) => {
    const cancelled = read({ status: 'canceled', cancellation_details: { party: 'yoo_money', reason: theirs } })
    expect(cancelled).toMatchObject({ status: 'cancelled', cancelReason: ours })
  })

  test.each([
    ['rejected_by_payee', 'refund_rejected_by_payee'],
    ['rejected_by_timeout', 'refund_timed_out'],
    ['payment_expired', 'too_late_to_refund'],
    ['yoo_money_account_closed', 'wallet_closed'],
    [undefined, 'other'],
  ])('%s of a refund is %s to us', (theirs, ours) => {
    const refund = wireRefund.parse({
      id: '1',
      payment_id: '2',
      status: 'canceled',
      amount: { value: '1.00', currency: 'RUB' },
      created_at: PAYMENT.created_at,
      cancellation_details: { party: 'yoo_money', reason: theirs },
    })
    expect(translateRefund(refund)).toMatchObject({ status: 'cancelled', cancelReason: ours })
  })

  test('is said to clients in both languages', () => {
    for (const reason of Object.keys(CANCEL_REASONS)) {
      if (!isCancelReason(reason)) throw new Error(reason)
      expect(cancelReasonInWords(reason, 'ru')).toMatch(/[а-яё].*\.$/i)
      expect(cancelReasonInWords(reason, 'en')).toMatch(/^[ -~’]+\.$/)
    }
    expect(isCancelReason('constructor')).toBe(false)
  })
})

describe('an answer that is no success', () => {
  const error = (status: number, parameter?: string): HttpAnswer => ({
    status,
    body: { type: 'error', id: 'x', code: 'invalid_request', ...(parameter && { parameter }) },
  })

  test.each([
    ['no answer', undefined, 'unknown', 'unavailable'],
    ['work that goes on', { status: 202, body: { type: 'processing', retry_after: 1800 } }, 'unknown', 'unavailable'],
    ['a success that cannot be read', { status: 200, body: { id: 1 } }, 'unknown', 'unavailable'],
    ['an error of theirs', error(500), 'unknown', 'unavailable'],
    ['a page of a proxy', { status: 404, body: undefined }, 'unknown', 'unavailable'],
    ['a way elsewhere', { status: 302, body: undefined }, 'unknown', 'unavailable'],
    ['too much at once', error(429), 'unavailable', 'unavailable'],
    ['no right', { status: 403, body: undefined }, 'refused', 'refused'],
  ] as const)('%s: a write is %s, a reading %s', (_, answer, writing, reading) => {
    for (const failure of [translateFailure, stripeFailure]) {
      expect(failure(answer, true).kind).toBe(writing)
      expect(failure(answer, false).kind).toBe(reading)
    }
  })

  test.each([
    ['Idempotence-Key', 'key_reused'],
    ['amount.value', 'amount_refused'],
    ['receipt.items[0].vat_code', 'receipt_refused'],
    ['settlements', 'receipt_refused'],
    ['payment_id', 'wrong_state'],
    [undefined, 'wrong_state'],
    ['confirmation.return_url', 'rejected'],
  ])('that names %s means %s', (parameter, code) => {
    expect(translateFailure(error(400, parameter), true)).toEqual({ kind: 'refused', code, parameter })
  })

  test('whose parameter is no name is not repeated into our log', () => {
    expect(translateFailure(error(400, 'anna@example.com wrote <script>'), true)).toMatchObject({
      parameter: undefined,
    })
  })
})

describe('what is asked of YooKassa', () => {
  test('says in how many stages, always', () => {
    expect(orderBody(order({ capture: 'later' }), 'RUB').capture).toBe(false)
    expect(orderBody(order({ capture: 'now' }), 'RUB').capture).toBe(true)
  })

  test('is shortened to what it takes, not through the middle of a character', () => {
    const { description } = orderBody(order({ description: `${'я'.repeat(127)}💆💆` }), 'RUB')
    expect(description).toBe('я'.repeat(127))
  })
})
