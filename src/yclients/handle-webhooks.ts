import { type ClientContacts, refreshClientContacts } from '../booking/booking.statements.ts'
import type { Context } from '../context.ts'
import { settleSoon } from '../loyalty/settle-bookings.ts'
import type { WebhookMessage } from '../messages.ts'
import { chunkedBySize } from '../platform/db.ts'
import { DONE, type Outcome, retryOrPark } from '../platform/outcome.ts'
import { applyRecordsApart } from './apply-records.ts'
import { askForCatalogSync } from './ask-catalog-sync.ts'
import { eventsIn } from './envelope.ts'
import { outcomeOfFailure } from './failure-outcome.ts'
import { type RecordReading, readRecord } from './read-record.ts'
import type { RecordChange } from './record-change.ts'
import { contactsOfClientEvent, translateRecord } from './translate.ts'
import type { WebhookVerdict } from './verdict.ts'
import { recordEvents, type WebhookEvent } from './webhook-events.store.ts'
import type { WireWebhook } from './wire.ts'

export interface WebhookDelivery {
  readonly message: WebhookMessage
  readonly attempts: number
}

interface IncomingEvent {
  readonly id: string
  readonly event: WireWebhook
  readonly delivery: WebhookDelivery
}

/** What became of one event. */
interface Fate {
  readonly verdict: WebhookVerdict
  readonly outcome: Outcome
  readonly bookingId?: number | null
  readonly note?: string
}
const IGNORED: Fate = { verdict: 'ignored', outcome: DONE }

/**
 * Processes a batch of webhook messages and says of each what becomes of it. An event is a wake-up call: what it says is
 * merged if it is complete and dated; otherwise the record is read from the API, after all complete ones are stored.
 * Every event is recorded. D1 round trips for a batch of known records: two to apply, one to record.
 */
export async function handleWebhooks(ctx: Context, deliveries: readonly WebhookDelivery[]): Promise<Outcome[]> {
  const incoming = deliveries.flatMap(openEnvelope)
  const fates = new Map<IncomingEvent, Fate>()

  const told: Told[] = []
  const untold: Untold[] = []
  for (const each of incoming) {
    if (each.event.company_id !== ctx.config.yclients.companyId) {
      // Stored, since the sender knows our secret; but the sync does not look after another branch.
      ctx.log.warn('webhook.other_branch', { company_id: each.event.company_id, event_id: each.id })
    }
    if (each.event.resource !== 'record') continue
    const change = changeOf(ctx, each)
    if (change) told.push({ each, change })
    else untold.push({ each, body: undefined })
  }
  const users = new Set<number>()
  untold.push(...(await applyTold(ctx, told, fates, users)))
  const read = await readUntold(ctx, untold, fates)
  for (const { each } of await applyTold(ctx, read, fates, users)) {
    const outcome = retryOrPark('the record lacks what a booking needs', each.delivery.attempts, ctx.random())
    fates.set(each, { ...IGNORED, outcome })
  }

  await refreshContacts(ctx, incoming, fates)
  await refreshCatalog(ctx, incoming, fates)
  await settleSoon(ctx, [...users])
  await recordAll(ctx, incoming, fates)
  return deliveries.map((delivery) => outcomeOf(delivery, incoming, fates))
}

/** The body was checked at the door; one that no longer parses was written by another version and needs a person. */
function openEnvelope(delivery: WebhookDelivery): IncomingEvent[] {
  const { eventId, raw } = delivery.message
  return (eventsIn(raw) ?? []).map((event, index) => ({
    id: index === 0 ? eventId : `${eventId}:${index}`,
    event,
    delivery,
  }))
}

/** An event whose body says enough. */
interface Told {
  readonly each: IncomingEvent
  readonly change: RecordChange
  /** YClients says that it no longer has the record. */
  readonly gone?: boolean
}
/** An event whose record has to be read; `body` is what its body said, if that could be stored in need. */
interface Untold {
  readonly each: IncomingEvent
  readonly body: RecordChange | undefined
  readonly change?: RecordChange
}

/** The change an event tells of, or undefined if it does not say enough to be believed. */
function changeOf(ctx: Context, { event, delivery }: IncomingEvent): RecordChange | undefined {
  const { company_id: companyId, resource_id: recordId } = event
  const observedAt = delivery.message.receivedAt
  const seen = { companyId, origin: 'webhook' as const, observedAt, zone: ctx.config.branchTimezone }
  const translation = translateRecord(event.data, seen)
  const change =
    'change' in translation && translation.change.recordId === recordId
      ? { ...translation.change, companyId }
      : undefined
  if (event.status === 'delete' || change?.deleted) {
    return { ...(change ?? { companyId, recordId, origin: 'webhook', observedAt, fields: {} }), deleted: true }
  }
  // Without last_change_date nobody can tell whether this state is newer than the one we have.
  return change?.changedAt === undefined ? undefined : change
}

/** Applies what is told, and gives back the events that turned out to lack what a new booking needs. */
async function applyTold(
  ctx: Context,
  told: readonly Told[],
  fates: Map<IncomingEvent, Fate>,
  users: Set<number>,
): Promise<(Untold & Told)[]> {
  const { outcomes, usersToSettle } = await applyRecordsApart(
    ctx,
    told.map(({ change }) => change),
  )
  for (const userId of usersToSettle) users.add(userId)
  return told.flatMap(({ each, change, gone = false }, index) => {
    const applied = outcomes[index]
    if (!applied || applied.kind === 'incomplete') {
      if (!change.deleted && !gone) return { each, change, body: change }
      fates.set(each, { ...IGNORED, note: 'YClients has no such record' })
    } else if (applied.kind === 'failed') {
      const outcome = retryOrPark('the database refused the record', each.delivery.attempts, ctx.random())
      fates.set(each, { verdict: 'ignored', outcome })
    } else {
      fates.set(each, { verdict: applied.kind, outcome: DONE, bookingId: applied.bookingId })
    }
    return []
  })
}

