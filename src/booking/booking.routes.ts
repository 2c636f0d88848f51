import { createRoute, z } from '@hono/zod-openapi'
import {
  clientOf,
  clientSecurity,
  json,
  linkHeader,
  linkNext,
  newRoutes,
  pageQuery,
  problems,
  readCursor,
} from '../http.ts'
import { bookingSchema, flagQuery, renderBooking, statusesQuery } from './booking.view.ts'
import { listBookings } from './list-bookings.ts'

export const bookingRoutes = newRoutes()

const query = pageQuery.extend({ upcoming_only: flagQuery, status: statusesQuery })
const responses = {
  200: { ...json(z.array(bookingSchema), 'One page of bookings'), headers: linkHeader },
  ...problems({ 400: ['invalid_cursor'], 422: ['validation_failed'] }),
}

for (const { path, operationId, order, summary } of [
  {
    path: '/booking',
    operationId: 'listNearestBookings',
    order: 'nearest',
    summary: "The client's visits, nearest first",
  },
  {
    path: '/bookings',
    operationId: 'listLatestBookings',
    order: 'newest',
    summary: "The client's visits, latest first",
  },
] as const) {
  bookingRoutes.openapi(
    createRoute({
      method: 'get',
      path,
      operationId,
      tags: ['booking'],
      summary,
      security: clientSecurity,
      request: { query },
      responses,
    }),
    async (c) => {
      const { upcoming_only, status, limit, cursor } = c.req.valid('query')
      const { ctx } = c.var
      const page = { order, after: readCursor(cursor), limit, unmatched: false }
      const filter = { userId: clientOf(c).id, upcomingOnly: upcoming_only ?? false, statuses: status }
      const { bookings, next } = await listBookings(ctx, { ...filter, ...page })
      linkNext(c, next)
      return c.json(
        bookings.map((row) => renderBooking(row, ctx.config.branchTimezone)),
        200,
      )
    },
  )
}
