import { z } from '@hono/zod-openapi'
import { bookingMethodOf } from './booking-method.ts'
import type { ServiceRow } from './services.store.ts'
import type { StaffRow } from './staff.store.ts'

/** A list of fifty long descriptions would not fit the 12 KB that get through to Russia; one service has its own whole. */
const LISTED_DESCRIPTION = 120
export const shortened = (text: string) =>
  text.length <= LISTED_DESCRIPTION ? text : `${text.slice(0, LISTED_DESCRIPTION - 1).toWellFormed()}…`

export const serviceSchema = z
  .object({
    id: z.int(),
    name: z.string(),
    description: z.string().openapi({ description: `In lists only its first ${LISTED_DESCRIPTION} characters` }),
    price: z.int().openapi({ description: 'Kopecks' }),
    duration: z.int().openapi({ description: 'Minutes' }),
    category: z.object({ id: z.int(), name: z.string() }).nullable(),
    booking_method: z.enum(['yclients', 'internal']).openapi({ description: 'Where it is booked' }),
    yclients_service_id: z.int().nullable(),
  })
  .openapi('Service')

export const renderService = (row: ServiceRow, yclientsEnabled: boolean): z.infer<typeof serviceSchema> => ({
  id: row.id,
  name: row.name,
  description: shortened(row.description),
  price: row.priceKopecks,
  duration: row.durationMinutes,
  category: categoryOf(row),
  booking_method: bookingMethodOf(row, yclientsEnabled),
  yclients_service_id: row.yclientsServiceId,
})

export const categoryOf = ({ categoryId, categoryName }: ServiceRow) =>
  categoryId === null || categoryName === null ? null : { id: categoryId, name: categoryName }

export const masterSchema = z
  .object({
    id: z.int(),
    name: z.string(),
    specialization: z.string(),
    price: z.int().nullable().openapi({ description: 'Kopecks, for the service asked about' }),
    duration: z.int().nullable().openapi({ description: 'Minutes, for the service asked about' }),
  })
  .openapi('Master')

export const renderMaster = (row: StaffRow): z.infer<typeof masterSchema> => ({
  id: row.id,
  name: row.name,
  specialization: row.specialization,
  price: row.priceKopecks,
  duration: row.durationMinutes,
})

export const serviceDetailsSchema = serviceSchema
  .extend({
    slot_step_minutes: z.int(),
    min_notice_minutes: z.int().openapi({ description: 'How long before its beginning a visit can be booked' }),
    horizon_days: z.int().openapi({ description: 'How many days ahead it can be booked' }),
    cancel_notice_minutes: z
      .int()
      .openapi({ description: 'Until how long before it the client may cancel or move it' }),
    staff: z.array(masterSchema).openapi({ description: 'Who does it, with price and duration of each' }),
  })
  .openapi('ServiceDetails')

export const renderServiceDetails = (
  row: ServiceRow,
  masters: readonly StaffRow[],
  yclientsEnabled: boolean,
): z.infer<typeof serviceDetailsSchema> => ({
  ...renderService(row, yclientsEnabled),
  description: row.description,
  slot_step_minutes: row.slotStepMinutes,
  min_notice_minutes: row.minNoticeMinutes,
  horizon_days: row.horizonDays,
  cancel_notice_minutes: row.cancelNoticeMinutes,
  staff: masters.map(renderMaster),
})
