/** What an administrator may do; each role may do what the ones before it may. */
export const ROLES = ['desk', 'manager', 'owner'] as const
export type Role = (typeof ROLES)[number]

export interface ClientActor {
  readonly kind: 'client'
  readonly id: number
  /** The session that the access token was made for. */
  readonly sessionId: number
}

export interface AdminActor {
  readonly kind: 'admin'
  readonly id: number
  readonly role: Role
  readonly name: string
  /** Absent behind Cloudflare Access, which keeps the session itself. */
  readonly sessionId: number | undefined
}

/** A monitoring program; it may read the metrics and nothing else. */
export interface MonitorActor {
  readonly kind: 'monitor'
  readonly id: 0
}

export type Actor = ClientActor | AdminActor | MonitorActor

/** Who does something and in which request, for the audit log. */
export interface By {
  /** "admin:3", "client:17" or "system". */
  readonly actor: string
  readonly role: Role | null
  readonly requestId: string | null
}

/** "admin:3": how the audit log and the ledger name who did it. */
export const actorName = (actor: Actor): string => `${actor.kind}:${actor.id}`

export const roleIsAtLeast = (role: Role, needed: Role): boolean => ROLES.indexOf(role) >= ROLES.indexOf(needed)
