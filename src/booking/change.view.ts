import { z } from '@hono/zod-openapi'
import type { Context as HonoContext } from 'hono'
import type { By } from '../auth/actor.ts'
import { bodyIdSchema, doneBy, type HttpEnv, jsonBody, problems, refuse } from '../http.ts'
import { type ProblemCode, ProblemError } from '../platform/problem.ts'
import { cleanText } from '../platform/text.ts'
import { formatInZone, MINUTE_MS, parseInstant } from '../platform/time.ts'
import type { BookingRow } from './booking.store.ts'
import { cancelBooking } from './cancel-booking.ts'
import type { Changer } from './find-changeable.ts'
import type { NearestSlot } from './find-nearest.ts'
import { moveBooking } from './move-booking.ts'

/** An instant with its offset. Text without one is somebody's wall clock, and nobody can tell whose. */
export const instantField = z
  .string()
  .max(40)
  .transform((text, check) => {
    const instant = parseInstant(text)
    if (instant !== undefined && instant % MINUTE_MS === 0) return instant
    check.addIssue({ code: 'custom', message: 'a date and time of whole minutes with its offset is required' })
    return z.NEVER
  })
  .openapi({ type: 'string', format: 'date-time', example: '2026-09-16T19:30:00+03:00' })

const changeSchema = z.union([
  z.strictObject({ status: z.literal('cancelled'), reason: z.string().trim().max(300).optional() }),
  z.strictObject({ appointment_datetime: instantField, staff_id: bodyIdSchema.optional() }),
])

export const ifMatchHeader = z.object({
  'if-match': z.string().max(40).optional().openapi({ description: 'The ETag that was seen; another one is refused' }),
})

/** Of a PATCH that cancels or moves a visit. */
export const changeRequest = {
  headers: ifMatchHeader,
  ...jsonBody(changeSchema),
}

export const changeProblems = problems({
  400: ['malformed_json'],
  404: ['booking_not_found', 'service_not_found', 'staff_not_found'],
  409: ['booking_not_changeable', 'too_late_to_change', 'slot_taken', 'payment_open'],
  412: ['precondition_failed'],
  422: [
    'validation_failed',
    'time_in_past',
    'too_soon',
    'too_far',
    'day_off',
    'outside_working_hours',
    'break',
    'not_a_slot',
    'staff_does_not_do_service',
    'staff_not_in_yclients',
  ],
  503: ['temporarily_unavailable'],
})

/** Cancels or moves a visit as a PATCH asks for it. */
export async function change(
  c: HonoContext<HttpEnv>,
  bookingId: number,
  body: z.infer<typeof changeSchema>,
  who: Changer,
): Promise<BookingRow> {
  const { ctx } = c.var
  const revision = readIfMatch(c.req.header('if-match'))
  const by: By = doneBy(c)
  if ('status' in body) {
    const cancelled = await cancelBooking(ctx, { bookingId, revision, reason: cleanText(body.reason, 300) }, who, by)
    return cancelled.ok ? cancelled.value : refuse(cancelled)
  }
  const to = { bookingId, revision, startsAt: body.appointment_datetime, staffId: body.staff_id }
  const moved = await moveBooking(ctx, to, who, by)
  if (moved.ok) return moved.value
  return refuseBooking(c, moved)
}

export const nearestSchema = z.array(
  z.object({ starts_at: z.string().openapi({ format: 'date-time' }), staff_id: z.int() }),
)

export const renderNearest = (nearest: readonly NearestSlot[], zone: string): z.infer<typeof nearestSchema> =>
  nearest.map(({ startsAt, staffId }) => ({ starts_at: formatInZone(startsAt, zone), staff_id: staffId }))

/** Refuses; a time that is taken with the nearest free ones. */
export function refuseBooking(
  c: HonoContext<HttpEnv>,
  refused: { readonly refusal: ProblemCode; readonly nearest?: readonly NearestSlot[] },
): never {
  const { refusal, nearest } = refused
  if (!nearest) throw new ProblemError(refusal)
  const zone = c.var.ctx.config.branchTimezone
  throw new ProblemError(refusal, { extensions: { nearest: renderNearest(nearest, zone) } })
}

/** A visit's ETag is its revision. */
export const etagOf = ({ revision }: BookingRow): string => `"${revision}"`

/** The revision that an If-Match header names. */
export function readIfMatch(header: string | undefined): number | undefined {
  if (header === undefined || header.trim() === '*') return undefined
  // Whoever compresses an answer on its way makes its tag weak. A tag that we never gave out matches no revision.
  return Number(/^\s*(?:W\/)?"(\d{1,15})"\s*$/.exec(header)?.[1] ?? -1)
}
