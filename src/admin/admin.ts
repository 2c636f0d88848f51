import type { Role } from '../auth/actor.ts'
import type { AdminRow } from './admins.store.ts'

/** Somebody who works at the desk or owns the salon, without what proves it. */
export interface Admin {
  readonly id: number
  readonly email: string
  readonly name: string
  readonly role: Role
  readonly active: boolean
  /** False: signs in through Cloudflare Access only. */
  readonly hasPassword: boolean
  readonly createdAt: number
  /** Grows with every change, so that a page of before it is noticed. */
  readonly updatedAt: number
}

export type SessionKind = 'cookie' | 'bearer'

export const toAdmin = ({ passwordHash, active, ...row }: AdminRow): Admin => ({
  ...row,
  active: active === 1,
  hasPassword: passwordHash !== null,
})
