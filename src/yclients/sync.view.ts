import { z } from '@hono/zod-openapi'
import { formatInZone } from '../platform/time.ts'
import type { SyncRun } from './sync.store.ts'

export const syncRunSchema = z
  .object({
    id: z.int(),
    trigger: z.enum(['cron', 'manual']),
    mode: z.enum(['full', 'incremental']),
    status: z.enum(['running', 'failing', 'finished', 'failed']),
    window_from: z.string().nullable(),
    window_to: z.string().nullable(),
    changed_after: z.string().nullable().openapi({ format: 'date-time' }),
    pages: z.int(),
    fetched: z.int(),
    created: z.int(),
    updated: z.int(),
    unchanged: z.int(),
    unmatched: z.int(),
    failed: z.int(),
    missed_by_webhooks: z.int().openapi({ description: 'Changes since the run before that no webhook had brought' }),
    vanished: z.int().openapi({ description: 'Visits that YClients no longer has' }),
    error: z.string().nullable(),
    started_at: z.string().openapi({ format: 'date-time' }),
    finished_at: z.string().nullable().openapi({ format: 'date-time' }),
    duration_ms: z.int().nullable(),
  })
  .openapi('SyncRun')

export function renderSyncRun(run: SyncRun, zone: string): z.infer<typeof syncRunSchema> {
  const instant = (at: number | null) => (at === null ? null : formatInZone(at, zone))
  return {
    id: run.id,
    trigger: run.trigger,
    mode: run.mode,
    status: run.status,
    window_from: run.windowFrom,
    window_to: run.windowTo,
    changed_after: instant(run.changedAfter),
    pages: run.pages,
    fetched: run.fetched,
    created: run.created,
    updated: run.updated,
    unchanged: run.unchanged,
    unmatched: run.unmatched,
    failed: run.failed,
    missed_by_webhooks: run.missedByWebhooks,
    vanished: run.vanished,
    error: run.error,
    started_at: formatInZone(run.startedAt, zone),
    finished_at: instant(run.finishedAt),
    duration_ms: run.finishedAt === null ? null : run.finishedAt - run.startedAt,
  }
}
