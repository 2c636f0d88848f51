import type { Context } from '../context.ts'
import { keyedHash, sha256Hex } from '../platform/hash.ts'
import { type ClientIdentity, identityKeys } from './match-client.ts'
import type { PersonKey } from './person.statements.ts'

/** How a retired code is remembered. Without the server's key, which may change, while a code is retired for ever. */
export const retiredCodeHash = (code: string): Promise<string> => sha256Hex(code)

/** How what named an erased client is remembered for some weeks. */
export const erasedContactHash = (secret: string, kind: string, key: string): Promise<string> =>
  keyedHash(secret, 'erased-contact', kind, key)

/** `kind:key` of what was asked about and is an erased client's → when he was erased. */
export type ErasedIndex = ReadonlyMap<string, number>

/** Hash → `kind:key`, for asking `erasedAmong`. */
export async function hashKeys(ctx: Context, keys: readonly PersonKey[]): Promise<ReadonlyMap<string, string>> {
  const asked = new Map(keys.map((each) => [`${each.kind}:${each.key}`, each]))
  const hashes = new Map<string, string>()
  for (const [name, { kind, key }] of asked) {
    // The secret may have been changed since.
    for (const secret of ctx.config.secrets) hashes.set(await erasedContactHash(secret, kind, key), name)
  }
  return hashes
}

export const indexErased = (
  hashes: ReadonlyMap<string, string>,
  erased: readonly { contactHash: string; erasedAt: number }[],
): ErasedIndex => new Map(erased.map(({ contactHash, erasedAt }) => [hashes.get(contactHash) ?? '', erasedAt]))

/** The card of a client in YClients, as an erasure remembers it. */
export const cardKeys = (yclientsClientId: number | null | undefined): PersonKey[] =>
  yclientsClientId == null ? [] : [{ kind: 'card', key: String(yclientsClientId) }]

/** When the person whom one of these names was erased; undefined if nobody was. Pure. */
export function erasedSince(keys: readonly PersonKey[], index: ErasedIndex): number | undefined {
  const times = keys.flatMap(({ kind, key }) => index.get(`${kind}:${key}`) ?? [])
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
