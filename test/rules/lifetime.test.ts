import { expect, test } from 'vitest'
import { pointsExpireAt } from '../../src/loyalty/lifetime.ts'
import { formatInZone } from '../../src/platform/time.ts'

const MOSCOW = 'Europe/Moscow'

test.each([
  ['2026-09-15T12:00:00+03:00', 12, MOSCOW, '2027-09-16T00:00:00+03:00'],
  ['2026-09-15T23:59:59+03:00', 1, MOSCOW, '2026-10-16T00:00:00+03:00'],
  // The day is the branch's: in London it is still the 14th.
  ['2026-09-15T00:30:00+03:00', 1, MOSCOW, '2026-10-16T00:00:00+03:00'],
  ['2026-08-31T12:00:00+03:00', 6, MOSCOW, '2027-03-01T00:00:00+03:00'],
  ['2027-08-31T12:00:00+03:00', 6, MOSCOW, '2028-03-01T00:00:00+03:00'],
  ['2026-12-31T12:00:00+03:00', 12, MOSCOW, '2028-01-01T00:00:00+03:00'],
  ['2026-01-31T12:00:00+03:00', 1, MOSCOW, '2026-03-01T00:00:00+03:00'],
  ['2026-11-30T12:00:00+03:00', 120, MOSCOW, '2036-12-01T00:00:00+03:00'],
  // Summer time is over meanwhile.
  ['2026-07-01T12:00:00+02:00', 6, 'Europe/Berlin', '2027-01-02T00:00:00+01:00'],
])('points of %s with %d months in %s expire at %s', (given, months, zone, expected) => {
  const at = pointsExpireAt(Date.parse(given), months, zone)
  expect(at !== null && formatInZone(at, zone)).toBe(expected)
})

test('points without a life never expire', () => {
  expect(pointsExpireAt(0, 0, MOSCOW)).toBeNull()
})
