import { createRoute, z } from '@hono/zod-openapi'
import { clientSecurity, idSchema, json, newRoutes, problems, refuse } from '../http.ts'
import { addDays, daysBetween, isDay } from '../platform/time.ts'
import { findFreeDays, findTimeSlots, type SlotQuery } from './find-time-slots.ts'
import { daySlotsSchema, freeDaysSchema, renderDaySlots, renderFreeDays } from './slots.view.ts'

export const slotRoutes = newRoutes()

/** A month for the calendar. */
const MAX_DAYS = 31
const MAX_ADDITIONAL_SERVICES = 10

const listedId = z
  .string()
  .trim()
  .regex(/^[1-9]\d{0,14}$/, 'must be ids such as 2,3')
  .transform(Number)

const dayQuery = z
  .string()
  .refine(isDay, 'must be a day such as 2026-09-16')
  .optional()
  .openapi({ type: 'string', format: 'date' })

const query = z
  .object({
    staff_id: idSchema.optional().openapi({ description: 'Without it: anybody who does all the services' }),
    date: dayQuery,
    date_from: dayQuery,
    date_to: dayQuery,
    additional_services: z
      .string()
      .max(200)
      .transform((list) => list.split(',').filter((id) => id.trim() !== ''))
      .pipe(z.array(listedId).max(MAX_ADDITIONAL_SERVICES))
      .optional()
      .openapi({ type: 'string', example: '2,3', description: 'Further services of the same visit' }),
  })
  .superRefine(({ date, date_from, date_to }, check) => {
    const isRange = date_from !== undefined || date_to !== undefined
    if (date === undefined && !isRange) check.addIssue({ code: 'custom', path: ['date'], message: 'is required' })
    if (date !== undefined && isRange) {
      check.addIssue({ code: 'custom', path: ['date'], message: 'goes without date_from and date_to' })
    }
    if (!isRange) return
    if (date_from === undefined || date_to === undefined || date_to < date_from) {
      check.addIssue({ code: 'custom', path: ['date_to'], message: 'date_from and a date_to not before it are needed' })
    } else if (date_to >= addDays(date_from, MAX_DAYS)) {
      check.addIssue({ code: 'custom', path: ['date_to'], message: `at most ${MAX_DAYS} days` })
    }
  })

slotRoutes.openapi(
  createRoute({
    method: 'get',
    path: '/booking/time-slots/{service_id}',
    operationId: 'findTimeSlots',
    tags: ['booking'],
    summary: 'Free and taken times of a day (date), or the days that have a free time (date_from, date_to)',
    security: clientSecurity,
    request: { params: z.object({ service_id: idSchema }), query },
    responses: {
      200: json(z.union([daySlotsSchema, freeDaysSchema]), 'Times of the day, or days of the range'),
      ...problems({
        404: ['service_not_found', 'staff_not_found'],
        422: ['validation_failed', 'staff_does_not_do_service'],
      }),
    },
  }),
  async (c) => {
    const { ctx, language } = c.var
    const { staff_id, date, date_from, date_to, additional_services } = c.req.valid('query')
    const wanted: SlotQuery = {
      serviceId: c.req.valid('param').service_id,
      additionalServiceIds: additional_services ?? [],
      staffId: staff_id,
    }
    if (date !== undefined) {
      const found = await findTimeSlots(ctx, wanted, date)
      if (!found.ok) return refuse(found)
      const view = { day: date, zone: ctx.config.branchTimezone, language }
      return c.json(renderDaySlots(found.value, wanted, view), 200)
    }
    const [first = '', ...others] = daysBetween(date_from ?? '', date_to ?? '')
    const found = await findFreeDays(ctx, wanted, [first, ...others])
    return found.ok ? c.json(renderFreeDays(found.value, wanted), 200) : refuse(found)
  },
)
