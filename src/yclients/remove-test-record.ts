import type { Context } from '../context.ts'
import type { EventMessage } from '../messages.ts'
import { DONE, type Outcome } from '../platform/outcome.ts'
import { BACKGROUND } from './call.ts'
import { deleteRecord } from './client.ts'
import { outcomeOfFailure } from './failure-outcome.ts'
import { findByApiId } from './find-by-api-id.ts'

/** Takes a test record out of the journal that is still there long after its test, also one whose number nobody heard. */
export async function removeTestRecord(
  ctx: Context,
  { apiId, since }: Extract<EventMessage, { kind: 'remove-test-record' }>,
  attempts: number,
): Promise<Outcome> {
  if (!ctx.config.yclients.enabled) return DONE
  const found = await findByApiId(ctx, { apiId, since }, BACKGROUND)
  if (found.kind === 'failed') return outcomeOfFailure(found.failure, attempts, ctx.random())
  if (found.kind === 'none' || found.change.deleted) return DONE
  const answer = await deleteRecord(ctx, found.change, BACKGROUND)
  if (!answer.ok && answer.failure.kind !== 'not_found') {
    return outcomeOfFailure(answer.failure, attempts, ctx.random())
  }
  ctx.log.warn('webhook_test.left_behind', { record_id: found.change.recordId })
  return DONE
}
