import type { Context } from '../context.ts'
import { type BookingChange, bookingChange } from './booking-change.ts'
import { type Merge, mergeRecord } from './merge-record.ts'
import type { RecordChange } from './record-change.ts'
import { keyOf, readKnowledge } from './record-knowledge.ts'

export interface Preview {
  readonly kind: Merge['kind']
  readonly bookingId: number | null
  /** Null if nothing would change. */
  readonly change: BookingChange | null
}

/** What `applyRecords` would do with these records, each by itself. One D1 round trip; writes nothing. */
export async function previewRecords(ctx: Context, changes: readonly RecordChange[]): Promise<Preview[]> {
  if (changes.length === 0) return []
  const known = await readKnowledge(ctx, changes, 'only look')
  return changes.map((change) => {
    const key = keyOf(change.companyId, change.recordId)
    const stored = known.bookings.get(key)
    const merge = mergeRecord(stored?.booking, known.tombstones.get(key), change, known)
    return {
      kind: merge.kind,
      bookingId: stored?.id ?? null,
      change: 'booking' in merge ? bookingChange(stored?.booking, merge.booking) : null,
    }
  })
}
