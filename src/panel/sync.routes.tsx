import type { Context as HonoContext } from 'hono'
import * as z from 'zod'
import { doneBy, type HttpEnv, newRoutes } from '../http.ts'
import { checkAdminHealth } from '../ops/health/check-admin-health.ts'
import { CONDITIONS, type Condition, sayCondition, statusOf } from '../ops/health/conditions.ts'
import { listAudit } from '../ops/list-audit.ts'
import { describeProblem, ProblemError } from '../platform/problem.ts'
import { listSyncDays } from '../yclients/list-sync-days.ts'
import { getSyncRun, listSyncRuns } from '../yclients/list-sync-runs.ts'
import { readSyncState } from '../yclients/report-sync.ts'
import { startSync } from '../yclients/start-sync.ts'
import { doneFlash, goTo, maySee, readForm, show } from './panel.view.tsx'
import { type CatalogUpdate, SyncPage, type SyncView } from './sync.page.tsx'
import { SyncRunPage, WATCH_SECONDS } from './sync-run.page.tsx'
import { syncTexts } from './texts/sync.ts'

export const syncPages = newRoutes()
type Http = HonoContext<HttpEnv>

const RUNS_SHOWN = 20
const DAYS_SHOWN = 30

syncPages.get('/admin/sync', async (c) => await overview(c))

const order = z.object({ mode: z.enum(['full', 'incremental']) })

syncPages.post('/admin/sync', async (c) => {
  const { ctx, language } = c.var
  const form = await readForm(c, order)
  if (!form.ok) return await overview(c, describeProblem('validation_failed', language))
  const started = await startSync(ctx, { trigger: 'manual', mode: form.value.mode, by: doneBy(c) })
  if (!started.ok) return await overview(c, describeProblem(started.refusal, language))
  const { run, started: isNew } = started.value
  return goTo(c, `/admin/sync/runs/${run.id}?done=${isNew ? 'started' : 'already'}`)
})

async function overview(c: Http, refused?: { status: number; text: string }): Promise<Response> {
  const { ctx, language } = c.var
  const asked = Number(c.req.query('before'))
  const beforeId = Number.isSafeInteger(asked) && asked > 0 ? asked : Number.MAX_SAFE_INTEGER
  const [report, { conditions }, days, { runs, nextBeforeId }, catalog] = await Promise.all([
    readSyncState(ctx),
    checkAdminHealth(ctx),
    listSyncDays(ctx, DAYS_SHOWN),
    listSyncRuns(ctx, { beforeId, limit: RUNS_SHOWN }),
    lastCatalogUpdate(c),
  ])
  const body = (
    <SyncPage
      language={language}
      zone={ctx.config.branchTimezone}
      now={ctx.now()}
      enabled={ctx.config.yclients.enabled}
      report={report}
      advice={conditions.flatMap((condition) => adviceOn(c, condition))}
      days={days}
      runs={runs}
      next={nextBeforeId === undefined ? undefined : `/admin/sync?before=${nextBeforeId}`}
      catalog={catalog}
      refusal={refused?.text}
    />
  )
  return show(c, { title: syncTexts[language].title, body, status: refused?.status ?? 200 })
}

/** Of what the health check says, the part that is about visits coming and going between YClients and here. */
const ABOUT_SYNC = /^(cron|sync|webhooks|drift|work|queue|visits|clock)_/

function adviceOn(c: Http, condition: Condition): SyncView['advice'] {
  if (statusOf(condition) === 'ok' || !ABOUT_SYNC.test(condition.code)) return []
  const { link } = CONDITIONS[condition.code]
  const href = link !== null && maySee(c, link.split('?')[0] ?? link) ? link : undefined
  return [{ ...sayCondition(condition, c.var.language), href }]
}

const factsSchema = z.object({ after: z.record(z.string(), z.unknown()) })

async function lastCatalogUpdate(c: Http): Promise<CatalogUpdate | undefined> {
  const { entries } = await listAudit(c.var.ctx, {
    entity: 'catalog',
    entityId: 'yclients',
    beforeId: Number.MAX_SAFE_INTEGER,
    limit: 1,
  })
  const [entry] = entries
  const read = entry && factsSchema.safeParse(JSON.parse(entry.details))
  if (!entry || !read?.success) return undefined
  return { at: entry.at, by: entry.actor === 'system' ? 'system' : 'admin', facts: read.data.after }
}

syncPages.get('/admin/sync/runs/:id', async (c) => {
  const { ctx, language } = c.var
  const id = Number(c.req.param('id'))
  const run = Number.isSafeInteger(id) ? await getSyncRun(ctx, id) : undefined
  if (!run) throw new ProblemError('not_found')
  const t = syncTexts[language]
  const body = <SyncRunPage language={language} zone={ctx.config.branchTimezone} now={ctx.now()} run={run} />
  const refreshSeconds = run.finishedAt === null ? WATCH_SECONDS : undefined
  return show(c, { title: `${t.run} № ${run.id}`, body, flash: doneFlash(c, t.done), refreshSeconds })
})
