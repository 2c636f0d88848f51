import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mostPoints, splitPrice } from '../../src/payments/price-split.ts'
import { receiptItems, shareOut } from '../../src/payments/receipt-items.ts'
import { linesFor, ruleOn } from '../../src/payments/receipt-of.ts'
import { refundOfVisit } from '../../src/payments/refund-of-visit.ts'
import { refundShare, sayPolicy } from '../../src/payments/refund-policy.ts'
import { mayReturnTo } from '../../src/payments/start-payment.ts'
import { HOUR_MS } from '../../src/platform/time.ts'

const kopecks = fc.integer({ min: 1, max: 10_000_000_000 })
const share = fc.integer({ min: 0, max: 10_000 })
const sumOf = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0)

describe('a price in money and bonuses', () => {
  test.each([
    [100_000, 5000, 500],
    [514_750, 5000, 2573],
    [514_750, 10_000, 5146],
    [100_000, 10_000, 1000],
    [100_050, 10_000, 999],
    [150, 10_000, 0],
    [99, 10_000, 0],
  ])('of %i kopecks at %i basis points at most %i points', (price, basisPoints, points) => {
    expect(mostPoints(price, basisPoints)).toBe(points)
  })

  test('adds up, keeps to the share and leaves no sum that no provider takes', () => {
    fc.assert(
      fc.property(kopecks, share, fc.nat(1_000_000), (price, shareBasisPoints, balancePoints) => {
        const split = splitPrice(price, 'most', { balancePoints, shareBasisPoints })
        if (!split.ok) return price < 100
        const { points, amountKopecks } = split.value
        return (
          amountKopecks + points * 100 === price &&
          points <= balancePoints &&
          points * 100 * 10_000 <= price * shareBasisPoints &&
          (amountKopecks === 0 || amountKopecks >= 100)
        )
      }),
    )
  })

  test('a wish beyond the share is refused before the balance is looked at', () => {
    const rules = { balancePoints: 0, shareBasisPoints: 5000 }
    expect(splitPrice(100_000, 501, rules)).toEqual({ ok: false, refusal: 'bonus_share_exceeded' })
    expect(splitPrice(100_000, 500, rules)).toEqual({ ok: false, refusal: 'insufficient_balance' })
    expect(splitPrice(50, 0, rules)).toEqual({ ok: false, refusal: 'nothing_to_pay' })
  })
})

describe('the lines of a receipt', () => {
  test('add up to the sum whatever the weights, and none is a kopeck off its share', () => {
    fc.assert(
      fc.property(kopecks, fc.array(fc.nat(1_000_000_000), { minLength: 1, maxLength: 30 }), (sum, weights) => {
        const shares = shareOut(sum, weights)
        const total = sumOf(weights)
        const isNear = (part: number, index: number) =>
          Math.abs(part - (sum * (weights[index] ?? 0)) / total) < 1.000_01
        return sumOf(shares) === sum && shares.every((part) => part >= 0) && (total === 0 || shares.every(isNear))
      }),
    )
  })

  test('give the kopecks that are left to the largest remainders, and among equals to the first', () => {
    expect(shareOut(100, [1, 1, 1])).toEqual([34, 33, 33])
    expect(shareOut(10, [14, 3, 3])).toEqual([7, 2, 1])
    expect(shareOut(7, [0, 0])).toEqual([7, 0])
    expect(shareOut(0, [1, 2])).toEqual([0, 0])
  })

  test('are the services at what was charged, and stay so for a part of it', () => {
    const services = [
      { name: 'Массаж', priceKopecks: 300_000 },
      { name: 'Чай', priceKopecks: 0 },
      { name: 'Баня', priceKopecks: 100_000 },
    ]
    const items = receiptItems(services, 'Визит', 200_001)
    expect(items).toEqual([
      { name: 'Массаж', amountKopecks: 150_001 },
      { name: 'Баня', amountKopecks: 50_000 },
    ])
    expect(sumOf(linesFor(items, 33_333).map(({ amountKopecks }) => amountKopecks))).toBe(33_333)
    expect(receiptItems([], 'Визит', 500)).toEqual([{ name: 'Визит', amountKopecks: 500 }])
  })

  test('say the VAT that is in force on the day', () => {
    const rules = [
      { fromDay: '2026-01-01', vatCode: 11, taxSystemCode: 1 },
      { fromDay: '2027-01-01', vatCode: 7, taxSystemCode: 2 },
    ]
    expect(ruleOn(rules, '2025-12-31')).toBeUndefined()
    expect(ruleOn(rules, '2026-12-31')?.vatCode).toBe(11)
    expect(ruleOn(rules, '2027-01-01')?.vatCode).toBe(7)
  })
})

describe('what a cancelled visit gives back', () => {
  const policy = { fullRefundHours: 24, partialRefundHours: 3, partialRefundBasisPoints: 5000 }
  const START = 100 * HOUR_MS

  test.each([
    [24 * HOUR_MS, 10_000],
    [24 * HOUR_MS - 1, 5000],
    [3 * HOUR_MS, 5000],
    [3 * HOUR_MS - 1, 0],
    [-1, 0],
  ])('%i ms before: %i basis points', (ahead, basisPoints) => {
    expect(refundShare(policy, START, START - ahead)).toBe(basisPoints)
  })

  test('is never more than is left of what came', () => {
    const paid = fc.record({
      ...{ capturedKopecks: fc.nat(1_000_000), bonusPoints: fc.nat(1000), startsAt: fc.constant(START) },
      ...{ part: fc.double({ min: 0, max: 1, noNaN: true }), isRefusedBySalon: fc.integer({ min: 0, max: 1 }) },
    })
    fc.assert(
      fc.property(paid, fc.integer({ min: 0, max: START }), ({ part, ...visit }, at) => {
        const refundedKopecks = Math.floor(visit.capturedKopecks * part)
        const refundedPoints = Math.floor(visit.bonusPoints * part)
        const back = refundOfVisit({ ...policy, ...visit, refundedKopecks, refundedPoints }, at)
        const isWithin =
          back.amountKopecks >= 0 &&
          back.amountKopecks + refundedKopecks <= visit.capturedKopecks &&
          back.points >= 0 &&
          back.points + refundedPoints <= visit.bonusPoints
        const isAll = back.amountKopecks + refundedKopecks === visit.capturedKopecks
        return isWithin && (visit.isRefusedBySalon === 0 || isAll)
      }),
    )
  })

  test('is said in both languages, and a rule without a part does not speak of one', () => {
    expect(sayPolicy(policy, 'ru')).toBe(
      'При отмене не позднее чем за 24 ч до визита возвращается всё. Не позднее чем за 3 ч — 50 %. Позже возврата нет.',
    )
    expect(sayPolicy({ ...policy, partialRefundBasisPoints: 0 }, 'en')).toBe(
      'Full refund if cancelled at least 24 h before the visit. Later nothing is refunded.',
    )
  })
})

test.each([
  ['https://spa.example/back?x=1', true],
  ['spa-app://paid', true],
  ['SPA-APP://paid', true],
  ['http://spa.example/', false],
  ['javascript:alert(1)', false],
  ['data:text/html,x', false],
  ['https://', false],
  ['//spa.example', false],
])('the client may come back to %s: %s', (url, isAllowed) => {
  expect(mayReturnTo(url, ['spa-app'])).toBe(isAllowed)
})
