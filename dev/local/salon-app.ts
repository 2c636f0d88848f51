import { setTimeout as sleep } from 'node:timers/promises'
import * as z from 'zod'
import { callJson } from './http.ts'

export const syncRun = z.object({
  id: z.number(),
  trigger: z.string(),
  mode: z.string(),
  status: z.enum(['running', 'failing', 'finished', 'failed']),
  fetched: z.number(),
  created: z.number(),
  updated: z.number(),
  unchanged: z.number(),
  unmatched: z.number(),
  missed_by_webhooks: z.number(),
  error: z.string().nullable(),
  started_at: z.string(),
  finished_at: z.string().nullable(),
  duration_ms: z.number().nullable(),
})
export type SyncRun = z.infer<typeof syncRun>

const POLL_MS = 250

/** The newest sync run, once it is over, in trouble, or the time is up. Undefined if there is none. */
export async function watchNewestSync(api: string, adminToken: string, waitMs: number): Promise<SyncRun | undefined> {
  const deadline = Date.now() + waitMs
  for (;;) {
    const headers = { authorization: `Bearer ${adminToken}` }
    const url = `${api}/api/v1/admin/sync-runs?limit=1`
    const [run] = (await callJson(url, { headers, schema: z.array(syncRun) })).body
    if (run?.status !== 'running' || Date.now() > deadline) return run
    await sleep(POLL_MS)
  }
}
