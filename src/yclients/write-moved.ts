import type { BookingItem } from '../booking/booking.ts'
import { recordNotes } from '../booking/record-booking.ts'
import { bookingToTell, type WrittenRecord } from '../booking/yclients-link.statements.ts'
import type { Context } from '../context.ts'
import { INTERACTIVE } from './call.ts'
import { findByApiId } from './find-by-api-id.ts'
import { writeRecord } from './write-record.ts'
import { takeFound } from './write-visit.ts'

export type WrittenMoved =
  | { readonly kind: 'written'; readonly record: WrittenRecord }
  /** changed: the record was there already, from an attempt of which nobody heard. unknown: perhaps it is there. */
  | { readonly kind: 'taken' | 'refused' | 'unavailable' | 'unknown' | 'changed' }

/**
 * Writes a visit that was kept here only into YClients, at the place to which it is about to be moved: a refusal there is a
 * refusal here, so YClients comes first. Whoever gets `written` has to note the record together with the move.
 */
export async function writeMoved(
  ctx: Context,
  bookingId: number,
  to: {
    readonly startsAt: number
    readonly staffId: number
    readonly yclientsStaffId: number
    readonly durationMinutes: number
    readonly items: readonly BookingItem[]
  },
): Promise<WrittenMoved> {
  const [visit] = await bookingToTell(ctx.db, bookingId)
  if (!visit || visit.apiId === null || visit.recordId !== null || visit.erasedAt !== null)
    return { kind: 'unavailable' }
  const { startsAt, staffId, yclientsStaffId, durationMinutes } = to
  const { apiId, clientCode, createdAt } = visit
  const place = { apiId, startsAt, staffId, yclientsStaffId, durationMinutes, items: JSON.stringify(to.items) }
  // An earlier attempt may have come about only after it was given up.
  const earlier = await takeIfThere(ctx, bookingId, { apiId, since: createdAt })
  if (earlier !== 'none') return { kind: earlier }
  const written = await writeRecord(ctx, { ...visit, ...place }, INTERACTIVE)
  if (written.kind === 'refused') return { kind: written.refusal === 'slot_taken' ? 'taken' : 'refused' }
  if (written.kind === 'written') {
    const { recordId, recordHash, comment } = written
    const { companyId } = ctx.config.yclients
    const notes = recordNotes(recordId, clientCode)
    return {
      kind: 'written',
      record: { bookingId, apiId, companyId, recordId, recordHash, startsAt, staffId, comment, notes },
    }
  }
  if (!written.mayBeDone) return { kind: 'unavailable' }
  const found = await takeIfThere(ctx, bookingId, { apiId, since: createdAt })
  return { kind: found === 'none' || found === 'unavailable' ? 'unknown' : found }
}

async function takeIfThere(
  ctx: Context,
  bookingId: number,
  wanted: { readonly apiId: string; readonly since: number },
): Promise<'changed' | 'none' | 'unavailable'> {
  const found = await findByApiId(ctx, wanted, INTERACTIVE)
  if (found.kind === 'none') return 'none'
  if (found.kind === 'failed') return 'unavailable'
  await takeFound(ctx, bookingId, found.change)
  return 'changed'
}
