import { addSpentBonuses } from '../booking/booking.statements.ts'
import type { Context } from '../context.ts'
import { batchAfter, isRefusedWith } from '../platform/db.ts'
import type { Result } from '../platform/outcome.ts'
import { pointsExpireAt } from './lifetime.ts'
import { expireLots } from './lots.store.ts'
import {
  appendRelease,
  RESERVATION_RESOLVED,
  type Reservation,
  type Resolution,
  reservationByEntry,
  resolveReservation,
} from './reservations.store.ts'

/** What became of points that were put aside; who comes second learns what the first made of them. */
export interface Resolved {
  readonly entryId: number
  readonly resolution: Resolution
  readonly bookingId: number
  readonly points: number
  readonly balancePoints: number
  /** True if it was resolved before; nothing happened now. */
  readonly replayed: boolean
}

/** moved: its client was merged into another since somebody looked; look again. */
export type ResolveRefusal = 'reservation_not_found' | 'moved'

export type Resolve =
  /** Paid: the points are spent on the visit. */
  | { readonly as: 'captured'; readonly entryId: number; readonly at: number }
  /** Not paid: they go back to where they came from, with the date on which they expire. */
  | { readonly as: 'released'; readonly entryId: number; readonly at: number; readonly reason: string }

/**
 * Spends points that were put aside, or gives them back: one read and one transaction. Runs only inside the client's BonusLedger;
 * a trigger refuses whoever resolves them for the second time nevertheless.
 */
export async function resolvePoints(
  ctx: Context,
  userId: number,
  resolve: Resolve,
): Promise<Result<Resolved, ResolveRefusal>> {
  const { db, config } = ctx
  const { entryId, at } = resolve
  const [reservation] = await reservationByEntry(db, entryId)
  if (!reservation) return { ok: false, refusal: 'reservation_not_found' }
  if (reservation.userId !== userId) return { ok: false, refusal: 'moved' }
  if (reservation.resolution) return { ok: true, value: resolved(reservation, true) }
  const writes = [
    resolveReservation(db, entryId, resolve.as, at),
    ...(resolve.as === 'captured'
      ? [addSpentBonuses(db, reservation.bookingId, reservation.points, at)]
      : [
          appendRelease(
            db,
            entryId,
            {
              reason: resolve.reason,
              actor: 'system',
              expiresAt: pointsExpireAt(at, config.bonusLifetimeMonths, config.branchTimezone),
            },
            at,
          ),
          // Of what was put aside, something may have expired meanwhile.
          expireLots(db, userId, at, config.bonusLifetimeMonths),
        ]),
  ]
  try {
    const [[now]] = await batchAfter(db, writes, [reservationByEntry(db, entryId)] as const)
    if (!now) return { ok: false, refusal: 'reservation_not_found' }
    ctx.log.info(`bonuses.${resolve.as}`, {
      user_id: userId,
      booking_id: now.bookingId,
      entry_id: entryId,
      points: now.points,
    })
    return { ok: true, value: resolved(now, false) }
  } catch (error) {
    // The client was merged at that very moment, and the other one's object was faster.
    if (isRefusedWith(error, RESERVATION_RESOLVED) || isRefusedWith(error, 'USER_ERASED')) {
      return { ok: false, refusal: 'moved' }
    }
    throw error
  }
}

const resolved = (reservation: Reservation, replayed: boolean): Resolved => {
  if (!reservation.resolution) throw new Error('a reservation is resolved that is not')
  return {
    entryId: reservation.entryId,
    resolution: reservation.resolution,
    bookingId: reservation.bookingId,
    points: reservation.points,
    balancePoints: reservation.balancePoints,
    replayed,
  }
}