/** After so many failures in a row YClients is not asked again for this batch: each may take twenty seconds. */
const FAILURES_TO_STOP = 2

/** Reads the records of these events from the API, each once, one after another (YClients counts calls). */
async function readUntold(ctx: Context, untold: readonly Untold[], fates: Map<IncomingEvent, Fate>): Promise<Told[]> {
  const readings = new Map<string, RecordReading>()
  let lastFailure: RecordReading | undefined
  let failures = 0
  const told: Told[] = []
  for (const { each, body } of untold) {
    const { company_id: companyId, resource_id: recordId } = each.event
    const key = `${companyId}:${recordId}`
    const known = readings.get(key) ?? (failures >= FAILURES_TO_STOP ? lastFailure : undefined)
    const reading = known ?? (await readRecord(ctx, companyId, recordId))
    readings.set(key, reading)
    if (!known) failures = reading.kind === 'failed' ? failures + 1 : 0
    if (reading.kind === 'failed') lastFailure = reading

    if (reading.kind === 'change') told.push({ each, change: reading.change })
    else if (body) told.push({ each, change: { ...body, takeAsIs: true }, gone: reading.kind === 'gone' })
    else if (reading.kind === 'gone') told.push({ each, change: reading.change })
    else if (reading.kind === 'invalid')
      fates.set(each, { ...IGNORED, outcome: { kind: 'park', reason: reading.reason } })
    else
      fates.set(each, { ...IGNORED, outcome: outcomeOfFailure(reading.failure, each.delivery.attempts, ctx.random()) })
  }
  return told
}

/** A client's card changed: only what our bookings repeat of it is refreshed. Of several states the newest counts. */
async function refreshContacts(
  ctx: Context,
  incoming: readonly IncomingEvent[],
  fates: Map<IncomingEvent, Fate>,
): Promise<void> {
  const newest = new Map<number, ClientContacts & { changedAt: number }>()
  for (const each of incoming) {
    if (each.event.resource !== 'client' || each.event.status === 'delete') continue
    const contacts = contactsOfClientEvent(each.event.data)
    if (!contacts) continue
    fates.set(each, { verdict: 'updated', outcome: DONE })
    const before = newest.get(contacts.yclientsClientId)
    if (!before || contacts.changedAt >= before.changedAt) newest.set(contacts.yclientsClientId, contacts)
  }
  if (newest.size > 0) await refreshClientContacts(ctx.db, [...newest.values()], ctx.now())
}

/** What they say of the catalog is read from the API, soon and at once for all that come together. */
const OF_THE_CATALOG = new Set(['service', 'service_category', 'staff', 'schedule'])

async function refreshCatalog(
  ctx: Context,
  incoming: readonly IncomingEvent[],
  fates: Map<IncomingEvent, Fate>,
): Promise<void> {
  const { enabled, companyId } = ctx.config.yclients
  const told = incoming.filter(({ event }) => OF_THE_CATALOG.has(event.resource) && event.company_id === companyId)
  if (!enabled || told.length === 0) return
  await askForCatalogSync(ctx)
  for (const each of told) fates.set(each, { verdict: 'updated', outcome: DONE })
}

async function recordAll(
  ctx: Context,
  incoming: readonly IncomingEvent[],
  fates: ReadonlyMap<IncomingEvent, Fate>,
): Promise<void> {
  const processedAt = ctx.now()
  const verdicts: Record<string, number> = {}
  const rows = incoming.map((each): WebhookEvent => {
    const { verdict: reached, outcome, bookingId, note } = fates.get(each) ?? IGNORED
    const verdict = outcome.kind === 'retry' ? 'retrying' : outcome.kind === 'park' ? 'parked' : reached
    verdicts[verdict] = (verdicts[verdict] ?? 0) + 1
    const { company_id: companyId, resource, resource_id: resourceId, status } = each.event
    return {
      id: each.id,
      receivedAt: each.delivery.message.receivedAt,
      companyId,
      resource,
      resourceId,
      status,
      // What it said stands in the booking, or is read from the API when its turn comes again.
      body: null,
      verdict,
      bookingId: bookingId ?? null,
      attempts: each.delivery.attempts,
      error: outcome.kind === 'done' ? (note ?? null) : outcome.reason,
      processedAt: outcome.kind === 'retry' ? null : processedAt,
    }
  })
  for (const chunk of chunkedBySize(rows)) await recordEvents(ctx.db, chunk)
  if (rows.length > 0) ctx.log.info('webhook.processed', { events: rows.length, ...verdicts })
}

/** A body may hold several events; the one that went worst decides about the message. The others are safe to repeat. */
function outcomeOf(
  delivery: WebhookDelivery,
  incoming: readonly IncomingEvent[],
  fates: ReadonlyMap<IncomingEvent, Fate>,
): Outcome {
  const own = incoming.filter((each) => each.delivery === delivery)
  if (own.length === 0) return { kind: 'park', reason: 'not an event envelope' }
  const outcomes = own.map((each) => (fates.get(each) ?? IGNORED).outcome)
  return outcomes.find((o) => o.kind === 'retry') ?? outcomes.find((o) => o.kind === 'park') ?? DONE
}
