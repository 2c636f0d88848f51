import type { Context } from '../context.ts'
import { batchAfter, isRefusedWith } from '../platform/db.ts'
import type { Result } from '../platform/outcome.ts'
import { moveExpiry, RESERVATION_RESOLVED, type Reservation, reservationByEntry } from './reservations.store.ts'
import type { ResolveRefusal } from './resolve-reservation.ts'

export interface Postpone {
  readonly entryId: number
  readonly expiresAt: number
  /** Now, by the clock of who asks. */
  readonly at: number
}

/**
 * Until when points stay put aside that are not resolved yet; of those that are, what became of them. Runs only inside the
 * client's BonusLedger.
 */
export async function postponeReservation(
  ctx: Context,
  userId: number,
  { entryId, expiresAt }: Postpone,
): Promise<Result<Reservation, ResolveRefusal>> {
  const { db } = ctx
  try {
    const [[reservation]] = await batchAfter(db, [moveExpiry(db, entryId, expiresAt)], [
      reservationByEntry(db, entryId),
    ] as const)
    if (!reservation) return { ok: false, refusal: 'reservation_not_found' }
    return reservation.userId === userId ? { ok: true, value: reservation } : { ok: false, refusal: 'moved' }
  } catch (error) {
    if (!isRefusedWith(error, RESERVATION_RESOLVED)) throw error
    const [reservation] = await reservationByEntry(db, entryId)
    return reservation ? { ok: true, value: reservation } : { ok: false, refusal: 'reservation_not_found' }
  }
}

export type { Reservation }
