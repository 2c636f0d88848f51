import type { Context } from '../context.ts'
import { keyedHash, sha256Hex } from '../platform/hash.ts'
import { type ClientIdentity, identityKeys } from './match-client.ts'

/** How a retired code is remembered. Without the server's key, which may change, while a code is retired for ever. */
export const retiredCodeHash = (code: string): Promise<string> => sha256Hex(code)

/** How a contact of an erased client is remembered for some weeks; `key` is an address or the last ten digits. */
export const erasedContactHash = (secret: string, kind: string, key: string): Promise<string> =>
  keyedHash(secret, 'erased-contact', kind, key)

/** `kind:key` of the contacts that were asked about and are an erased client's → when he was erased. */
export type ErasedIndex = ReadonlyMap<string, number>

/** Which of these keys name somebody who was erased lately? Hashes only if anybody was: this runs for every record. */
export async function indexErased(
  ctx: Context,
  keys: readonly { kind: string; key: string }[],
  erased: readonly { contactHash: string; erasedAt: number }[],
): Promise<ErasedIndex> {
  const index = new Map<string, number>()
  if (erased.length === 0) return index
  const times = new Map(erased.map(({ contactHash, erasedAt }) => [contactHash, erasedAt]))
  for (const { kind, key } of keys) {
    // The secret may have been changed since.
    for (const secret of ctx.config.secrets) {
      const erasedAt = times.get(await erasedContactHash(secret, kind, key))
      if (erasedAt !== undefined) index.set(`${kind}:${key}`, erasedAt)
    }
  }
  return index
}

/** When the person with this identity was erased; undefined if nobody with it was. Pure. */
export function erasedSince(identity: ClientIdentity, index: ErasedIndex): number | undefined {
  const times = identityKeys(identity).flatMap(({ kind, key }) => index.get(`${kind}:${key}`) ?? [])
  return times.length === 0 ? undefined : Math.max(...times)
}

/** What is left of an identity without the contacts that were an erased client's: they are nobody's proof any more. Pure. */
export function withoutErased(identity: ClientIdentity, index: ErasedIndex): ClientIdentity {
  const erased = new Set(identityKeys(identity).flatMap(({ kind, key }) => (index.has(`${kind}:${key}`) ? kind : [])))
  return {
    code: erased.has('code') ? null : identity.code,
    email: erased.has('email') ? null : identity.email,
    phone: erased.has('phone') ? null : identity.phone,
  }
}
