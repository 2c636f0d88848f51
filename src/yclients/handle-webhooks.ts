import { type ClientContacts, refreshClientContacts } from '../booking/booking.statements.ts'
import type { Context } from '../context.ts'
import { settleSoon } from '../loyalty/settle-bookings.ts'
import { DONE, type Outcome, retryOrPark } from '../platform/outcome.ts'
import { joinTraces } from '../platform/trace.ts'
import { applyRecordsApart, usersTouched } from './apply-records.ts'
import { askForCatalogSync } from './ask-catalog-sync.ts'
import { bookingChange } from './booking-change.ts'
import { eventsIn } from './envelope.ts'
import { outcomeOfFailure } from './failure-outcome.ts'
import { type RecordReading, readRecord } from './read-record.ts'
import type { RecordChange } from './record-change.ts'
import { recordFates } from './record-fates.ts'
import { contactsOfClientEvent, translateRecord } from './translate.ts'
import { type Fate, IGNORED, type IncomingEvent, type WebhookDelivery } from './webhook-fate.ts'

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
  const toSettle: ToSettle = new Map()
  untold.push(...(await applyTold(ctx, told, fates, toSettle)))
  const read = await readUntold(ctx, untold, fates)
  for (const { each } of await applyTold(ctx, read, fates, toSettle)) {
    const outcome = retryOrPark('the record lacks what a booking needs', each.delivery.attempts, ctx.random())
    fates.set(each, { ...IGNORED, outcome })
  }

  await refreshContacts(ctx, incoming, fates)
  await refreshCatalog(ctx, incoming, fates)
  await settleSoon(ctx, [...toSettle.keys()], (userId) =>
    joinTraces([...(toSettle.get(userId) ?? [])].map((event_id) => ({ event_id }))),
  )
  await recordFates(ctx, incoming, fates)
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

/** Clients whose visits moved in a way that may move bonuses, each with the events that did it. */
type ToSettle = Map<number, Set<string>>

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
  toSettle: ToSettle,
): Promise<(Untold & Told)[]> {
  const { outcomes, usersToSettle } = await applyRecordsApart(
    ctx,
    told.map(({ each, change }) => ({ ...change, eventId: each.id })),
  )
  for (const userId of usersToSettle) if (!toSettle.has(userId)) toSettle.set(userId, new Set())
  return told.flatMap(({ each, change, gone = false }, index) => {
    const applied = outcomes[index]
    if (!applied || applied.kind === 'incomplete') {
      if (!change.deleted && !gone) return { each, change, body: change }
      fates.set(each, { ...IGNORED, note: 'YClients has no such record' })
    } else if (applied.kind === 'failed') {
      const outcome = retryOrPark('the database refused the record', each.delivery.attempts, ctx.random())
      fates.set(each, { verdict: 'ignored', outcome })
    } else {
      const { kind: verdict, bookingId, before, after } = applied
      const change = after && bookingChange(before, after)
      fates.set(each, { verdict, outcome: DONE, bookingId, change })
      if (after) ctx.log.info(`booking.${verdict}`, { event_id: each.id, booking_id: bookingId, user_id: after.userId })
      if (after) for (const userId of usersTouched(before, after)) toSettle.get(userId)?.add(each.id)
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
