/// <reference path="./node-crypto.d.ts" />
import { scrypt } from 'node:crypto'
import { sameSecret } from '../platform/secrets.ts'

/** What a hash costs whoever makes it: 128 · 2^ln · r bytes of memory, p times over. */
export interface PasswordCost {
  readonly ln: number
  readonly r: number
  readonly p: number
}

/** Of the settings that OWASP holds equally strong the one with the least memory (16 MB): a Worker has 128 MB for everything. */
export const PASSWORD_COST: PasswordCost = { ln: 14, r: 8, p: 5 }

const KEY_BYTES = 32
const SALT_BYTES = 16

export interface PasswordTools {
  readonly randomBytes: (count: number) => Uint8Array
  readonly passwordCost: PasswordCost
}

/** `$scrypt$ln=14,r=8,p=5$<salt>$<hash>`: says itself how it was made, so that the cost can be raised later. */
export async function hashPassword(password: string, { randomBytes, passwordCost }: PasswordTools): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  const { ln, r, p } = passwordCost
  return `$scrypt$ln=${ln},r=${r},p=${p}$${toBase64(salt)}$${toBase64(await derive(password, salt, passwordCost))}`
}

export type PasswordCheck = 'wrong' | 'right' | 'right, but the hash is out of date'

/**
 * Is this the password of the hash? Without a hash the answer is no, after as much work: the time taken must not tell which
 * addresses have an account.
 */
export async function checkPassword(
  password: string,
  stored: string | null | undefined,
  cost: PasswordCost,
): Promise<PasswordCheck> {
  const hash = stored ? readHash(stored) : undefined
  if (!hash) {
    await derive(password, new Uint8Array(SALT_BYTES), cost)
    return 'wrong'
  }
  const given = toBase64(await derive(password, hash.salt, hash.cost))
  if (!(await sameSecret(given, hash.key))) return 'wrong'
  const { ln, r, p } = hash.cost
  return ln === cost.ln && r === cost.r && p === cost.p ? 'right' : 'right, but the hash is out of date'
}

function readHash(stored: string): { cost: PasswordCost; salt: Uint8Array; key: string } | undefined {
  const match = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(stored)
  if (!match) return undefined
  const [, ln, r, p, salt = '', key = ''] = match
  return {
    cost: { ln: Number(ln), r: Number(r), p: Number(p) },
    salt: Uint8Array.from(atob(salt), (character) => character.charCodeAt(0)),
    key,
  }
}

const derive = (password: string, salt: Uint8Array, { ln, r, p }: PasswordCost) =>
  new Promise<Uint8Array>((resolve, reject) => {
    const N = 2 ** ln
    // Room for the working memory and as much again; the default would refuse a higher cost.
    const maxmem = 256 * N * r + 1_000_000
    // Normalized: keyboards differ in whether they send й as one character or as two.
    scrypt(password.normalize('NFKC'), salt, KEY_BYTES, { N, r, p, maxmem }, (error, key) =>
      error ? reject(error) : resolve(key),
    )
  })

/** Without padding, as such hashes are written. */
const toBase64 = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes)).replace(/=+$/, '')
