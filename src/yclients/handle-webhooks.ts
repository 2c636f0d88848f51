import { refreshClientContacts } from '../booking/booking.statements.ts'
import type { Context } from '../context.ts'
import { settleBookings } from '../loyalty/settle-bookings.ts'
import type { WebhookMessage } from '../platform/messages.ts'
import { DONE, type Outcome } from '../platform/outcome.ts'
import { type Applied, applyRecordsApart } from './apply-records.ts'
import { outcomeOfFailure, retryOrPark } from './failure-outcome.ts'
import { type RecordReading, readRecord } from './read-record.ts'
import type { RecordChange } from './record-change.ts'
import { contactsOfClientEvent, translateRecord } from './translate.ts'
import type { WebhookVerdict } from './verdict.ts'
import { recordEvents } from './webhook-events.store.ts'
import { type WireWebhook, wireWebhookBody } from './wire.ts'

export interface WebhookDelivery {
  readonly message: WebhookMessage
  readonly attempts: number
}

/** One event on its way through the steps below. */
interface Work {
  readonly delivery: WebhookDelivery
  readonly eventId: string
  readonly event: WireWebhook
  change?: RecordChange | undefined
  /** YClients no longer has the record. */
  gone?: boolean
  verdict: WebhookVerdict
  bookingId: number | null
  error: string | null
  outcome: Outcome
}

/**
 * Processes a batch of webhook messages and says of each what becomes of it. An event is a wake-up call: what it says is
 * merged if it is complete and dated; otherwise the record is read from the API. Every event is recorded.
 * D1 round trips for a batch of known records: two to apply, one to record.
 */
export async function handleWebhooks(ctx: Context, deliveries: readonly WebhookDelivery[]): Promise<Outcome[]> {
  const works = deliveries.flatMap((delivery) => openEnvelope(delivery))
  const records = works.filter((work) => work.event.resource === 'record')

  for (const work of records) work.change = changeOf(ctx, work)
  await readWhereNeeded(
    ctx,
    records.filter((work) => work.change === undefined),
  )
  const first = await apply(ctx, records)

  // A new visit whose body lacks something: the API knows the rest.
  const incomplete = first.incomplete.filter((work) => !work.change?.deleted && work.change?.origin === 'webhook')
  await readWhereNeeded(ctx, incomplete)
  const second = incomplete.length > 0 ? await apply(ctx, incomplete) : { incomplete: [], usersToSettle: [] }
  for (const work of [...first.incomplete, ...second.incomplete]) giveUpIncomplete(ctx, work)

  await refreshContacts(ctx, works)
  await settleBookings(ctx, [...new Set([...first.usersToSettle, ...second.usersToSettle])])
  await recordAll(ctx, works)
  return deliveries.map((delivery) => outcomeOf(delivery, works))
}

/** The body was checked at the door; one that no longer parses was written by another version and needs a person. */
function openEnvelope(delivery: WebhookDelivery): Work[] {
  const parsed = wireWebhookBody.safeParse(parseJson(delivery.message.raw))
  if (!parsed.success) return []
  const { eventId } = delivery.message
  return parsed.data.map((event, index) => ({
    delivery,
    eventId: index === 0 ? eventId : `${eventId}:${index}`,
    event,
    verdict: 'ignored',
    bookingId: null,
    error: null,
    outcome: DONE,
  }))
}

/** The change an event tells of, or undefined if it does not say enough to be believed. */
function changeOf(ctx: Context, { event, delivery }: Work): RecordChange | undefined {
  const seen = {
    companyId: event.company_id,
    origin: 'webhook' as const,
    observedAt: delivery.message.receivedAt,
    zone: ctx.config.branchTimezone,
  }
  const translation = translateRecord(event.data, seen)
  const change =
    'change' in translation && translation.change.recordId === event.resource_id
      ? { ...translation.change, companyId: event.company_id }
      : undefined
  if (event.status === 'delete' || change?.deleted) {
    const bare = { companyId: event.company_id, recordId: event.resource_id, origin: 'webhook' as const, fields: {} }
    return { ...(change ?? { ...bare, observedAt: seen.observedAt }), deleted: true }
  }
  // Without last_change_date nobody can tell whether this state is newer than the one we have.
  return change?.changedAt === undefined ? undefined : change
}

