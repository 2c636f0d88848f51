import { spendTarget } from '../booking/booking.statements.ts'
import type { Context } from '../context.ts'
import { batchAfter, isRefusedWith } from '../platform/db.ts'
import type { Result } from '../platform/outcome.ts'
import { balanceOfUser } from '../users/users.statements.ts'
import { expireLots } from './lots.store.ts'
import { appendHold, pointsPutAside, type Reservation, reservationByKey } from './reservations.store.ts'
import { type ChangeRefusal, refuseSpend } from './spend-rules.ts'

export interface ReserveRequest {
  /** More than none. */
  readonly points: number
  readonly bookingId: number
  readonly paymentId: number | null
  /** What is not captured until then is given back by itself. */
  readonly expiresAt: number
  readonly idempotencyKey: string
  /** Now, by the clock of who asks. */
  readonly at: number
}

export interface Reserved {
  readonly entryId: number
  readonly points: number
  readonly balancePoints: number
  readonly expiresAt: number
  /** True if it was done before with this key; nothing happened now. */
  readonly replayed: boolean
}

export type ReserveRefusal = Exclude<ChangeRefusal, 'daily_limit_reached'>

/**
 * Puts points aside for a visit: the balance is lower at once. One read and one transaction. Runs only inside the client's
 * BonusLedger.
 */
export async function reservePoints(
  ctx: Context,
  userId: number,
  request: ReserveRequest,
): Promise<Result<Reserved, ReserveRefusal>> {
  const { db } = ctx
  const { points, bookingId, at } = request
  const idempotencyKey = `hold:${request.idempotencyKey}`
  // What expired a moment ago is not spent, whether or not somebody has noticed.
  const [, [earlier], [balance], [target], [aside]] = await db.batch([
    expireLots(db, userId, at, ctx.config.bonusLifetimeMonths),
    reservationByKey(db, idempotencyKey),
    balanceOfUser(db, userId),
    spendTarget(db, bookingId),
    pointsPutAside(db, bookingId),
  ])
  if (earlier) {
    return earlier.userId === userId && earlier.bookingId === bookingId && earlier.points === points
      ? { ok: true, value: reserved(earlier, true) }
      : { ok: false, refusal: 'idempotency_key_reused' }
  }
  const wanted = target && { ...target, spentBonusesPoints: target.spentBonusesPoints + (aside?.points ?? 0) }
  const refusal = refuseSpend({ userId, points, bookingId }, balance?.balancePoints, wanted)
  // Only an administrator's day is limited.
  if (refusal && refusal !== 'daily_limit_reached') return { ok: false, refusal }
  try {
    const hold = { ...request, userId, idempotencyKey }
    const [[written]] = await batchAfter(db, appendHold(db, hold, at), [reservationByKey(db, idempotencyKey)] as const)
    if (!written) return { ok: false, refusal: 'user_not_found' }
    ctx.log.info('bonuses.hold', { user_id: userId, booking_id: bookingId, entry_id: written.entryId, points })
    return { ok: true, value: reserved(written, false) }
  } catch (error) {
    // The key was taken at the same moment for another client, whose object is not this one.
    if (isRefusedWith(error, 'bonus_entries.idempotency_key')) return { ok: false, refusal: 'idempotency_key_reused' }
    if (isRefusedWith(error, 'USER_ERASED')) return { ok: false, refusal: 'user_not_found' }
    if (isRefusedWith(error, 'INSUFFICIENT_BALANCE')) return { ok: false, refusal: 'insufficient_balance' }
    throw error
  }
}

const reserved = (reservation: Reservation, replayed: boolean): Reserved => ({
  entryId: reservation.entryId,
  points: reservation.points,
  balancePoints: reservation.balancePoints,
  expiresAt: reservation.expiresAt,
  replayed,
})
