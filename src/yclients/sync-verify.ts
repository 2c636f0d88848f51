import { bookingsNotShown } from '../booking/booking.statements.ts'
import type { Context } from '../context.ts'
import { settleBookings } from '../loyalty/settle-bookings.ts'
import type { SyncMessage } from '../platform/messages.ts'
import { DONE, type Outcome } from '../platform/outcome.ts'
import { DAY_MS, parseWallTime } from '../platform/time.ts'
import { applyRecordsApart } from './apply-records.ts'
import { outcomeOfFailure } from './failure-outcome.ts'
import { finishSync } from './finish-sync.ts'
import { readRecord } from './read-record.ts'
import type { RecordChange } from './record-change.ts'
import { addVanished, markFailing, runById, shownRecordIds } from './sync.store.ts'

/** So many calls to YClients a message, at its pace: about ten seconds of work. */
const RECORDS_PER_MESSAGE = 25

/**
 * After a full run: asks YClients, one by one, for the visits of the window that its pages did not show. Only a 404 for the
 * record itself cancels a visit; a page may have shifted while it was read, and one wrong list must not cancel a month.
 */
export async function syncVerify(
  ctx: Context,
  message: Extract<SyncMessage, { kind: 'sync-verify' }>,
  attempts: number,
): Promise<Outcome> {
  const { config, db } = ctx
  const [run] = await runById(db, message.runId)
  if (!run || run.finishedAt !== null || run.windowFrom === null || run.windowTo === null) return DONE
  const from = parseWallTime(`${run.windowFrom} 00:00:00`, config.branchTimezone)
  const lastDay = parseWallTime(`${run.windowTo} 00:00:00`, config.branchTimezone)
  if (from === undefined || lastDay === undefined) throw new Error('a run has a window of days')

  const missing = await bookingsNotShown(db, {
    companyId: config.yclients.companyId,
    from,
    to: lastDay + DAY_MS,
    shown: shownRecordIds(run.id),
    afterId: message.afterBookingId,
    limit: RECORDS_PER_MESSAGE,
  })
  const changes: RecordChange[] = []
  let vanished = 0
  for (const { recordId } of missing) {
    const reading = await readRecord(ctx, config.yclients.companyId, recordId)
    if (reading.kind === 'failed') {
      await markFailing(db, run.id, `yclients_${reading.failure.kind}`, ctx.now())
      const outcome = outcomeOfFailure(reading.failure, attempts, ctx.random())
      if (outcome.kind === 'park') await finishSync(ctx, run.id, outcome.reason)
      return outcome
    }
    if (reading.kind === 'invalid') continue
    if (reading.kind === 'gone') vanished++
    changes.push(reading.change)
  }
  if (changes.length > 0) {
    const { outcomes, usersToSettle } = await applyRecordsApart(ctx, changes)
    await settleBookings(ctx, usersToSettle)
    const updated = outcomes.filter((outcome) => outcome.kind === 'updated').length
    await addVanished(db, run.id, { vanished, updated }, ctx.now())
  }
  const last = missing.at(-1)
  if (missing.length === RECORDS_PER_MESSAGE && last) {
    await ctx.sync.send({ kind: 'sync-verify', runId: run.id, afterBookingId: last.id })
  } else {
    await finishSync(ctx, run.id)
  }
  return DONE
}