/** Reads the records of these events from the API, each once, one after another (YClients counts calls). */
async function readWhereNeeded(ctx: Context, works: readonly Work[]): Promise<void> {
  const readings = new Map<string, RecordReading>()
  for (const work of works) {
    const { company_id: companyId, resource_id: recordId } = work.event
    const key = `${companyId}:${recordId}`
    const reading = readings.get(key) ?? (await readRecord(ctx, companyId, recordId))
    readings.set(key, reading)
    work.gone = reading.kind === 'gone'
    const { attempts } = work.delivery
    if (reading.kind === 'change') {
      work.change = reading.change
    } else if (work.change) {
      // Its body said enough to be stored and only the contact is missing: better a visit of nobody than no visit.
      work.change = { ...work.change, takeAsIs: true }
      work.outcome = reading.kind === 'failed' ? outcomeOfFailure(reading.failure, attempts, ctx.random()) : DONE
    } else if (reading.kind === 'gone') {
      work.change = reading.change
    } else {
      work.outcome =
        reading.kind === 'failed'
          ? outcomeOfFailure(reading.failure, attempts, ctx.random())
          : { kind: 'park', reason: reading.reason }
    }
  }
}

async function apply(
  ctx: Context,
  works: readonly Work[],
): Promise<{ incomplete: Work[]; usersToSettle: readonly number[] }> {
  const ready = works.filter((work) => work.change !== undefined)
  const incomplete: Work[] = []
  const { outcomes, usersToSettle } = await applyRecordsApart(
    ctx,
    ready.flatMap((work) => work.change ?? []),
  )
  for (const [index, work] of ready.entries()) {
    const applied: Applied | undefined = outcomes[index]
    if (!applied) continue
    if (applied.kind === 'incomplete') {
      incomplete.push(work)
    } else if (applied.kind === 'failed') {
      work.outcome = retryOrPark('the database refused the record', work.delivery.attempts, ctx.random())
    } else {
      work.verdict = applied.kind
      work.bookingId = applied.bookingId
      work.outcome = DONE
    }
  }
  return { incomplete, usersToSettle }
}

function giveUpIncomplete(ctx: Context, work: Work): void {
  if (work.verdict !== 'ignored' || work.outcome.kind !== 'done') return
  if (work.change?.deleted || work.gone) work.error = 'deleted before it was ever seen'
  else work.outcome = retryOrPark('the record lacks what a booking needs', work.delivery.attempts, ctx.random())
}

/** A client's card changed: only what our bookings repeat of it is refreshed. */
async function refreshContacts(ctx: Context, works: readonly Work[]): Promise<void> {
  const cards = works.filter((work) => work.event.resource === 'client' && work.event.status !== 'delete')
  const contacts = cards.flatMap((work) => contactsOfClientEvent(work.event.data) ?? [])
  if (contacts.length === 0) return
  const { changes } = await refreshClientContacts(ctx.db, contacts, ctx.now())
  for (const work of cards) work.verdict = changes > 0 ? 'updated' : 'unchanged'
}

async function recordAll(ctx: Context, works: readonly Work[]): Promise<void> {
  if (works.length === 0) return
  const processedAt = ctx.now()
  await recordEvents(
    ctx.db,
    works.map(({ delivery, eventId, event, verdict, bookingId, error, outcome }) => ({
      id: eventId,
      receivedAt: delivery.message.receivedAt,
      companyId: event.company_id,
      resource: event.resource,
      resourceId: event.resource_id,
      status: event.status,
      body: event.resource === 'record' || event.resource === 'client' ? JSON.stringify(event) : null,
      verdict: outcome.kind === 'retry' ? 'retrying' : outcome.kind === 'park' ? 'parked' : verdict,
      bookingId,
      attempts: delivery.attempts,
      error: outcome.kind === 'done' ? error : outcome.reason,
      processedAt: outcome.kind === 'retry' ? null : processedAt,
    })),
  )
  ctx.log.info('webhook.processed', { events: works.length, ...countVerdicts(works) })
}

function countVerdicts(works: readonly Work[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { verdict } of works) counts[verdict] = (counts[verdict] ?? 0) + 1
  return counts
}

/** A body may hold several events; the one that went worst decides about the message. The others are safe to repeat. */
function outcomeOf(delivery: WebhookDelivery, works: readonly Work[]): Outcome {
  const own = works.filter((work) => work.delivery === delivery)
  if (own.length === 0) return { kind: 'park', reason: 'not an event envelope' }
  const outcomes = own.map((work) => work.outcome)
  return outcomes.find((o) => o.kind === 'retry') ?? outcomes.find((o) => o.kind === 'park') ?? DONE
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
