import { createRoute, z } from '@hono/zod-openapi'
import {
  clientOf,
  clientSecurity,
  doneBy,
  idempotencyHeader,
  idSchema,
  json,
  jsonBody,
  newRoutes,
  problems,
} from '../http.ts'
import { previewRefund } from '../payments/get-payment.ts'
import { bookingPaymentSchema, renderBookingPayment } from '../payments/payment.view.ts'
import { ProblemError } from '../platform/problem.ts'
import { bookingSchema, renderBooking } from './booking.view.ts'
import {
  change,
  changeProblems,
  changeRequest,
  etagOf,
  nearestSchema,
  refuseBooking,
  renderNearest,
} from './change.view.ts'
import { confirmHold } from './confirm-hold.ts'
import { createBooking } from './create-booking.ts'
import { findBooking } from './find-booking.ts'
import { findInstead } from './find-nearest.ts'
import { bookingProblems, readWish, wishFields } from './wish.view.ts'

export const ownBookingRoutes = newRoutes()
const common = { tags: ['booking'], security: clientSecurity }
const params = z.object({ id: idSchema })
const etag = { ETag: { description: 'For If-Match', schema: { type: 'string' } } } as const

const bookingWithOffersSchema = bookingSchema
  .extend({
    payment: bookingPaymentSchema
      .optional()
      .openapi({ description: 'Of a visit that was paid here: what, and what would come back now' }),
    nearest: nearestSchema
      .optional()
      .openapi({ description: 'Of a visit that was promised and that YClients did not take: what to offer instead' }),
  })
  .openapi('BookingWithOffers')

ownBookingRoutes.openapi(
  createRoute({
    ...common,
    method: 'post',
    path: '/bookings',
    operationId: 'createBooking',
    summary: 'Book a visit; with hold=true the time is kept for ten minutes and has to be confirmed',
    request: {
      headers: idempotencyHeader,
      ...jsonBody(
        z.strictObject({
          ...wishFields,
          hold: z.boolean().default(false),
        }),
      ),
    },
    responses: {
      201: {
        ...json(bookingSchema, 'Booked, or booked before with this key'),
        headers: {
          ...etag,
          'Idempotency-Replayed': { description: 'true if nothing happened now', schema: { type: 'string' } },
        },
      },
      ...bookingProblems,
    },
  }),
  async (c) => {
    const { ctx } = c.var
    const body = c.req.valid('json')
    const request = {
      ...readWish(body),
      userId: clientOf(c).id,
      hold: body.hold,
      idempotencyKey: c.req.valid('header')['idempotency-key'],
    }
    const created = await createBooking(ctx, request, doneBy(c))
    if (!created.ok) return refuseBooking(c, created)
    const { booking, replayed } = created.value
    if (replayed) c.header('Idempotency-Replayed', 'true')
    c.header('ETag', etagOf(booking))
    return c.json(renderBooking(booking, ctx.config.branchTimezone), 201)
  },
)

ownBookingRoutes.openapi(
  createRoute({
    ...common,
    method: 'get',
    path: '/bookings/{id}',
    operationId: 'getBooking',
    summary: "One of the client's visits",
    request: { params },
    responses: {
      200: { ...json(bookingWithOffersSchema, 'The visit'), headers: etag },
      ...problems({ 404: ['booking_not_found'], 422: ['validation_failed'] }),
    },
  }),
  async (c) => {
    const { ctx } = c.var
    const booking = await findBooking(ctx, c.req.valid('param').id, clientOf(c).id)
    if (!booking) throw new ProblemError('booking_not_found')
    c.header('ETag', etagOf(booking))
    const zone = ctx.config.branchTimezone
    const instead = booking.status === 'cancelled' ? await findInstead(ctx, booking.id) : undefined
    const paid = await previewRefund(ctx, booking.id)
    return c.json(
      {
        ...renderBooking(booking, zone),
        ...(instead && { nearest: renderNearest(instead, zone) }),
        ...(paid && { payment: renderBookingPayment(paid, c.var.language) }),
      },
      200,
    )
  },
)

ownBookingRoutes.openapi(
  createRoute({
    ...common,
    method: 'patch',
    path: '/bookings/{id}',
    operationId: 'changeBooking',
    summary: 'Cancel a visit, or move it: the old time is given up only if the new one is won',
    request: { params, ...changeRequest },
    responses: { 200: { ...json(bookingSchema, 'The visit as it is now'), headers: etag }, ...changeProblems },
  }),
  async (c) => {
    const booking = await change(c, c.req.valid('param').id, c.req.valid('json'), { client: clientOf(c).id })
    c.header('ETag', etagOf(booking))
    return c.json(renderBooking(booking, c.var.ctx.config.branchTimezone), 200)
  },
)

ownBookingRoutes.openapi(
  createRoute({
    ...common,
    method: 'post',
    path: '/bookings/{id}/confirm',
    operationId: 'confirmHold',
    summary: 'Make a hold firm while it lasts; repeating it changes nothing',
    request: { params },
    responses: {
      200: { ...json(bookingSchema, 'The visit, confirmed'), headers: etag },
      ...problems({
        404: ['booking_not_found'],
        409: ['hold_expired', 'slot_taken', 'client_blocked', 'payment_open'],
        422: ['validation_failed', 'phone_rejected', 'service_not_bookable'],
        503: ['temporarily_unavailable'],
      }),
    },
  }),
  async (c) => {
    const { ctx } = c.var
    const confirmed = await confirmHold(ctx, { bookingId: c.req.valid('param').id, userId: clientOf(c).id })
    if (!confirmed.ok) return refuseBooking(c, confirmed)
    c.header('ETag', etagOf(confirmed.value))
    return c.json(renderBooking(confirmed.value, ctx.config.branchTimezone), 200)
  },
)
