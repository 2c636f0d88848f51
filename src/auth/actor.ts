export interface Actor {
  readonly kind: 'client' | 'admin'
  readonly id: number
}

/** "admin:3": how the audit log and the ledger name who did it. */
export const actorName = (actor: Actor): string => `${actor.kind}:${actor.id}`
