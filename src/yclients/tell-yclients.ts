import {
  askToCancel,
  bookingToTell,
  cancelRefused,
  forgetRefused,
  noteChangedAt,
  yclientsStaffOf,
} from '../booking/yclients-link.statements.ts'
import type { Context } from '../context.ts'
import { errorFields } from '../platform/log.ts'
import { INTERACTIVE } from './call.ts'
import { cancelRecord, isWritten } from './cancel-record.ts'
import { findByApiId } from './find-by-api-id.ts'
import { moveRecord } from './move-record.ts'
import { reasonOfRefusal, takeDeletion } from './write-booking.ts'
import type { WriteRefusal } from './write-record.ts'
import { takeFound, tellLater, writeVisit } from './write-visit.ts'

export interface Refused {
  readonly kind: 'refused'
  readonly refusal: WriteRefusal
  /** Our visit is gone, too; if not, its client has changed it meanwhile. */
  readonly isGone: boolean
}
/** provisional: YClients does not answer; the visit stands here and is written there by the queue. */
export type Told =
  | { readonly kind: 'written' }
  | Refused
  /** `mayBeDone`: perhaps YClients has it already. */
  | { readonly kind: 'provisional'; readonly mayBeDone: boolean }

/**
 * Writes a booking that was just made here into YClients, while its client waits. One that YClients refuses is gone
 * afterwards, or cancelled if its client knew of it before (a hold).
 */
export async function tellNewBooking(ctx: Context, bookingId: number): Promise<Told> {
  const { db } = ctx
  const [visit] = await bookingToTell(db, bookingId)
  if (visit?.syncState !== 'provisional' || visit.holdExpiresAt !== null) return { kind: 'written' }
  // Erased in this very moment: the queue drops it.
  const isAsked = visit.erasedAt === null && ctx.config.yclients.enabled
  if (!isAsked) return { kind: 'provisional', mayBeDone: false }
  const outcome = await writeVisit(ctx, visit, INTERACTIVE)
  switch (outcome.kind) {
    case 'linked':
      return { kind: 'written' }
    case 'refused': {
      const reason = reasonOfRefusal(outcome.refusal)
      const [, { changes }] = await db.batch([
        ...forgetRefused(db, bookingId),
        cancelRefused(db, bookingId, reason, ctx.now()),
      ])
      ctx.log.info('booking.refused', { booking_id: bookingId, refusal: outcome.refusal })
      return { ...outcome, isGone: changes > 0 }
    }
    case 'unknown': {
      if (outcome.mayBeDone && visit.apiId !== null) {
        const found = await findByApiId(ctx, { apiId: visit.apiId, since: visit.createdAt }, INTERACTIVE)
        if (found.kind === 'found') {
          await takeFound(ctx, bookingId, found.change)
          return { kind: 'written' }
        }
      }
      await tellLater(ctx, bookingId)
      return { kind: 'provisional', mayBeDone: outcome.mayBeDone }
    }
  }
}

/**
 * Cancels in YClients what was cancelled here, at once if YClients answers, else by the queue. Never fails: the visit is
 * cancelled, and what is still to be told stands with it.
 */
export async function mirrorCancel(ctx: Context, bookingId: number): Promise<void> {
  const { db } = ctx
  try {
    const [, [visit]] = await db.batch([askToCancel(db, bookingId, ctx.now()), bookingToTell(db, bookingId)])
    if (visit?.syncState !== 'cancel' || !ctx.config.yclients.enabled) return
    // Whether it was ever written is for the queue to find out.
    if (!isWritten(visit) || (await cancelRecord(ctx, visit, INTERACTIVE))) return await tellLater(ctx, bookingId)
    await takeDeletion(ctx, visit)
  } catch (error) {
    ctx.log.error('booking.cancel_not_told', { booking_id: bookingId, ...errorFields(error) })
  }
}

/**
 * Moves a visit in YClients, before it is moved here: `taken` and `refused` are YClients' last word. `unavailable`: it stays
 * where it is, here as well. `unknown`: perhaps YClients has moved it.
 */
export async function moveInYclients(
  ctx: Context,
  bookingId: number,
  to: { readonly startsAt: number; readonly staffId: number; readonly durationMinutes?: number },
): Promise<'moved' | 'taken' | 'refused' | 'unavailable' | 'unknown'> {
  const { db } = ctx
  const [[visit], [master]] = await db.batch([bookingToTell(db, bookingId), yclientsStaffOf(db, to.staffId)])
  if (!visit || !isWritten(visit) || !ctx.config.yclients.enabled) return 'unavailable'
  if (master?.yclientsStaffId == null) return 'refused'
  const place = {
    startsAt: to.startsAt,
    yclientsStaffId: master.yclientsStaffId,
    durationMinutes: to.durationMinutes,
  }
  const moved = await moveRecord(ctx, visit, place, INTERACTIVE)
  switch (moved.kind) {
    case 'moved':
      // A webhook that is still on its way must not take the visit back to where it was.
      if (moved.changedAt !== undefined) await noteChangedAt(db, bookingId, moved.changedAt)
      return 'moved'
    case 'gone':
      await takeDeletion(ctx, visit)
      return 'refused'
    case 'failed':
      return moved.mayBeDone ? 'unknown' : 'unavailable'
    default:
      return moved.kind
  }
}
