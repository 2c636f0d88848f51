import { bookingsNotShown } from '../booking/booking.statements.ts'
import type { Context } from '../context.ts'
import type { SyncMessage } from '../messages.ts'
import { parkWork } from '../ops/park-work.ts'
import { DONE, type Outcome } from '../platform/outcome.ts'
import { DAY_MS, parseWallTime } from '../platform/time.ts'
import { applyRecordsApart } from './apply-records.ts'
import type { YclientsFailure } from './call.ts'
import { reasonOf } from './failure-outcome.ts'
import { finishSync } from './finish-sync.ts'
import { readRecord } from './read-record.ts'
import type { RecordChange } from './record-change.ts'
import { addVerified, markFailing, runById, type SyncRun, shownRecordIds } from './sync.store.ts'

type VerifyMessage = Extract<SyncMessage, { kind: 'sync-verify' }>

/** So many calls to YClients a message, at its pace: about fifteen seconds of work. */
const RECORDS_PER_MESSAGE = 25
/** Shorter than the silence after which a run counts as lost, or the cron would start a second chain beside this one. */
const RETRY_SECONDS = 300
/** A record that fails so often is parked by itself, so that it cannot keep every run from finishing … */
const ATTEMPTS_PER_RECORD = 3
/** … but if so many do, it is not the records. */
const MAX_FAILED = 20

/**
 * After a full run: asks YClients, one by one, for the visits of the window that its pages did not show. Only a 404 for the
 * record itself cancels a visit; a page may have shifted while it was read, and one wrong list must not cancel a month.
 */
export async function syncVerify(ctx: Context, message: VerifyMessage, attempts: number): Promise<Outcome> {
  const { config, db } = ctx
  const [run] = await runById(db, message.runId)
  if (!run || run.finishedAt !== null) return DONE
  const missing = await bookingsNotShown(db, {
    ...windowOf(run, config.branchTimezone),
    companyId: config.yclients.companyId,
    shown: shownRecordIds(run.id),
    afterId: message.afterBookingId,
    limit: RECORDS_PER_MESSAGE,
  })

  const changes: RecordChange[] = []
  const counts = { vanished: 0, updated: 0, failed: 0 }
  let doneUpTo = message.afterBookingId
  let failure: YclientsFailure | undefined
  for (const { id, recordId } of missing) {
    const reading = await readRecord(ctx, config.yclients.companyId, recordId)
    if (reading.kind === 'failed') {
      failure = reading.failure
      break
    }
    doneUpTo = id
    if (reading.kind === 'gone') counts.vanished++
    if (reading.kind !== 'invalid') changes.push(reading.change)
    else {
      counts.failed++
      await parkRecord(ctx, recordId, reading.reason)
    }
  }
  const { outcomes } = await applyRecordsApart(ctx, changes)
  counts.updated = outcomes.filter((outcome) => outcome.kind === 'updated').length

  const culprit = failure && missing[counts.failed + changes.length]
  if (failure && culprit && doneUpTo === message.afterBookingId) {
    // It failed at the first record: the whole message comes again, until the record is given up.
    if (attempts < ATTEMPTS_PER_RECORD) {
      await markFailing(db, run.id, reasonOf(failure), ctx.now())
      const asked = failure.kind === 'rate_limited' ? failure.retryAfterSeconds : RETRY_SECONDS
      return { kind: 'retry', reason: reasonOf(failure), delaySeconds: Math.min(asked, RETRY_SECONDS) }
    }
    if (run.failed >= MAX_FAILED) return { kind: 'park', reason: reasonOf(failure) }
    await parkRecord(ctx, culprit.recordId, reasonOf(failure))
    counts.failed++
    doneUpTo = culprit.id
  }
  await addVerified(db, run.id, counts, ctx.now())
  if (failure !== undefined || missing.length === RECORDS_PER_MESSAGE) {
    await ctx.sync.send({ kind: 'sync-verify', runId: run.id, afterBookingId: doneUpTo })
  } else {
    await finishSync(ctx, run.id)
  }
  return DONE
}

function windowOf(run: SyncRun, zone: string): { from: number; to: number } {
  const from = parseWallTime(`${run.windowFrom} 00:00:00`, zone)
  const lastDay = parseWallTime(`${run.windowTo} 00:00:00`, zone)
  if (from === undefined || lastDay === undefined) throw new Error('a full run has a window of days')
  return { from, to: lastDay + DAY_MS }
}

const parkRecord = (ctx: Context, recordId: number, reason: string) =>
  parkWork(ctx, { kind: 'read-record', companyId: ctx.config.yclients.companyId, recordId }, reason)
