import { z } from '@hono/zod-openapi'
import { bodyIdSchema, problems } from '../http.ts'
import { cleanText } from '../platform/text.ts'
import { instantField } from './change.view.ts'

const MOST_ADDITIONAL = 10
const NOTES_LENGTH = 1000

/** What somebody wants to book, in a request's body. Apps send null for what was not filled in. */
export const wishFields = {
  service_id: bodyIdSchema,
  staff_id: bodyIdSchema.nullish().openapi({ description: 'Without: the least loaded master who is free' }),
  appointment_datetime: instantField,
  phone: z.string().trim().min(1).max(32).nullish().openapi({ description: 'Without: the client’s own' }),
  notes: z.string().max(NOTES_LENGTH).nullish(),
  additional_services: z.array(bodyIdSchema).max(MOST_ADDITIONAL).nullish(),
}

const wishSchema = z.object(wishFields)

export const readWish = (body: z.output<typeof wishSchema>) => ({
  serviceId: body.service_id,
  additionalServiceIds: [...new Set(body.additional_services ?? [])].filter((id) => id !== body.service_id),
  staffId: body.staff_id ?? undefined,
  startsAt: body.appointment_datetime,
  phone: body.phone ?? undefined,
  notes: cleanText(body.notes ?? '', NOTES_LENGTH) ?? '',
})

/** Why a visit may not be booked. */
export const bookingProblems = problems({
  400: ['malformed_json'],
  404: ['service_not_found', 'staff_not_found', 'user_not_found'],
  409: ['slot_taken', 'too_many_bookings', 'service_not_in_yclients', 'client_blocked'],
  422: [
    'validation_failed',
    'idempotency_key_reused',
    'time_in_past',
    'too_soon',
    'too_far',
    'day_off',
    'outside_working_hours',
    'break',
    'not_a_slot',
    'staff_does_not_do_service',
    'phone_rejected',
    'service_not_bookable',
  ],
  503: ['temporarily_unavailable'],
})
