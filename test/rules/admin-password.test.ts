import { describe, expect, test, vi } from 'vitest'
import { checkPassword, hashPassword, PASSWORD_COST } from '../../src/admin/password.ts'
import { isWeakPassword } from '../../src/admin/weak-password.ts'

const randomBytes = (count: number) => crypto.getRandomValues(new Uint8Array(count))
const CHEAP = { ln: 4, r: 8, p: 1 }
const cheap = { randomBytes, passwordCost: CHEAP }

describe('a hash of a password', () => {
  test('says how it was made, has its own salt, and knows its password only', async () => {
    const tools = { randomBytes, passwordCost: PASSWORD_COST }
    const [one, two] = [await hashPassword('соль и перец 1', tools), await hashPassword('соль и перец 1', tools)]
    expect(one).toMatch(/^\$scrypt\$ln=14,r=8,p=5\$[\w+/]{22}\$[\w+/]{43}$/)
    expect(one).not.toBe(two)
    expect(await checkPassword('соль и перец 1', one, PASSWORD_COST)).toBe('right')
    expect(await checkPassword('соль и перец 2', one, PASSWORD_COST)).toBe('wrong')
  })

  test('is the scrypt of RFC 7914', async () => {
    // Its second example; of a longer key the first bytes are the same.
    const key = 'fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162'
    const bytes = key.match(/../g)?.map((hex) => Number.parseInt(hex, 16)) ?? []
    const base64 = (text: string) => btoa(text).replace(/=+$/, '')
    const stored = `$scrypt$ln=10,r=8,p=16$${base64('NaCl')}$${base64(String.fromCharCode(...bytes))}`
    expect(await checkPassword('password', stored, { ln: 10, r: 8, p: 16 })).toBe('right')
    expect(await checkPassword('Password', stored, { ln: 10, r: 8, p: 16 })).toBe('wrong')
  })

  test('of another cost is right and out of date', async () => {
    const stored = await hashPassword('соль и перец 1', cheap)
    expect(await checkPassword('соль и перец 1', stored, { ...CHEAP, p: 2 })).toBe('right, but the hash is out of date')
  })

  test('does not care how the keyboard composes letters', async () => {
    const stored = await hashPassword('й'.normalize('NFD'), cheap)
    expect(await checkPassword('й'.normalize('NFC'), stored, CHEAP)).toBe('right')
  })

  test.each([null, undefined, '', 'plain', '$scrypt$ln=4,r=8,p=1$$', '$scrypt$ln=4,r=8,p=1$AA$'])(
    'that is %j is nobody’s',
    async (stored) => {
      for (const password of ['', 'plain', 'AA']) expect(await checkPassword(password, stored, CHEAP)).toBe('wrong')
    },
  )

  test('that does not exist costs the same work as one that does', async () => {
    // A cost that cannot be paid shows whether the work is done at all.
    await expect(checkPassword('x', undefined, { ln: 0, r: 8, p: 1 })).rejects.toThrow()
    await expect(checkPassword('x', null, { ln: 0, r: 8, p: 1 })).rejects.toThrow()
  })

  test('is compared in a time that does not depend on where it differs', async () => {
    const compare = vi.spyOn(crypto.subtle, 'timingSafeEqual')
    try {
      await checkPassword('x', await hashPassword('y', cheap), CHEAP)
      expect(compare).toHaveBeenCalledOnce()
    } finally {
      compare.mockRestore()
    }
  })
})

test.each([
  ['short', 'eleven char', true],
  ['long enough', 'twelve chars', false],
  ['beyond all measure', 'abcdefg1x'.repeat(15).slice(0, 129), true],
  ['as long as can be', 'abcdefgh'.repeat(16), false],
  ['four different characters', 'abcdabcdabcd', true],
  ['five different characters', 'abcdeabcdeab', false],
  ['with the name of the address', 'my-Owner-2026', true],
  ['counted in characters, not in bytes', 'пароль', true],
])('a password that is %s: %s', (_, password, weak) => {
  expect(isWeakPassword(password, 'owner@spa.test')).toBe(weak)
})

test('three letters before the @ may occur in a password', () => {
  expect(isWeakPassword('bob likes long walks', 'bob@spa.test')).toBe(false)
})
