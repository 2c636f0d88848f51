import type { Context } from '../context.ts'
import type { Result } from '../platform/outcome.ts'
import { BACKGROUND } from './call.ts'
import { getRecord } from './client.ts'
import { type RefusedByYclients, refusalOf } from './failure-refusal.ts'
import { type WireReplaceable, wireReplaceable } from './wire.ts'

/** Begins the `api_id` of records that we write only to see their webhooks come; no visit of ours is called like this. */
export const TEST_RECORD_PREFIX = 'webhook-test-'

export const TEST_RECORD_COMMENT = 'Проверка вебхука: эта запись удалится сама'

/** Whoever tests waits, but not for long. */
export const TEST_EFFORT = { ...BACKGROUND, timeoutMs: 10_000 }

/**
 * A record that is there and that a test has written. Every change and deletion of a test begins with this look: a slip in a
 * number must not touch a visit of the salon.
 */
export async function readTestRecord(
  ctx: Context,
  recordId: number,
): Promise<Result<WireReplaceable, 'yclients_disabled' | 'not_found' | 'not_a_test_record'> | RefusedByYclients> {
  const { enabled, companyId } = ctx.config.yclients
  if (!enabled) return { ok: false, refusal: 'yclients_disabled' }
  const answer = await getRecord(ctx, companyId, recordId, TEST_EFFORT)
  if (!answer.ok) {
    return answer.failure.kind === 'not_found' ? { ok: false, refusal: 'not_found' } : refusalOf(answer.failure)
  }
  const record = wireReplaceable.safeParse(answer.data)
  return record.success && record.data.api_id?.startsWith(TEST_RECORD_PREFIX)
    ? { ok: true, value: record.data }
    : { ok: false, refusal: 'not_a_test_record' }
}
