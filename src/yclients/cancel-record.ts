import type { BookingToTell } from '../booking/yclients-link.statements.ts'
import type { Context } from '../context.ts'
import type { Effort, YclientsFailure } from './call.ts'
import { deleteOwnRecord, deleteRecord } from './client.ts'

export type WrittenVisit = BookingToTell & { readonly companyId: number; readonly recordId: number }

export const isWritten = (visit: BookingToTell): visit is WrittenVisit =>
  visit.companyId !== null && visit.recordId !== null

/**
 * Cancels a visit in YClients: as its client where we can, else as the administrator, who is not bound to the salon's rules
 * for clients. A record that is gone already is what was wanted. Undefined if all is well.
 */
export async function cancelRecord(
  ctx: Context,
  visit: WrittenVisit,
  effort: Effort,
): Promise<YclientsFailure | undefined> {
  if (visit.recordHash !== null) {
    const own = await deleteOwnRecord(ctx, visit.recordId, visit.recordHash, effort)
    if (own.ok) return undefined
    if (own.failure.kind === 'unavailable' || own.failure.kind === 'rate_limited') return own.failure
  }
  const answer = await deleteRecord(ctx, visit, effort)
  return answer.ok || answer.failure.kind === 'not_found' ? undefined : answer.failure
}
