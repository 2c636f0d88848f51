import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findClientCode, generateClientCode, parseClientCode } from '../../src/users/client-code.ts'
import { type IdentityHit, indexHits, matchClient } from '../../src/users/match-client.ts'

describe('a client code', () => {
  test('has three letters that look the same in both alphabets, and five digits', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.double({ min: 0, max: 0.9999999, noNaN: true })), (numbers) => {
        const code = generateClientCode(() => numbers.next().value ?? 0)
        return /^[ABCEHKMPTXY]{3}\d{5}$/.test(code) && parseClientCode(code) === code
      }),
    )
  })

  test.each(['abc12345', 'ABC 12345', ' a b c - 1 2 3 4 5 ', 'АВС12345', 'авс-12345', 'ABCI2З45', 'ABC-12-345'])(
    'typed as «%s» is still the same code',
    (typed) => {
      expect(parseClientCode(typed)).toBe('ABC12345')
    },
  )

  test('with the letter O typed for zeros is still the same code', () => {
    expect(parseClientCode('ABC1OО45')).toBe('ABC10045')
  })

  test.each(['', 'ABC1234', 'ABC123456', 'AB123456', '12345ABC', 'ЖЖЖ12345', "ABC1234'", 'ABC12345; drop table users'])(
    '«%s» is no code',
    (typed) => {
      expect(parseClientCode(typed)).toBeUndefined()
    },
  )
})

describe('the code in a comment', () => {
  test.each([
    'Код клиента: ABC12345',
    'Хочу чай. код клиента:abc12345, спасибо',
    'КОД КЛИЕНТА АВС 12345',
    'Client code? code ABC12345',
    'код: ABC-12345.',
    'Код клиента: ABC12345\nПозвоните заранее',
  ])('«%s» is found', (comment) => {
    expect(findClientCode(comment)).toBe('ABC12345')
  })

  test.each(['ABC12345', 'сертификат ABC12345', 'Код клиента:', 'код домофона 12345678', 'Код клиента: ABC123456'])(
    'in «%s» there is none',
    (comment) => {
      expect(findClientCode(comment)).toBeUndefined()
    },
  )

  test('is looked for in time that grows with the length of the comment only', () => {
    expect(findClientCode(`${'код '.repeat(20_000)}`)).toBeUndefined()
    expect(findClientCode(`код ${'A '.repeat(20_000)}`)).toBeUndefined()
  })
})

describe('whose visit it is', () => {
  const hits: IdentityHit[] = [
    { kind: 'code', key: 'ABC12345', userId: 1 },
    { kind: 'email', key: 'a@example.com', userId: 2 },
    { kind: 'phone', key: '9000000003', userId: 3 },
    { kind: 'phone', key: '9000000009', userId: 4 },
    { kind: 'phone', key: '9000000009', userId: 5 },
  ]
  const index = indexHits(hits)
  const who = (code: string | null, email: string | null, phone: string | null) =>
    matchClient({ code, email, phone }, index)

  test('the code comes first, then the e-mail, then the last ten digits of the phone', () => {
    expect(who('ABC12345', 'a@example.com', '+79000000003')).toEqual({ userId: 1, by: 'code' })
    expect(who('XXX00000', 'a@example.com', '+79000000003')).toEqual({ userId: 2, by: 'email' })
    expect(who(null, 'b@example.com', '89000000003')).toEqual({ userId: 3, by: 'phone' })
  })

  test('two owners of one phone are never guessed between', () => {
    expect(who(null, null, '+79000000009')).toEqual({ userId: null, by: 'ambiguous' })
  })

  test('nobody and nothing are told apart', () => {
    expect(who(null, null, '+79999999999')).toEqual({ userId: null, by: 'none' })
    expect(who(null, null, null)).toEqual({ userId: null, by: 'no_contact' })
    expect(who(null, null, '123')).toEqual({ userId: null, by: 'no_contact' })
  })
})
