import type { Context } from '../context.ts'
import type { SyncMessage } from '../messages.ts'
import { parkWork } from '../ops/park-work.ts'
import { DONE, type Outcome } from '../platform/outcome.ts'
import { applyRecordsApart } from './apply-records.ts'
import type { YclientsFailure } from './call.ts'
import { listRecords } from './client.ts'
import { reasonOf } from './failure-outcome.ts'
import { finishSync } from './finish-sync.ts'
import type { RecordChange } from './record-change.ts'
import { completePage, insertPage, markFailing, type PageCounts, runById, type SyncRun } from './sync.store.ts'
import { translateRecord } from './translate.ts'
import { wireRecordNumber } from './wire.ts'

export const PAGE_SIZE = 200
/** A branch with more than 200,000 visits in the window does not exist; a server that repeats its last page may. */
const MAX_PAGES = 1000
/** «Повторная попытка через 5 минут» (seeds). */
const RETRY_SECONDS = 300
/** With five minutes between them: half an hour of failing; the next cron starts a new run. */
const MAX_PAGE_ATTEMPTS = 6

/**
 * One page of a sync run: read it, apply it, book its result, send the next page. Whatever happens between these steps,
 * the message comes again and the page is applied again, which changes nothing; only its result is taken just once.
 */
export async function syncPage(
  ctx: Context,
  message: Extract<SyncMessage, { kind: 'sync-page' }>,
  attempts: number,
): Promise<Outcome> {
  const [run] = await runById(ctx.db, message.runId)
  if (!run || run.finishedAt !== null) return DONE
  if (message.page === run.nextPage - 1 && attempts > 1) {
    // This page was booked before, but perhaps its successor was never sent. A doubled successor is harmless.
    await ctx.sync.send({ kind: 'sync-page', runId: run.id, page: run.nextPage })
    return DONE
  }
  if (message.page !== run.nextPage) return DONE

  const answer = await listRecords(ctx, {
    page: message.page,
    count: PAGE_SIZE,
    startDate: run.windowFrom ?? undefined,
    endDate: run.windowTo ?? undefined,
    changedAfter: run.changedAfter ?? undefined,
  })
  if (!answer.ok && answer.failure.kind !== 'not_found') return await pageFailed(ctx, run, answer.failure, attempts)
  // «Не найдено» is how YClients says that a list is empty.
  const raw = answer.ok ? answer.data : []

  const changes = await readPage(ctx, raw, answer.askedAt)
  // Completed visits stay marked and are settled at the end of the run: a client's visits stand on many pages.
  const { outcomes } = await applyRecordsApart(ctx, changes)
  for (const [index, { kind }] of outcomes.entries()) {
    const change = changes[index]
    if (change && kind === 'failed') await parkRecord(ctx, change, 'the database refused the record')
    if (change && kind === 'incomplete') await parkRecord(ctx, change, 'the record lacks what a booking needs')
  }

  const counts = countPage(run, raw.length, changes, outcomes)
  const [after] = await ctx.db.batch([
    completePage(ctx.db, run.id, message.page, counts, ctx.now()),
    insertPage(ctx.db, run.id, message.page, run.mode === 'full' ? changes.map((change) => change.recordId) : []),
  ])
  const moved = after[0]
  if (!moved) return DONE
  ctx.log.info('sync.page', { run_id: run.id, page: message.page, fetched: raw.length })
  if (raw.length >= PAGE_SIZE && message.page < MAX_PAGES) {
    await ctx.sync.send({ kind: 'sync-page', runId: run.id, page: message.page + 1 })
  } else if (run.mode === 'full' && (answer.ok || moved.fetched > 0)) {
    // Not after a bare 404: it may mean that the branch itself is unknown, and then every record would seem gone.
    await ctx.sync.send({ kind: 'sync-verify', runId: run.id, afterBookingId: 0 })
  } else {
    await finishSync(ctx, run.id)
  }
  return DONE
}

/** The page's records in our words. One that cannot be read is parked by itself and does not stop the others. */
async function readPage(ctx: Context, raw: readonly unknown[], askedAt: number): Promise<RecordChange[]> {
  const { companyId } = ctx.config.yclients
  const changes: RecordChange[] = []
  for (const record of raw) {
    const seen = { companyId, origin: 'api' as const, observedAt: askedAt, zone: ctx.config.branchTimezone }
    const translation = translateRecord(record, seen)
    if ('change' in translation) {
      changes.push(translation.change)
      continue
    }
    const number = wireRecordNumber.safeParse(record)
    ctx.log.error('record.unreadable', { record_id: number.data?.id, reason: translation.invalid })
    if (number.success) {
      await parkRecord(ctx, { companyId, recordId: number.data.id }, translation.invalid)
    }
  }
  return changes
}

/** A record that could not be taken waits for a person, who can have it read again. */
const parkRecord = (ctx: Context, { companyId, recordId }: { companyId: number; recordId: number }, reason: string) =>
  parkWork(ctx, { kind: 'read-record', companyId, recordId }, reason)

function countPage(
  run: SyncRun,
  fetched: number,
  changes: readonly RecordChange[],
  outcomes: Awaited<ReturnType<typeof applyRecordsApart>>['outcomes'],
): PageCounts {
  const kinds = { created: 0, updated: 0, unchanged: 0, stale: 0, incomplete: 0, failed: 0 }
  let unmatched = 0
  let missedByWebhooks = 0
  for (const [index, { kind, clientMatch }] of outcomes.entries()) {
    kinds[kind]++
    if (clientMatch === 'none' || clientMatch === 'ambiguous' || clientMatch === 'no_contact') unmatched++
    const isNews = kind === 'created' || kind === 'updated'
    const changedAt = changes[index]?.changedAt ?? 0
    if (isNews && run.previousStartedAt !== null && changedAt >= run.previousStartedAt) missedByWebhooks++
  }
  const unreadable = fetched - changes.length
  return {
    fetched,
    created: kinds.created,
    updated: kinds.updated,
    unchanged: kinds.unchanged + kinds.stale,
    unmatched,
    failed: kinds.failed + kinds.incomplete + unreadable,
    missedByWebhooks,
  }
}

async function pageFailed(ctx: Context, run: SyncRun, failure: YclientsFailure, attempts: number): Promise<Outcome> {
  const reason = reasonOf(failure)
  if (attempts >= MAX_PAGE_ATTEMPTS) return { kind: 'park', reason }
  await markFailing(ctx.db, run.id, reason, ctx.now())
  ctx.log.warn('sync.page_failed', { run_id: run.id, page: run.nextPage, reason, attempts })
  return {
    kind: 'retry',
    reason,
    // The first time a limit is waited out as asked; a limit that does not end is a failure like others.
    delaySeconds: failure.kind === 'rate_limited' && attempts === 1 ? failure.retryAfterSeconds : RETRY_SECONDS,
  }
}
