import { phoneLast10 } from '../platform/phone.ts'

/** What a visit tells about its client. */
export interface ClientIdentity {
  readonly code: string | null
  readonly email: string | null
  readonly phone: string | null
}

/** A verified code or contact of a user that equals one that was asked for. */
export interface IdentityHit {
  readonly kind: 'code' | 'email' | 'phone'
  /** Code, address, or last ten digits. */
  readonly key: string
  readonly userId: number
}

export type MatchOutcome =
  | { readonly userId: number; readonly by: IdentityHit['kind'] }
  | { readonly userId: null; readonly by: 'none' | 'ambiguous' | 'no_contact' }

/** The keys to look up for an identity, strongest first. */
export function identityKeys(identity: ClientIdentity): { kind: IdentityHit['kind']; key: string }[] {
  const last10 = identity.phone ? phoneLast10(identity.phone) : undefined
  return [
    ...(identity.code ? [{ kind: 'code' as const, key: identity.code }] : []),
    ...(identity.email ? [{ kind: 'email' as const, key: identity.email }] : []),
    ...(last10 ? [{ kind: 'phone' as const, key: last10 }] : []),
  ]
}

/** Hits by key, as `matchClient` wants them. */
export type IdentityIndex = ReadonlyMap<string, readonly number[]>

export function indexHits(hits: readonly IdentityHit[]): IdentityIndex {
  const index = new Map<string, number[]>()
  for (const { kind, key, userId } of hits) {
    const owners = index.get(`${kind}:${key}`) ?? []
    if (!owners.includes(userId)) owners.push(userId)
    index.set(`${kind}:${key}`, owners)
  }
  return index
}

/**
 * Whose visit is it? Code, then e-mail, then the last ten digits of the phone; the first that anybody has decides.
 * Two owners of one contact are never guessed between, nor is a weaker rule asked then.
 */
export function matchClient(identity: ClientIdentity, index: IdentityIndex): MatchOutcome {
  const keys = identityKeys(identity)
  if (keys.length === 0) return { userId: null, by: 'no_contact' }
  for (const { kind, key } of keys) {
    const owners = index.get(`${kind}:${key}`) ?? []
    if (owners.length > 1) return { userId: null, by: 'ambiguous' }
    if (owners[0] !== undefined) return { userId: owners[0], by: kind }
  }
  return { userId: null, by: 'none' }
}
