import type { By } from '../auth/actor.ts'
import type { Context } from '../context.ts'
import { writeAudit } from '../ops/audit.statements.ts'
import { deleteRecord } from './client.ts'
import { refusalOf } from './failure-refusal.ts'
import { readTestRecord, TEST_EFFORT } from './test-record.ts'

/** Takes a test record out of the journal. One that is gone already is what was wanted. */
export async function deleteTestRecord(ctx: Context, recordId: number, by: By) {
  const read = await readTestRecord(ctx, recordId)
  if (!read.ok) return read.refusal === 'not_found' ? GONE : read
  const { companyId } = ctx.config.yclients
  const answer = await deleteRecord(ctx, { companyId, recordId }, TEST_EFFORT)
  if (!answer.ok && answer.failure.kind !== 'not_found') return refusalOf(answer.failure)
  const entry = { by, action: 'webhook_test.delete', entity: 'yclients_record', entityId: String(recordId) }
  await ctx.db.batch([writeAudit(ctx.db, entry, ctx.now())])
  return GONE
}

const GONE = { ok: true } as const
