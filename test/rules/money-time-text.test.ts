import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeCursor, encodeCursor } from '../../src/platform/cursor.ts'
import { rublesToKopecks } from '../../src/platform/money.ts'
import { backoffSeconds } from '../../src/platform/outcome.ts'
import { phoneLast10, toE164 } from '../../src/platform/phone.ts'
import { cleanText, normalizeEmail } from '../../src/platform/text.ts'
import { dayInZone, formatInZone, parseInstant, parseWallTime } from '../../src/platform/time.ts'

describe('rubles to kopecks', () => {
  test.each([
    [5147.5, 514_750],
    ['1300.00', 130_000],
    ['1300,5', 130_050],
    [0, 0],
    [0.03, 3],
    [1.005, 101],
    ['0.015', 2],
    [9000, 900_000],
    [769.9929999999999, 76_999],
  ])('%s becomes %i', (rubles, kopecks) => {
    expect(rublesToKopecks(rubles)).toBe(kopecks)
  })

  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY, 1e21, 1e12, '', 'abc', '1e5', '1 000', '-0.01', '0x10'])(
    '%s is not a sum of money',
    (rubles) => {
      expect(rublesToKopecks(rubles)).toBeUndefined()
    },
  )

  test('any sum written with two decimals is exact, without floats drifting', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000_000_000 }), (kopecks) => {
        const text = `${Math.floor(kopecks / 100)}.${String(kopecks % 100).padStart(2, '0')}`
        return rublesToKopecks(text) === kopecks && (kopecks > 1e9 || rublesToKopecks(Number(text)) === kopecks)
      }),
    )
  })
})

describe('instants', () => {
  test.each([
    ['2026-09-16T19:30:00+05:00', Date.UTC(2026, 8, 16, 14, 30)],
    ['2026-09-09T20:05:21+0500', Date.UTC(2026, 8, 9, 15, 5, 21)],
    ['2024-01-15 12:30:00+06:00', Date.UTC(2024, 0, 15, 6, 30)],
    ['2026-09-16T19:30:00.123Z', Date.UTC(2026, 8, 16, 19, 30, 0, 123)],
    ['2026-09-16T19:30Z', Date.UTC(2026, 8, 16, 19, 30)],
  ])('%s is read with its offset', (text, instant) => {
    expect(parseInstant(text)).toBe(instant)
  })

  test.each(['2026-09-16 19:30:00', '2026-13-40T00:00:00Z', '9999-01-01T00:00:00Z', '', 'завтра', '2026-09-16'])(
    '«%s» is not an instant',
    (text) => {
      expect(parseInstant(text)).toBeUndefined()
    },
  )

  test('wall-clock text of the branch is read in its zone', () => {
    expect(parseWallTime('2026-09-16 19:30:00', 'Europe/Moscow')).toBe(Date.UTC(2026, 8, 16, 16, 30))
    expect(parseWallTime('2026-01-16 19:30', 'Europe/London')).toBe(Date.UTC(2026, 0, 16, 19, 30))
    expect(parseWallTime('2026-07-16 19:30', 'Europe/London')).toBe(Date.UTC(2026, 6, 16, 18, 30))
  })

  test('a wall time skipped by the clock change is taken as if it had not changed yet', () => {
    expect(parseWallTime('2026-03-08 02:30:00', 'America/New_York')).toBe(Date.UTC(2026, 2, 8, 7, 30))
  })

  test('a wall time that occurs twice is the first of the two', () => {
    expect(parseWallTime('2026-11-01 01:30:00', 'America/New_York')).toBe(Date.UTC(2026, 10, 1, 5, 30))
  })

  test.each(['Europe/Moscow', 'Asia/Kolkata', 'America/New_York', 'Asia/Almaty', 'UTC'])(
    'what is formatted in %s can be read back',
    (zone) => {
      fc.assert(
        fc.property(fc.integer({ min: Date.UTC(2001, 0) / 1000, max: Date.UTC(2099, 0) / 1000 }), (seconds) => {
          return parseInstant(formatInZone(seconds * 1000, zone)) === seconds * 1000
        }),
      )
    },
  )

  test('an answer carries the offset of the branch', () => {
    expect(formatInZone(Date.UTC(2026, 8, 16, 14, 30), 'Europe/Moscow')).toBe('2026-09-16T17:30:00+03:00')
    expect(formatInZone(Date.UTC(2026, 8, 16, 14, 30), 'America/St_Johns')).toBe('2026-09-16T12:00:00-02:30')
    expect(dayInZone(Date.UTC(2026, 8, 16, 22), 'Europe/Moscow')).toBe('2026-09-17')
  })
})

describe('contacts', () => {
  test.each(['+7 (916) 123-45-67', '79161234567', '8 916 123 45 67', '9161234567', '+7-916-1234567'])(
    '%s is one subscriber',
    (phone) => {
      expect(phoneLast10(phone)).toBe('9161234567')
      expect(toE164(phone)).toBe('+79161234567')
    },
  )

  test.each(['', '123', '---', '916123456', '1234567890123456'])('«%s» names no subscriber', (phone) => {
    expect([phoneLast10(phone), toE164(phone)]).toEqual([undefined, undefined])
  })

  test('mail addresses are compared without case; other text is none', () => {
    expect(normalizeEmail(' Ivan@Example.COM ')).toBe('ivan@example.com')
    expect(normalizeEmail('нет')).toBeUndefined()
    expect(normalizeEmail('\ud83d@example.com')).toBeUndefined()
  })

  test('text from outside loses NUL, control characters and half characters, and is cut', () => {
    expect(cleanText('a\u0000b\u0007c\ud83d', 10)).toBe('abc\ufffd')
    expect(cleanText('  ', 10)).toBeUndefined()
    for (const turn of '\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069') {
      expect(cleanText(`Анна${turn}Котова`, 20)).toBe('АннаКотова')
      expect(cleanText(turn, 20)).toBeUndefined()
    }
    expect(cleanText('я'.repeat(50), 10)).toHaveLength(10)
  })
})

test('a cursor survives the way to the client and back, and foreign text is refused', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.maxSafeNat(), (at, id) => {
      const place = decodeCursor(encodeCursor({ at, id }))
      return place?.at === at && place.id === id
    }),
  )
  for (const text of ['', 'x', '1.2.3', '../etc', "1'or'1", '1.99999999999999'])
    expect(decodeCursor(text)).toBeUndefined()
})

test('the wait between attempts doubles, is capped at half an hour, and is spread', () => {
  expect([1, 2, 3, 4, 7, 50].map((attempts) => backoffSeconds(attempts, 0))).toEqual([30, 60, 120, 240, 1800, 1800])
  expect(backoffSeconds(1, 0.999)).toBeGreaterThan(35)
})
