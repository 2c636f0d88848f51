import type { Context } from '../context.ts'
import { isRefusedWith } from '../platform/db.ts'
import { generateClientCode } from './client-code.ts'
import { retiredCodeHash } from './erased-person.ts'
import type { User } from './user.ts'
import { setCodeIfNone, userById } from './users.store.ts'

const MAX_TRIES = 5

/** The user with a client code, which is made on the first request of the booking form. Undefined if there is no user. */
export async function ensureClientCode(
  ctx: Context,
  userId: number,
): Promise<(User & { readonly uniqueCode: string }) | undefined> {
  for (let tries = 1; ; tries++) {
    const [user] = await userById(ctx.db, userId)
    if (!user) return undefined
    if (user.uniqueCode !== null) return { ...user, uniqueCode: user.uniqueCode }
    if (tries > MAX_TRIES) throw new Error('no free client code was found')
    try {
      const text = generateClientCode(ctx.random)
      await setCodeIfNone(ctx.db, userId, { text, hash: await retiredCodeHash(text) }, ctx.now())
    } catch (error) {
      // One in 133 million: somebody has this code. Draw again.
      if (!isRefusedWith(error, 'users.unique_code')) throw error
    }
  }
}
