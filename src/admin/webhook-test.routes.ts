import { createRoute, z } from '@hono/zod-openapi'
import { BOOKING_STATUSES } from '../booking/booking.ts'
import { adminSecurity, doneBy, idSchema, json, newRoutes, problems, refuse } from '../http.ts'
import { formatInZone } from '../platform/time.ts'
import { changeTestRecord } from '../yclients/change-test-record.ts'
import { createTestRecord } from '../yclients/create-test-record.ts'
import { deleteTestRecord } from '../yclients/delete-test-record.ts'
import { followTestRecord } from '../yclients/follow-test-record.ts'
import { WEBHOOK_VERDICTS } from '../yclients/verdict.ts'

export const adminWebhookTestRoutes = newRoutes()
const common = { tags: ['admin: yclients'], security: adminSecurity }
const recordPath = '/admin/yclients/webhook-test/{record_id}'
const params = z.object({ record_id: idSchema })

adminWebhookTestRoutes.openapi(
  createRoute({
    ...common,
    method: 'post',
    path: '/admin/yclients/webhook-test',
    operationId: 'createWebhookTest',
    summary: "Write a throw-away record into YClients' journal, to see its webhooks come",
    responses: {
      201: json(
        z.object({
          record_id: z.int(),
          starts_at: z.string().openapi({ format: 'date-time' }),
          removed_at: z
            .string()
            .openapi({ format: 'date-time', description: 'When it goes by itself, if it is still there' }),
        }),
        'Written',
      ),
      ...problems({
        409: ['yclients_disabled', 'yclients_refused', 'no_free_time'],
        503: ['yclients_unavailable'],
      }),
    },
  }),
  async (c) => {
    const { ctx } = c.var
    const created = await createTestRecord(ctx, doneBy(c))
    if (!created.ok) return refuse(created)
    const { recordId, startsAt, removedAt } = created.value
    const instant = (at: number) => formatInZone(at, ctx.config.branchTimezone)
    return c.json({ record_id: recordId, starts_at: instant(startsAt), removed_at: instant(removedAt) }, 201)
  },
)

adminWebhookTestRoutes.openapi(
  createRoute({
    ...common,
    method: 'get',
    path: recordPath,
    operationId: 'followWebhookTest',
    summary: 'Which webhooks of the record have come within an hour, and what became of its booking',
    request: { params },
    responses: {
      200: json(
        z.object({
          record_id: z.int(),
          events: z.array(
            z.object({
              status: z.string(),
              verdict: z.enum(WEBHOOK_VERDICTS),
              received_at: z.string().openapi({ format: 'date-time' }),
              error: z.string().nullable(),
            }),
          ),
          booking: z.object({ id: z.int(), status: z.enum(BOOKING_STATUSES) }).nullable(),
        }),
        'As far as it has come',
      ),
      ...problems({ 422: ['validation_failed'] }),
    },
  }),
  async (c) => {
    const { ctx } = c.var
    const { record_id: recordId } = c.req.valid('param')
    const { events, booking } = await followTestRecord(ctx, recordId)
    const body = {
      record_id: recordId,
      events: events.map(({ status, verdict, receivedAt, error }) => ({
        status,
        verdict,
        received_at: formatInZone(receivedAt, ctx.config.branchTimezone),
        error,
      })),
      booking: booking ?? null,
    }
    return c.json(body, 200)
  },
)

adminWebhookTestRoutes.openapi(
  createRoute({
    ...common,
    method: 'patch',
    path: recordPath,
    operationId: 'changeWebhookTest',
    summary: 'Change the comment of the test record in YClients',
    request: { params },
    responses: {
      200: json(z.object({ record_id: z.int() }), 'Changed'),
      ...problems({
        404: ['not_found'],
        409: ['yclients_disabled', 'yclients_refused', 'not_a_test_record'],
        422: ['validation_failed'],
        503: ['yclients_unavailable'],
      }),
    },
  }),
  async (c) => {
    const changed = await changeTestRecord(c.var.ctx, c.req.valid('param').record_id, doneBy(c))
    if (!changed.ok) return refuse(changed)
    return c.json({ record_id: changed.value.recordId }, 200)
  },
)

adminWebhookTestRoutes.openapi(
  createRoute({
    ...common,
    method: 'delete',
    path: recordPath,
    operationId: 'deleteWebhookTest',
    summary: 'Take the test record out of the journal again',
    request: { params },
    responses: {
      204: { description: 'Gone' },
      ...problems({
        409: ['yclients_disabled', 'yclients_refused', 'not_a_test_record'],
        422: ['validation_failed'],
        503: ['yclients_unavailable'],
      }),
    },
  }),
  async (c) => {
    const deleted = await deleteTestRecord(c.var.ctx, c.req.valid('param').record_id, doneBy(c))
    if (!deleted.ok) return refuse(deleted)
    return c.body(null, 204)
  },
)
