import type { By } from '../auth/actor.ts'
import type { Context } from '../context.ts'
import { writeAudit } from '../ops/audit.statements.ts'
import type { Result } from '../platform/outcome.ts'
import { addDays, dayInZone, daysBetween, formatInZone, MINUTE_MS, wallMinute } from '../platform/time.ts'
import { createRecord, listSchedule } from './client.ts'
import { type RefusedByYclients, refusalOf } from './failure-refusal.ts'
import { TEST_EFFORT, TEST_RECORD_COMMENT, TEST_RECORD_PREFIX } from './test-record.ts'
import { readSchedule } from './translate-catalog.ts'

export interface TestRecord {
  readonly recordId: number
  readonly startsAt: number
  /** When it goes by itself, if nobody takes it away before. */
  readonly removedAt: number
}

interface Place {
  readonly yclientsStaffId: number
  readonly startsAt: number
}

const MINUTES = 15
/** Far ahead, where hardly anybody is booked yet, and not tomorrow, where somebody might want the time. */
const FROM_DAYS = 2
const TO_DAYS = 30
/** Somebody else may have each of them. */
const MAX_PLACES = 5
/** A test takes seconds; whoever started it may have gone without cleaning up. */
const REMOVE_AFTER_SECONDS = 600

/**
 * Writes a record of nobody and nothing into the journal, so that its webhooks can be seen to come. Before that its removal is
 * sent to the queue: whatever happens afterwards, it does not stay.
 */
export async function createTestRecord(
  ctx: Context,
  by: By,
): Promise<Result<TestRecord, 'yclients_disabled' | 'no_free_time'> | RefusedByYclients> {
  if (!ctx.config.yclients.enabled) return { ok: false, refusal: 'yclients_disabled' }
  const today = dayInZone(ctx.now(), ctx.config.branchTimezone)
  const days = daysBetween(addDays(today, FROM_DAYS), addDays(today, TO_DAYS))
  const schedule = await listSchedule(ctx, days[0] ?? today, days.at(-1) ?? today)
  if (!schedule.ok) return refusalOf(schedule.failure)
  const places = placesIn(readSchedule(schedule.data, days).hours, ctx.config.branchTimezone)
  if (places.length === 0) return { ok: false, refusal: 'no_free_time' }

  const apiId = `${TEST_RECORD_PREFIX}${ctx.newId()}`
  const since = ctx.now()
  await ctx.events.send({ kind: 'remove-test-record', apiId, since }, { delaySeconds: REMOVE_AFTER_SECONDS })
  for (const place of places) {
    const answer = await createRecord(ctx, recordAt(ctx, place, apiId), TEST_EFFORT)
    if (answer.ok) {
      const recordId = answer.data.id
      const entry = { by, action: 'webhook_test.create', entity: 'yclients_record', entityId: String(recordId) }
      await ctx.db.batch([writeAudit(ctx.db, entry, ctx.now())])
      return {
        ok: true,
        value: { recordId, startsAt: place.startsAt, removedAt: since + REMOVE_AFTER_SECONDS * 1000 },
      }
    }
    if (answer.failure.kind !== 'busy') return refusalOf(answer.failure)
  }
  return { ok: false, refusal: 'no_free_time' }
}

/** The last minutes of working days, the farthest first, each of another master or day. */
function placesIn(hours: ReturnType<typeof readSchedule>['hours'], zone: string): readonly Place[] {
  const places = [...hours].flatMap(([yclientsStaffId, week]) =>
    [...week].flatMap(([day, intervals]): Place[] => {
      const last = intervals.at(-1)
      if (last === undefined || last.toMinute - last.fromMinute < MINUTES) return []
      return [{ yclientsStaffId, startsAt: wallMinute(day, last.toMinute, zone) - MINUTES * MINUTE_MS }]
    }),
  )
  return places.sort((a, b) => b.startsAt - a.startsAt).slice(0, MAX_PLACES)
}

const recordAt = (ctx: Context, place: Place, apiId: string) => ({
  staff_id: place.yclientsStaffId,
  // Neither client nor service: here it counts as a break, and nobody gets a message or bonuses.
  services: [],
  client: null,
  datetime: formatInZone(place.startsAt, ctx.config.branchTimezone),
  seance_length: MINUTES * 60,
  save_if_busy: false as const,
  send_sms: false as const,
  comment: TEST_RECORD_COMMENT,
  api_id: apiId,
})
