import { createRoute, z } from '@hono/zod-openapi'
import { bookAtDesk } from '../booking/book-at-desk.ts'
import { BOOKING_EVENTS } from '../booking/booking.ts'
import { adminBookingSchema, renderAdminBooking } from '../booking/booking.view.ts'
import { etagOf, refuseBooking } from '../booking/change.view.ts'
import { getVisit } from '../booking/get-visit.ts'
import { bookingProblems, readWish, wishFields } from '../booking/wish.view.ts'
import {
  adminSecurity,
  bodyIdSchema,
  doneBy,
  idempotencyHeader,
  idSchema,
  json,
  jsonBody,
  newRoutes,
  problems,
  requireIdempotencyKey,
} from '../http.ts'
import { entrySchema, renderEntry } from '../loyalty/loyalty.view.ts'
import { ProblemError } from '../platform/problem.ts'
import { formatInZone } from '../platform/time.ts'

export const deskBookingRoutes = newRoutes()
const common = { tags: ['admin'], security: adminSecurity }
const etag = { ETag: { description: 'For If-Match', schema: { type: 'string' } } } as const

deskBookingRoutes.openapi(
  createRoute({
    ...common,
    method: 'post',
    path: '/admin/bookings',
    operationId: 'bookForClient',
    summary: 'Book a visit for a client at the desk or on the phone; the notice does not bind the desk',
    request: {
      headers: idempotencyHeader,
      ...jsonBody(z.strictObject({ user_id: bodyIdSchema, ...wishFields })),
    },
    responses: {
      201: {
        ...json(adminBookingSchema, 'Booked, or booked before with this key'),
        headers: {
          ...etag,
          'Idempotency-Replayed': { description: 'true if nothing happened now', schema: { type: 'string' } },
        },
      },
      ...bookingProblems,
      ...problems({ 400: ['malformed_json', 'idempotency_key_required'] }),
    },
  }),
  async (c) => {
    const { ctx } = c.var
    const body = c.req.valid('json')
    const idempotencyKey = requireIdempotencyKey(c.req.valid('header')['idempotency-key'])
    const created = await bookAtDesk(ctx, { ...readWish(body), userId: body.user_id, idempotencyKey }, doneBy(c))
    if (!created.ok) return refuseBooking(c, created)
    const { booking, replayed } = created.value
    if (replayed) c.header('Idempotency-Replayed', 'true')
    c.header('ETag', etagOf(booking))
    return c.json(renderAdminBooking(booking, ctx.config.branchTimezone), 201)
  },
)

const visitSchema = adminBookingSchema
  .extend({
    events: z.array(
      z.object({
        kind: z.enum(BOOKING_EVENTS),
        at: z.string().openapi({ format: 'date-time' }),
        previous_datetime: z.string().nullable().openapi({ format: 'date-time', description: 'Of a move' }),
      }),
    ),
    bonus_entries: z.array(entrySchema),
  })
  .openapi('AdminVisit')

deskBookingRoutes.openapi(
  createRoute({
    ...common,
    method: 'get',
    path: '/admin/bookings/{id}',
    operationId: 'getAnyBooking',
    summary: 'A visit with what happened to it and what it brought in bonuses',
    request: { params: z.object({ id: idSchema }) },
    responses: {
      200: { ...json(visitSchema, 'The visit'), headers: etag },
      ...problems({ 404: ['booking_not_found'], 422: ['validation_failed'] }),
    },
  }),
  async (c) => {
    const { ctx, language } = c.var
    const zone = ctx.config.branchTimezone
    const visit = await getVisit(ctx, c.req.valid('param').id)
    if (!visit) throw new ProblemError('booking_not_found')
    c.header('ETag', etagOf(visit.booking))
    const body = {
      ...renderAdminBooking(visit.booking, zone),
      events: visit.events.map(({ kind, at, previousStartsAt }) => ({
        kind,
        at: formatInZone(at, zone),
        previous_datetime: previousStartsAt === null ? null : formatInZone(previousStartsAt, zone),
      })),
      bonus_entries: visit.entries.map((entry) => renderEntry(entry, zone, language)),
    }
    return c.json(body, 200)
  },
)
