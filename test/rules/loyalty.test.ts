import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cashbackPoints, type LoyaltyLevel, levelFor } from '../../src/loyalty/levels.ts'
import { type DueVisit, settleVisits } from '../../src/loyalty/settlement.ts'
import { refuseAdjustment, refuseSpend } from '../../src/loyalty/spend-rules.ts'

const LEVELS: LoyaltyLevel[] = [
  { code: 'gold', nameRu: 'Золото', nameEn: 'Gold', minSpendKopecks: 10_000_000, percentBasisPoints: 700 },
  { code: 'bronze', nameRu: 'Бронза', nameEn: 'Bronze', minSpendKopecks: 0, percentBasisPoints: 300 },
  { code: 'silver', nameRu: 'Серебро', nameEn: 'Silver', minSpendKopecks: 3_000_000, percentBasisPoints: 500 },
]

const visit = (changes: Partial<DueVisit> = {}): DueVisit => ({
  bookingId: 7,
  ownerUserId: 1,
  status: 'completed',
  priceKopecks: 514_750,
  spentBonusesPoints: 0,
  spendBeforeKopecks: 0,
  netPoints: 0,
  entryCount: 0,
  fixedPercentBasisPoints: null,
  fixedLevelCode: null,
  ...changes,
})

test('5 147.50 ₽ at 5 % are 257 points', () => {
  expect(cashbackPoints(514_750, 500)).toBe(257)
})

test('a level is reached by exactly its sum, and the next one is named', () => {
  expect(levelFor(2_999_999, LEVELS)).toMatchObject({ level: { code: 'bronze' }, next: { code: 'silver' } })
  expect(levelFor(3_000_000, LEVELS)).toMatchObject({ level: { code: 'silver' }, next: { code: 'gold' } })
  expect(levelFor(99_000_000, LEVELS)).toMatchObject({ level: { code: 'gold' }, next: undefined })
})

describe('settling a visit', () => {
  test('gives the percent of the level before the visit and says how it came about', () => {
    expect(settleVisits(1, [visit({ spendBeforeKopecks: 3_000_000 })], LEVELS)).toEqual([
      {
        bookingId: 7,
        kind: 'accrual',
        points: 257,
        idempotencyKey: 'visit:7:user:1:1',
        priceKopecks: 514_750,
        baseKopecks: 514_750,
        levelCode: 'silver',
        percentBasisPoints: 500,
      },
    ])
  })

  test('takes the bonuses spent on it out of the base', () => {
    expect(settleVisits(1, [visit({ spentBonusesPoints: 147 })], LEVELS)[0]).toMatchObject({
      baseKopecks: 500_050,
      points: 150,
    })
  })

  test('keeps the percent of its first accrual when the price is corrected', () => {
    const corrected = visit({
      priceKopecks: 1_000_000,
      spendBeforeKopecks: 20_000_000,
      netPoints: 154,
      entryCount: 1,
      fixedPercentBasisPoints: 300,
      fixedLevelCode: 'bronze',
    })
    expect(settleVisits(1, [corrected], LEVELS)[0]).toMatchObject({
      kind: 'correction',
      points: 146,
      levelCode: 'bronze',
    })
  })

  test.each(['pending', 'confirmed', 'cancelled', 'no_show'] as const)(
    'takes everything back when it is %s',
    (status) => {
      const undone = visit({ status, netPoints: 154, entryCount: 1, fixedPercentBasisPoints: 300 })
      expect(settleVisits(1, [undone], LEVELS)[0]).toMatchObject({ kind: 'reversal', points: -154 })
    },
  )

  test('takes everything back when it turns out to be somebody else’s', () => {
    const foreign = visit({ ownerUserId: 2, netPoints: 154, entryCount: 1, fixedPercentBasisPoints: 300 })
    expect(settleVisits(1, [foreign], LEVELS)[0]).toMatchObject({ kind: 'reversal', points: -154 })
  })

  test('adds up to what the visit is worth now, whatever happened before, and settling again adds nothing', () => {
    const anyVisit = fc.record({
      bookingId: fc.nat(),
      ownerUserId: fc.constantFrom(1, 2, null),
      status: fc.constantFrom('pending', 'completed', 'cancelled'),
      priceKopecks: fc.nat(10_000_000),
      spentBonusesPoints: fc.nat(1000),
      spendBeforeKopecks: fc.nat(20_000_000),
      netPoints: fc.integer({ min: -5000, max: 5000 }),
      entryCount: fc.nat(5),
      fixedPercentBasisPoints: fc.constantFrom(null, 300, 500),
      fixedLevelCode: fc.constant(null),
    })
    fc.assert(
      fc.property(anyVisit, (before) => {
        const first = settleVisits(1, [before as DueVisit], LEVELS) // statuses are those of DueVisit
        const added = first[0]
        const after = {
          ...(before as DueVisit),
          netPoints: before.netPoints + (added?.points ?? 0),
          entryCount: before.entryCount + first.length,
          fixedPercentBasisPoints: before.fixedPercentBasisPoints ?? added?.percentBasisPoints ?? null,
        }
        return settleVisits(1, [after], LEVELS).length === 0 && after.netPoints >= 0
      }),
    )
  })
})

describe('writing points off', () => {
  const target = { userId: 1, status: 'completed' as const, priceKopecks: 50_000, spentBonusesPoints: 100 }
  const ask = (points: number, bookingId: number | null = null) => ({ userId: 1, points, bookingId })

  test('goes down to the last point and not further', () => {
    expect(refuseSpend(ask(100), 100, undefined)).toBeUndefined()
    expect(refuseSpend(ask(101), 100, undefined)).toBe('insufficient_balance')
    expect(refuseSpend(ask(1), -5, undefined)).toBe('insufficient_balance')
    expect(refuseSpend(ask(1), undefined, undefined)).toBe('user_not_found')
  })

  test('for a visit is limited by its price, and by whose it is', () => {
    expect(refuseSpend(ask(400, 7), 1000, target)).toBeUndefined()
    expect(refuseSpend(ask(401, 7), 1000, target)).toBe('exceeds_price')
    expect(refuseSpend(ask(1, 7), 1000, undefined)).toBe('booking_not_found')
    expect(refuseSpend(ask(1, 7), 1000, { ...target, userId: 2 })).toBe('booking_of_another_client')
    expect(refuseSpend(ask(1, 7), 1000, { ...target, status: 'cancelled' })).toBe('booking_cancelled')
  })

  test('by an adjustment does not go below zero either', () => {
    expect(refuseAdjustment(-100, 100)).toBeUndefined()
    expect(refuseAdjustment(-101, 100)).toBe('insufficient_balance')
    expect(refuseAdjustment(5, -100)).toBeUndefined()
  })
})
