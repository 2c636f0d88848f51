import { z } from '@hono/zod-openapi'
import { formatInZone } from '../platform/time.ts'
import type { LedgerCheck } from './ledger-checks.store.ts'
import { DIFFERENCE_KINDS, type Difference } from './ledger-difference.ts'

const instant = z.iso.datetime({ offset: true })

export const ledgerCheckSchema = z
  .object({
    id: z.int(),
    trigger: z.enum(['cron', 'manual']),
    started_at: instant,
    finished_at: instant.nullable().openapi({ description: 'null: still under way' }),
    users: z.int(),
    entries: z.int(),
    visits: z.int(),
    waiting: z.int().openapi({ description: 'Visits that wait for being settled and were not judged' }),
    differences: z.int().openapi({ description: '0: the ledger adds up, as far as it was looked through' }),
    details: z
      .array(
        z.object({
          kind: z.enum(DIFFERENCE_KINDS),
          user_id: z.int().nullable(),
          booking_id: z.int().nullable(),
          expected: z.int(),
          found: z.int(),
        }),
      )
      .openapi({ description: 'The first hundred differences' }),
  })
  .openapi('LedgerCheck')

export function renderLedgerCheck(check: LedgerCheck, zone: string): z.infer<typeof ledgerCheckSchema> {
  const details: readonly Difference[] = JSON.parse(check.details)
  return {
    id: check.id,
    trigger: check.trigger,
    started_at: formatInZone(check.startedAt, zone),
    finished_at: check.finishedAt === null ? null : formatInZone(check.finishedAt, zone),
    users: check.users,
    entries: check.entries,
    visits: check.visits,
    waiting: check.waiting,
    differences: check.differences,
    details: details.map(({ kind, userId, bookingId, expected, found }) => ({
      kind,
      user_id: userId,
      booking_id: bookingId,
      expected,
      found,
    })),
  }
}
