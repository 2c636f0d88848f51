import type { Actor } from '../../src/auth/actor.ts'
import { mintToken } from '../../src/auth/tokens.ts'

/** An access token as the Worker would give it out, signed here with its secret. */
export const localToken = (actor: Actor, secret: string, minutes: number): Promise<string> =>
  mintToken(actor, secret, { nowSeconds: Math.floor(Date.now() / 1000), lifetimeSeconds: minutes * 60 })
