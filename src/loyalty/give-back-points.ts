import { addSpentBonuses, spendTarget } from '../booking/booking.statements.ts'
import type { Context } from '../context.ts'
import { isRefusedWith } from '../platform/db.ts'
import type { Result } from '../platform/outcome.ts'
import { pointsExpireAt } from './lifetime.ts'
import { expireLots } from './lots.store.ts'
import { type EntryRow, entryByKey } from './loyalty.store.ts'
import { appendReturn } from './reservations.store.ts'

export interface GiveBackRequest {
  readonly bookingId: number
  /** More than none. */
  readonly points: number
  readonly idempotencyKey: string
  /** "admin:3" or "system". */
  readonly actor: string
  /** Now, by the clock of who asks. */
  readonly at: number
}

export interface GivenBack {
  readonly entryId: number
  readonly points: number
  readonly balancePoints: number
  /** True if it was done before with this key; nothing happened now. */
  readonly replayed: boolean
}

export type GiveBackRefusal = 'booking_not_found' | 'exceeds_spent' | 'idempotency_key_reused' | 'user_not_found'

/**
 * Gives back points that were spent on a visit, to where they came from and with the date on which they expire; what has expired
 * since expires at once. One read and one transaction. Runs only inside the client's BonusLedger.
 */
export async function giveBackPoints(
  ctx: Context,
  userId: number,
  request: GiveBackRequest,
): Promise<Result<GivenBack, GiveBackRefusal>> {
  const { db, config } = ctx
  const { bookingId, points, actor, at } = request
  const idempotencyKey = `return:${request.idempotencyKey}`
  const [[earlier], [target]] = await db.batch([entryByKey(db, idempotencyKey), spendTarget(db, bookingId)])
  if (earlier) return replay(earlier, request)
  if (!target) return { ok: false, refusal: 'booking_not_found' }
  if (points > target.spentBonusesPoints) return { ok: false, refusal: 'exceeds_spent' }
  const expiresAt = pointsExpireAt(at, config.bonusLifetimeMonths, config.branchTimezone)
  try {
    const [[entry]] = await db.batch([
      appendReturn(db, { userId, bookingId, points, idempotencyKey, actor, expiresAt }, at),
      addSpentBonuses(db, bookingId, -points, at),
      expireLots(db, userId, at, config.bonusLifetimeMonths),
    ])
    if (!entry) return { ok: false, refusal: 'user_not_found' }
    ctx.log.info('bonuses.return', { user_id: userId, booking_id: bookingId, points })
    return { ok: true, value: givenBack(entry, false) }
  } catch (error) {
    // The same key at the same moment for another client; or so much was given back to him by whom he was merged into.
    if (isRefusedWith(error, 'bonus_entries.idempotency_key')) return { ok: false, refusal: 'idempotency_key_reused' }
    if (isRefusedWith(error, 'booking_spent')) return { ok: false, refusal: 'exceeds_spent' }
    if (isRefusedWith(error, 'USER_ERASED')) return { ok: false, refusal: 'user_not_found' }
    throw error
  }
}

const replay = (earlier: EntryRow, { bookingId, points }: GiveBackRequest): Result<GivenBack, GiveBackRefusal> =>
  earlier.bookingId === bookingId && earlier.points === points
    ? { ok: true, value: givenBack(earlier, true) }
    : { ok: false, refusal: 'idempotency_key_reused' }

const givenBack = (entry: EntryRow, replayed: boolean): GivenBack => ({
  entryId: entry.id,
  points: entry.points,
  balancePoints: entry.balanceAfterPoints,
  replayed,
})
