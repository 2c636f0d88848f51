import type { By } from '../auth/actor.ts'
import type { Context } from '../context.ts'
import { writeAudit } from '../ops/audit.statements.ts'
import { formatInZone, parseInstant, parseWallTime } from '../platform/time.ts'
import { replaceRecord } from './client.ts'
import { refusalOf } from './failure-refusal.ts'
import { readTestRecord, TEST_EFFORT, TEST_RECORD_COMMENT } from './test-record.ts'

/** Changes the comment of a test record, so that YClients tells of a change. */
export async function changeTestRecord(ctx: Context, recordId: number, by: By) {
  const read = await readTestRecord(ctx, recordId)
  if (!read.ok) return read
  const record = read.value
  const { companyId } = ctx.config.yclients
  const zone = ctx.config.branchTimezone
  const startsAt = record.date ? parseWallTime(record.date, zone) : parseInstant(record.datetime ?? '')
  if (startsAt === undefined) return refusalOf({ kind: 'unavailable', status: 200 })
  const changed = {
    staff_id: record.staff_id,
    services: [],
    client: null,
    datetime: formatInZone(startsAt, zone),
    seance_length: record.seance_length ?? 0,
    save_if_busy: false as const,
    send_sms: false as const,
    comment: `${TEST_RECORD_COMMENT} (изменена)`,
    api_id: record.api_id ?? '',
  }
  const answer = await replaceRecord(ctx, { companyId, recordId }, changed, TEST_EFFORT)
  if (!answer.ok) return refusalOf(answer.failure)
  const entry = { by, action: 'webhook_test.change', entity: 'yclients_record', entityId: String(recordId) }
  await ctx.db.batch([writeAudit(ctx.db, entry, ctx.now())])
  return { ok: true, value: { recordId } } as const
}
