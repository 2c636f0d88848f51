import type { Context, Ledger } from '../../src/context.ts'
import type { GiveBackRefusal, GiveBackRequest, GivenBack } from '../../src/loyalty/give-back-points.ts'
import { type Reservation, reservationByEntry } from '../../src/loyalty/reservations.store.ts'
import type { Reserved, ReserveRefusal, ReserveRequest } from '../../src/loyalty/reserve-points.ts'
import type { Resolved, ResolveRefusal } from '../../src/loyalty/resolve-reservation.ts'
import { settleSoon } from '../../src/loyalty/settle-bookings.ts'
import type { Result } from '../../src/platform/outcome.ts'

/** Puts a client's points aside for a visit. The same key again gives the first answer. */
export const reserveBonuses = (
  ctx: Context,
  userId: number,
  request: Omit<ReserveRequest, 'at'>,
): Promise<Result<Reserved, ReserveRefusal>> => ctx.ledgerOf(userId).reserve({ ...request, at: ctx.now() })

/**
 * The visit is paid: what was put aside is spent on it. If it was given back before, because its time was over, nothing happens;
 * `resolution` says so.
 */
export const captureReservation = (ctx: Context, entryId: number) =>
  ofItsClient(ctx, entryId, async (ledger, userId) => {
    const captured = await ledger.resolve({ as: 'captured', entryId, at: ctx.now() })
    // Bonuses spent on a visit lower the base of its cashback.
    if (captured.ok && !captured.value.replayed) await settleSoon(ctx, [userId])
    return captured
  })

/** The visit is not paid: what was put aside goes back. `reason` is for the salon's people. */
export const releaseReservation = (ctx: Context, entryId: number, reason: string) =>
  ofItsClient(ctx, entryId, (ledger) => ledger.resolve({ as: 'released', entryId, reason, at: ctx.now() }))

/** The payment may still succeed until then. */
export const postponeReservationOf = (ctx: Context, entryId: number, expiresAt: number) =>
  ofItsClient(ctx, entryId, (ledger) => ledger.postpone({ entryId, expiresAt, at: ctx.now() }))

/** Gives a client back what he spent on a visit, wholly or in part. The same key again gives the first answer. */
export async function giveBackBonuses(
  ctx: Context,
  userId: number,
  request: Omit<GiveBackRequest, 'at'>,
): Promise<Result<GivenBack, GiveBackRefusal>> {
  const given = await ctx.ledgerOf(userId).giveBack({ ...request, at: ctx.now() })
  if (given.ok && !given.value.replayed) await settleSoon(ctx, [userId])
  return given
}

/** A client is merged once, but the one into whom he was merged may be merged, too. */
const MAX_MOVES = 3

/** By the ledger of him whose they are now: a merge may have made them another's since they were put aside. */
async function ofItsClient<T extends Resolved | Reservation>(
  ctx: Context,
  entryId: number,
  command: (ledger: Ledger, userId: number) => Promise<Result<T, ResolveRefusal>>,
): Promise<Result<T, 'reservation_not_found'>> {
  for (let moves = 0; moves < MAX_MOVES; moves++) {
    const [reservation] = await reservationByEntry(ctx.db, entryId)
    if (!reservation) return { ok: false, refusal: 'reservation_not_found' }
    const result = await command(ctx.ledgerOf(reservation.userId), reservation.userId)
    if (result.ok) return result
    if (result.refusal === 'reservation_not_found') return { ok: false, refusal: result.refusal }
  }
  throw new Error('a reservation moves faster than it can be resolved')
}
