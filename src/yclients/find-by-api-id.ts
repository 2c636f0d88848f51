import type { Context } from '../context.ts'
import { MINUTE_MS } from '../platform/time.ts'
import type { Effort, YclientsFailure } from './call.ts'
import { listRecords } from './client.ts'
import type { RecordChange } from './record-change.ts'
import { translateRecord } from './translate.ts'
import { wireRecord } from './wire.ts'

export type FoundRecord =
  | { readonly kind: 'found'; readonly change: RecordChange }
  | { readonly kind: 'none' }
  | { readonly kind: 'failed'; readonly failure: YclientsFailure }

const PAGE_SIZE = 200
/** Ten thousand changes since the booking was made: then it is not looked for any further, and not written again. */
const MAX_PAGES = 50
/** YClients' clock and ours differ. */
const OVERLAP_MS = 10 * MINUTE_MS

/**
 * Looks in YClients for the record that bears our name of a visit: after a lost answer this tells whether the booking was
 * made. A record that still stands is preferred to a deleted one.
 */
export async function findByApiId(
  ctx: Context,
  visit: { readonly apiId: string; readonly since: number },
  effort: Effort,
): Promise<FoundRecord> {
  const { yclients, branchTimezone: zone } = ctx.config
  let deleted: RecordChange | undefined
  for (let page = 1; page <= MAX_PAGES; page++) {
    const query = { page, count: PAGE_SIZE, changedAfter: visit.since - OVERLAP_MS }
    const answer = await listRecords(ctx, query, effort)
    // «Не найдено» is how YClients says that a list is empty.
    if (!answer.ok && answer.failure.kind !== 'not_found') return { kind: 'failed', failure: answer.failure }
    const records = answer.ok ? answer.data : []
    for (const raw of records) {
      if (wireRecord.shape.api_id.parse(apiIdIn(raw)) !== visit.apiId) continue
      const seen = { companyId: yclients.companyId, origin: 'api' as const, observedAt: answer.askedAt, zone }
      const translation = translateRecord(raw, seen)
      // It is there but cannot be read: to write it again would double it.
      if ('invalid' in translation) return { kind: 'failed', failure: { kind: 'unavailable', status: 200 } }
      if (!translation.change.deleted) return { kind: 'found', change: translation.change }
      deleted = translation.change
    }
    if (records.length < PAGE_SIZE) return deleted ? { kind: 'found', change: deleted } : { kind: 'none' }
  }
  return { kind: 'failed', failure: { kind: 'unavailable', status: 200 } }
}

const apiIdIn = (raw: unknown): unknown =>
  typeof raw === 'object' && raw !== null && 'api_id' in raw ? raw.api_id : undefined
