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
  /** The answer was lost, but the record is there and the visit has been moved to it. */
  | { readonly kind: 'found' }
  | { readonly kind: 'taken' | 'refused' | 'unavailable' }

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
  const found = await findByApiId(ctx, { apiId, since: createdAt }, INTERACTIVE)
  if (found.kind !== 'found') return { kind: 'unavailable' }
  await takeFound(ctx, bookingId, found.change)
  return { kind: 'found' }
}
