import type { Context } from '../context.ts'
import type { Effort, YclientsFailure } from './call.ts'
import { getRecord } from './client.ts'
import type { RecordChange } from './record-change.ts'
import { translateRecord } from './translate.ts'

export type RecordReading =
  | { readonly kind: 'change'; readonly change: RecordChange }
  /** YClients no longer has it; as a change it is a deletion. */
  | { readonly kind: 'gone'; readonly change: RecordChange }
  | { readonly kind: 'failed'; readonly failure: YclientsFailure }
  | { readonly kind: 'invalid'; readonly reason: string }

/** What YClients says about one record right now. */
export async function readRecord(
  ctx: Context,
  companyId: number,
  recordId: number,
  effort?: Effort,
): Promise<RecordReading> {
  const answer = await getRecord(ctx, companyId, recordId, effort)
  if (!answer.ok) {
    if (answer.failure.kind !== 'not_found') return { kind: 'failed', failure: answer.failure }
    return {
      kind: 'gone',
      change: { companyId, recordId, origin: 'api', observedAt: answer.askedAt, deleted: true, fields: {} },
    }
  }
  const translation = translateRecord(answer.data, {
    companyId,
    origin: 'api',
    observedAt: answer.askedAt,
    zone: ctx.config.branchTimezone,
  })
  if ('invalid' in translation) return { kind: 'invalid', reason: translation.invalid }
  // An answer about another record than the one asked for must not be written under its number.
  if (translation.change.recordId !== recordId) return { kind: 'invalid', reason: 'answer is about another record' }
  return { kind: 'change', change: translation.change }
}
