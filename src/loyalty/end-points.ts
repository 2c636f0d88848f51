import type { Context } from '../context.ts'
import { pointsExpireAt } from './lifetime.ts'
import { expireLots, nextEnd } from './lots.store.ts'
import { releaseExpired } from './reservations.store.ts'

export interface Ended {
  readonly releases: number
  readonly expiries: number
  /** When something will be over next. NULL: nothing is. */
  readonly next: number | null
}

/**
 * Gives back what was put aside and not paid in time, and takes away what was not spent in time: one transaction, safe to
 * repeat. Runs only inside the client's BonusLedger.
 */
export async function endPoints(ctx: Context, userId: number, at: number): Promise<Ended> {
  const { db, config } = ctx
  const { bonusLifetimeMonths: months, branchTimezone } = config
  const [append, close] = releaseExpired(db, userId, at, pointsExpireAt(at, months, branchTimezone))
  const [, released, expired, [next]] = await db.batch([
    append,
    close,
    expireLots(db, userId, at, months),
    nextEnd(db, userId),
  ])
  const ended = { releases: released.changes, expiries: expired.changes > 0 ? 1 : 0, next: next?.at ?? null }
  if (ended.releases + ended.expiries > 0) {
    ctx.log.info('bonuses.ended', { user_id: userId, releases: ended.releases, expiries: ended.expiries })
  }
  return ended
}
