import { z } from '@hono/zod-openapi'
import { BOOKING_STATUSES, CLIENT_MATCHES } from '../booking/booking.ts'
import { ENTRY_KINDS } from '../loyalty/ledger-entry.ts'
import { formatInZone } from '../platform/time.ts'
import type { BookingFacts } from './booking-change.ts'
import type { FollowedEvent } from './get-webhook-event.ts'
import type { Replay } from './replay-events.ts'
import { WEBHOOK_VERDICTS } from './verdict.ts'
import type { WebhookEvent } from './webhook-events.store.ts'

const dateTime = z.string().openapi({ format: 'date-time' })

export const eventSchema = z
  .object({
    id: z.string(),
    received_at: dateTime,
    company_id: z.int().nullable(),
    resource: z.string().nullable(),
    resource_id: z.int().nullable(),
    status: z.string().nullable(),
    verdict: z.enum(WEBHOOK_VERDICTS),
    booking_id: z.int().nullable(),
    attempts: z.int(),
    error: z.string().nullable(),
    processed_at: dateTime.nullable(),
  })
  .openapi('WebhookEvent')

export function renderEvent(event: Omit<WebhookEvent, 'body' | 'change'>, zone: string): z.infer<typeof eventSchema> {
  return {
    id: event.id,
    received_at: formatInZone(event.receivedAt, zone),
    company_id: event.companyId,
    resource: event.resource,
    resource_id: event.resourceId,
    status: event.status,
    verdict: event.verdict,
    booking_id: event.bookingId,
    attempts: event.attempts,
    error: event.error,
    processed_at: event.processedAt === null ? null : formatInZone(event.processedAt, zone),
  }
}

export const factsSchema = z
  .object({
    status: z.enum(BOOKING_STATUSES),
    appointment_datetime: dateTime,
    duration: z.int().openapi({ description: 'Minutes' }),
    price: z.int().openapi({ description: 'Kopecks' }),
    staff_id: z.int().nullable(),
    yclients_staff_id: z.int().nullable(),
    yclients_service_id: z.int().nullable(),
    attendance: z.string().nullable(),
    user_id: z.int().nullable(),
    client_match: z.enum(CLIENT_MATCHES),
    deleted: z.boolean(),
  })
  .openapi('BookingFacts')

export function renderFacts(facts: BookingFacts, zone: string): z.infer<typeof factsSchema> {
  return {
    status: facts.status,
    appointment_datetime: formatInZone(facts.startsAt, zone),
    duration: facts.durationMinutes,
    price: facts.priceKopecks,
    staff_id: facts.staffId,
    yclients_staff_id: facts.yclientsStaffId,
    yclients_service_id: facts.yclientsServiceId,
    attendance: facts.attendance,
    user_id: facts.userId,
    client_match: facts.clientMatch,
    deleted: facts.deleted,
  }
}

export const followedEventSchema = eventSchema
  .extend({
    body: z.unknown().openapi({ description: 'What it said; of people only that something stood there' }),
    before: factsSchema.nullable().openapi({ description: 'The booking before; null if the event made it' }),
    after: factsSchema.nullable().openapi({ description: 'And after; null if the event changed nothing' }),
    bonus_entries: z
      .array(
        z.object({
          id: z.int(),
          user_id: z.int(),
          kind: z.enum(ENTRY_KINDS),
          points: z.int(),
          created_at: dateTime,
        }),
      )
      .openapi({ description: 'What was written into the ledger for the booking since the event came' }),
  })
  .openapi('FollowedWebhookEvent')

export function renderFollowedEvent(event: FollowedEvent, zone: string): z.infer<typeof followedEventSchema> {
  const { body, change, entries } = event
  return {
    ...renderEvent(event, zone),
    body,
    before: change?.before ? renderFacts(change.before, zone) : null,
    after: change ? renderFacts(change.after, zone) : null,
    bonus_entries: entries.map(({ id, userId, kind, points, createdAt }) => ({
      id,
      user_id: userId,
      kind,
      points,
      created_at: formatInZone(createdAt, zone),
    })),
  }
}

export const replaySchema = z
  .object({
    dry_run: z.boolean(),
    events: z.int(),
    by_resource: z
      .array(z.object({ resource: z.string().nullable(), events: z.int() }))
      .openapi({ description: 'Only those of records can be read again' }),
    records: z.int().openapi({ description: 'Different records to be read' }),
    record_ids: z.array(z.int()),
    left_out: z.int().openapi({ description: 'Records beyond what one replay may read' }),
    preview: z
      .array(
        z.object({
          record_id: z.int(),
          verdict: z.enum(['created', 'updated', 'unchanged', 'stale', 'incomplete', 'not_read']),
          reason: z.string().nullable(),
          booking_id: z.int().nullable(),
          before: factsSchema.nullable(),
          after: factsSchema.nullable(),
        }),
      )
      .openapi({ description: 'Of a dry run: what would become of the first ones' }),
  })
  .openapi('WebhookReplay')

export function renderReplay(replay: Replay, dryRun: boolean, zone: string): z.infer<typeof replaySchema> {
  return {
    dry_run: dryRun,
    events: replay.events,
    by_resource: [...replay.byResource],
    records: replay.recordIds.length,
    record_ids: [...replay.recordIds],
    left_out: replay.leftOut,
    preview: replay.preview.map(({ recordId, verdict, reason, bookingId, change }) => ({
      record_id: recordId,
      verdict,
      reason,
      booking_id: bookingId,
      before: change?.before ? renderFacts(change.before, zone) : null,
      after: change ? renderFacts(change.after, zone) : null,
    })),
  }
}
