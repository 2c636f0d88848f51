import { createRoute, z } from '@hono/zod-openapi'
import { adminBookingSchema, renderAdminBooking } from '../booking/booking.view.ts'
import { change, changeProblems, changeRequest, etagOf, ifMatchHeader, readIfMatch } from '../booking/change.view.ts'
import { finishVisit, type Outcome } from '../booking/finish-visit.ts'
import { listConflicts } from '../booking/list-conflicts.ts'
import { adminSecurity, doneBy, idSchema, json, newRoutes, problems, refuse } from '../http.ts'
import { formatInZone } from '../platform/time.ts'

export const adminVisitRoutes = newRoutes()
const common = { tags: ['admin'], security: adminSecurity }
const params = z.object({ id: idSchema })

const conflictSchema = z
  .object({
    staff_id: z.int(),
    booking_ids: z.array(z.int()),
    starts_at: z.string().openapi({ format: 'date-time', description: 'Where they begin to overlap' }),
  })
  .openapi('BookingConflict')

adminVisitRoutes.openapi(
  createRoute({
    ...common,
    method: 'get',
    path: '/admin/bookings/conflicts',
    operationId: 'listConflicts',
    summary: 'Visits to come that overlap another of the same master (at most 50); YClients may book over ours',
    responses: { 200: json(z.array(conflictSchema), 'Nearest first') },
  }),
  async (c) => {
    const { ctx } = c.var
    const conflicts = (await listConflicts(ctx)).map(({ staffId, firstId, secondId, startsAt }) => ({
      staff_id: staffId,
      booking_ids: [firstId, secondId],
      starts_at: formatInZone(startsAt, ctx.config.branchTimezone),
    }))
    return c.json(conflicts, 200)
  },
)

adminVisitRoutes.openapi(
  createRoute({
    ...common,
    method: 'patch',
    path: '/admin/bookings/{id}',
    operationId: 'changeAnyBooking',
    summary: 'Cancel or move a visit for its client, whatever the notice',
    request: { params, ...changeRequest },
    responses: { 200: json(adminBookingSchema, 'The visit as it is now'), ...changeProblems },
  }),
  async (c) => {
    const booking = await change(c, c.req.valid('param').id, c.req.valid('json'), 'desk')
    c.header('ETag', etagOf(booking))
    return c.json(renderAdminBooking(booking, c.var.ctx.config.branchTimezone), 200)
  },
)

const OUTCOMES: readonly { path: string; operationId: string; summary: string; outcome: Outcome }[] = [
  {
    path: 'complete',
    operationId: 'completeVisit',
    summary: 'The client came: bonuses follow',
    outcome: 'completed',
  },
  {
    path: 'no-show',
    operationId: 'noteNoShow',
    summary: 'The client did not come',
    outcome: 'no_show',
  },
  {
    path: 'reopen',
    operationId: 'reopenVisit',
    summary: 'Neither of these after all: bonuses are taken back',
    outcome: 'confirmed',
  },
]

for (const { path, operationId, summary, outcome } of OUTCOMES) {
  adminVisitRoutes.openapi(
    createRoute({
      ...common,
      method: 'post',
      path: `/admin/bookings/{id}/${path}`,
      operationId,
      summary,
      request: { params, headers: ifMatchHeader },
      responses: {
        200: json(adminBookingSchema, 'The visit as it is now'),
        ...problems({
          404: ['booking_not_found'],
          409: ['booked_in_yclients', 'booking_not_changeable', 'visit_not_begun', 'slot_taken'],
          412: ['precondition_failed'],
          422: ['validation_failed'],
        }),
      },
    }),
    async (c) => {
      const revision = readIfMatch(c.req.valid('header')['if-match'])
      const visit = { bookingId: c.req.valid('param').id, outcome, revision }
      const finished = await finishVisit(c.var.ctx, visit, doneBy(c))
      if (!finished.ok) return refuse(finished)
      c.header('ETag', etagOf(finished.value))
      return c.json(renderAdminBooking(finished.value, c.var.ctx.config.branchTimezone), 200)
    },
  )
}
