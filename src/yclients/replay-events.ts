import type { By } from '../auth/actor.ts'
import type { Context } from '../context.ts'
import { writeAudit } from '../ops/audit.statements.ts'
import type { Result } from '../platform/outcome.ts'
import type { BookingChange } from './booking-change.ts'
import { INTERACTIVE } from './call.ts'
import { reasonOf } from './failure-outcome.ts'
import { type Preview, previewRecords } from './preview-records.ts'
import { type RecordReading, readRecord } from './read-record.ts'
import { countByResource, type EventSelection, recordsOfEvents } from './webhook-events.store.ts'

export interface ReplayRequest {
  readonly events: EventSelection
  /** Say what would happen, and do nothing. */
  readonly dryRun: boolean
  readonly by: By
}

export interface Replay {
  readonly events: number
  /** Only those of records can be read again. */
  readonly byResource: readonly { readonly resource: string | null; readonly events: number }[]
  /** The records that are read again, each once. */
  readonly recordIds: readonly number[]
  /** Records beyond what one replay may read. */
  readonly leftOut: number
  /** Of a dry run: what would become of the first ones. */
  readonly preview: readonly ReplayPreview[]
}

export interface ReplayPreview {
  readonly recordId: number
  readonly verdict: Preview['kind'] | 'not_read'
  readonly reason: string | null
  readonly bookingId: number | null
  readonly change: BookingChange | null
}

/** At YClients' pace five minutes of work. */
const MAX_RECORDS = 500
const MAX_PREVIEWED = 20
/** So many calls fit between two webhooks without holding them up for long; the next ones come so much later. */
const RECORDS_PER_SEND = 25
const PAUSE_SECONDS = 20
/** After so many failures in a row YClients is not asked again while somebody waits. */
const FAILURES_TO_STOP = 2

/**
 * Takes events up again. What they said is not kept whole, and would be old: the records that they were about are read from
 * YClients as they are now, each once, by the queue. A dry run reads a few of them and says what would change.
 */
export async function replayEvents(
  ctx: Context,
  { events, dryRun, by }: ReplayRequest,
): Promise<Result<Replay, 'yclients_disabled'>> {
  const { db, config } = ctx
  if (!config.yclients.enabled) return { ok: false, refusal: 'yclients_disabled' }
  const { companyId } = config.yclients
  const [byResource, records] = await db.batch([
    countByResource(db, events),
    recordsOfEvents(db, events, { companyId, limit: MAX_RECORDS }),
  ])
  const recordIds = records.map(({ recordId }) => recordId)
  const found = {
    events: byResource.reduce((sum, each) => sum + each.events, 0),
    byResource,
    recordIds,
    leftOut: (records[0]?.total ?? 0) - recordIds.length,
  }
  const after = { dry_run: dryRun, events: found.events, records: recordIds.length, left_out: found.leftOut }
  await writeAudit(
    db,
    { by, action: 'webhook_events.replay', entity: 'webhook_event', entityId: nameOf(events), after },
    ctx.now(),
  )
  if (dryRun) return { ok: true, value: { ...found, preview: await preview(ctx, recordIds.slice(0, MAX_PREVIEWED)) } }
  await sendAll(ctx, recordIds)
  return { ok: true, value: { ...found, preview: [] } }
}

const nameOf = (events: EventSelection): string =>
  'ids' in events
    ? events.ids.join(' ').slice(0, 200)
    : `${new Date(events.from).toISOString()}/${new Date(events.to).toISOString()}`

async function sendAll(ctx: Context, recordIds: readonly number[]): Promise<void> {
  const { companyId } = ctx.config.yclients
  for (let start = 0; start < recordIds.length; start += RECORDS_PER_SEND) {
    await ctx.events.sendBatch(
      recordIds
        .slice(start, start + RECORDS_PER_SEND)
        .map((recordId) => ({ body: { kind: 'read-record' as const, companyId, recordId, trace: ctx.trace } })),
      { delaySeconds: (start / RECORDS_PER_SEND) * PAUSE_SECONDS },
    )
  }
}

async function preview(ctx: Context, recordIds: readonly number[]): Promise<ReplayPreview[]> {
  const readings = await readAll(ctx, recordIds)
  const changes = readings.flatMap((reading) => ('change' in reading ? reading.change : []))
  const previews = (await previewRecords(ctx, changes)).values()
  return readings.map((reading, index): ReplayPreview => {
    const recordId = recordIds[index] ?? 0
    const previewed = 'change' in reading ? previews.next().value : undefined
    if (!previewed) {
      const reason = reading.kind === 'failed' ? reasonOf(reading.failure) : 'reason' in reading ? reading.reason : null
      return { recordId, verdict: 'not_read', reason, bookingId: null, change: null }
    }
    const { kind: verdict, bookingId, change } = previewed
    return { recordId, verdict, reason: reading.kind === 'gone' ? 'gone' : null, bookingId, change }
  })
}

async function readAll(ctx: Context, recordIds: readonly number[]): Promise<RecordReading[]> {
  const readings: RecordReading[] = []
  let failures = 0
  for (const recordId of recordIds) {
    const last = readings.at(-1)
    const reading =
      last && failures >= FAILURES_TO_STOP
        ? last
        : await readRecord(ctx, ctx.config.yclients.companyId, recordId, INTERACTIVE)
    failures = reading.kind === 'failed' ? failures + 1 : 0
    readings.push(reading)
  }
  return readings
}
