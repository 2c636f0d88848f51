import { createRoute, z } from '@hono/zod-openapi'
import { adminBookingSchema, flagQuery, renderAdminBooking, statusesQuery } from '../booking/booking.view.ts'
import { etagOf, ifMatchHeader, readIfMatch } from '../booking/change.view.ts'
import { linkBooking } from '../booking/link-booking.ts'
import { listBookings } from '../booking/list-bookings.ts'
import {
  adminSecurity,
  bodyIdSchema,
  doneBy,
  idSchema,
  json,
  linkHeader,
  linkNext,
  newRoutes,
  pageQuery,
  problems,
  readCursor,
  refuse,
} from '../http.ts'
import { ProblemError } from '../platform/problem.ts'
import { isDay } from '../platform/time.ts'
import { findUserByCode } from '../users/find-users.ts'

export const adminBookingRoutes = newRoutes()
const common = { tags: ['admin'], security: adminSecurity }

adminBookingRoutes.openapi(
  createRoute({
    ...common,
    method: 'get',
    path: '/admin/bookings',
    operationId: 'listAllBookings',
    summary: 'Bookings of all clients, latest first; unmatched=true is the inbox of visits without an owner',
    request: {
      query: pageQuery.extend({
        unmatched: flagQuery,
        status: statusesQuery,
        user_id: idSchema.optional(),
        date: z.string().refine(isDay, 'must be a day such as 2026-09-16').optional().openapi({ format: 'date' }),
        staff_id: idSchema.optional(),
        source: z.enum(['yclients', 'internal']).optional(),
      }),
    },
    responses: {
      200: { ...json(z.array(adminBookingSchema), 'One page of bookings'), headers: linkHeader },
      ...problems({
        400: ['invalid_cursor'],
        422: ['validation_failed'],
      }),
    },
  }),
  async (c) => {
    const { ctx } = c.var
    const { unmatched, status, user_id, date, staff_id, source, limit, cursor } = c.req.valid('query')
    const { bookings, next } = await listBookings(ctx, {
      userId: user_id,
      unmatched: unmatched ?? false,
      upcomingOnly: false,
      statuses: status,
      order: 'newest',
      after: readCursor(cursor),
      limit,
      day: date,
      staffId: staff_id,
      source,
    })
    linkNext(c, next)
    return c.json(
      bookings.map((row) => renderAdminBooking(row, ctx.config.branchTimezone)),
      200,
    )
  },
)

adminBookingRoutes.openapi(
  createRoute({
    ...common,
    method: 'post',
    path: '/admin/bookings/{id}/link',
    operationId: 'linkBooking',
    summary: 'Give a visit to a client, by id or by code; bonuses follow',
    request: {
      params: z.object({ id: idSchema }),
      headers: ifMatchHeader,
      body: {
        required: true,
        content: {
          'application/json': {
            schema: z
              .strictObject({ user_id: bodyIdSchema.optional(), code: z.string().trim().min(1).max(64).optional() })
              .refine((who) => (who.user_id === undefined) !== (who.code === undefined), {
                message: 'exactly one of user_id and code',
                path: ['user_id'],
              }),
          },
        },
      },
    },
    responses: {
      200: json(adminBookingSchema, 'The visit as it is now'),
      ...problems({
        400: ['malformed_json'],
        404: ['booking_not_found', 'user_not_found'],
        412: ['precondition_failed'],
        422: ['validation_failed'],
      }),
    },
  }),
  async (c) => {
    const { ctx } = c.var
    const { user_id, code } = c.req.valid('json')
    const userId = user_id ?? (await findUserByCode(ctx, code ?? ''))?.id
    if (userId === undefined) throw new ProblemError('user_not_found')
    const revision = readIfMatch(c.req.valid('header')['if-match'])
    const linked = await linkBooking(ctx, { bookingId: c.req.valid('param').id, userId, revision }, doneBy(c))
    if (!linked.ok) return refuse(linked)
    c.header('ETag', etagOf(linked.value))
    return c.json(renderAdminBooking(linked.value, ctx.config.branchTimezone), 200)
  },
)
