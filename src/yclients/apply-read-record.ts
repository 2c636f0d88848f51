import type { Context } from '../context.ts'
import { settleSoon } from '../loyalty/settle-bookings.ts'
import type { EventMessage } from '../messages.ts'
import { DONE, type Outcome } from '../platform/outcome.ts'
import { applyRecords } from './apply-records.ts'
import { outcomeOfFailure } from './failure-outcome.ts'
import { readRecord } from './read-record.ts'

/** Reads one record and applies it: one that a sync page could not read, or whose events are taken up again. */
export async function applyReadRecord(
  ctx: Context,
  { companyId, recordId }: Extract<EventMessage, { kind: 'read-record' }>,
  attempts: number,
): Promise<Outcome> {
  const reading = await readRecord(ctx, companyId, recordId)
  if (reading.kind === 'failed') return outcomeOfFailure(reading.failure, attempts, ctx.random())
  if (reading.kind === 'invalid') return { kind: 'park', reason: reading.reason }
  const { outcomes, usersToSettle } = await applyRecords(ctx, [reading.change])
  const applied = outcomes[0]
  ctx.log.info('record.read', { record_id: recordId, verdict: applied?.kind, booking_id: applied?.bookingId })
  await settleSoon(ctx, usersToSettle)
  return DONE
}
