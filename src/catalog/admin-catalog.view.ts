import { z } from '@hono/zod-openapi'
import { cleanText } from '../platform/text.ts'
import { BOOKING_METHODS } from './booking-method.ts'
import { categoryOf, serviceSchema, shortened } from './catalog.view.ts'
import type { CategoryRow } from './categories.store.ts'
import type { ServiceFields } from './create-service.ts'
import type { StaffFields } from './create-staff.ts'
import type { ServiceRow } from './services.store.ts'
import type { StaffRow, StaffServiceRow } from './staff.store.ts'

const clean = (max: number) =>
  z
    .string()
    .max(max)
    .transform((text) => cleanText(text, max) ?? '')
const nameField = clean(120).pipe(z.string().min(1)).openapi({ type: 'string', minLength: 1, maxLength: 120 })
const textField = (max: number) => clean(max).openapi({ type: 'string', maxLength: max })
const yclientsId = z.int().positive().nullable()
const kopecks = z.int().min(0).max(10_000_000_000).openapi({ description: 'Kopecks' })
const visitMinutes = z.int().min(1).max(1440).openapi({ description: 'Minutes' })

export const somethingToChange = (change: object) => Object.keys(change).length > 0
export const NOTHING_TO_CHANGE = 'nothing to change'

export const serviceBody = z.strictObject({
  name: nameField,
  price: kopecks,
  duration: visitMinutes,
  category_id: z.int().positive().nullable().optional(),
  description: textField(4000).optional(),
  active: z.boolean().optional().openapi({ description: 'false: clients cannot book it' }),
  yclients_service_id: yclientsId.optional(),
  booking_method: z
    .enum(BOOKING_METHODS)
    .optional()
    .openapi({ description: 'auto: in YClients if it is linked and YClients is on, else here' }),
  slot_step_minutes: z.int().min(5).max(1440).optional(),
  buffer_before_minutes: z.int().min(0).max(480).optional(),
  buffer_after_minutes: z.int().min(0).max(480).optional(),
  min_notice_minutes: z.int().min(0).max(525_600).optional(),
  horizon_days: z.int().min(1).max(730).optional(),
  cancel_notice_minutes: z.int().min(0).max(525_600).optional(),
  full_refund_hours: z
    .int()
    .min(0)
    .max(8760)
    .optional()
    .openapi({ description: 'Of a paid visit: until so long before everything comes back' }),
  partial_refund_hours: z
    .int()
    .min(0)
    .max(8760)
    .optional()
    .openapi({ description: 'Then a share, until so long before' }),
  partial_refund_percent: z.number().min(0).max(100).multipleOf(0.01).optional(),
})
export const serviceChangeBody = serviceBody.partial().refine(somethingToChange, NOTHING_TO_CHANGE)

export const readServiceBody = (body: z.output<typeof serviceChangeBody>): ServiceFields => ({
  name: body.name,
  priceKopecks: body.price,
  durationMinutes: body.duration,
  categoryId: body.category_id,
  description: body.description,
  active: body.active,
  yclientsServiceId: body.yclients_service_id,
  bookingMethod: body.booking_method,
  slotStepMinutes: body.slot_step_minutes,
  bufferBeforeMinutes: body.buffer_before_minutes,
  bufferAfterMinutes: body.buffer_after_minutes,
  minNoticeMinutes: body.min_notice_minutes,
  horizonDays: body.horizon_days,
  cancelNoticeMinutes: body.cancel_notice_minutes,
  fullRefundHours: body.full_refund_hours,
  partialRefundHours: body.partial_refund_hours,
  partialRefundBasisPoints:
    body.partial_refund_percent === undefined ? undefined : Math.round(body.partial_refund_percent * 100),
})

export const adminServiceSchema = serviceSchema
  .extend({
    booking_method: z.enum(BOOKING_METHODS),
    active: z.boolean(),
    slot_step_minutes: z.int(),
    buffer_before_minutes: z.int(),
    buffer_after_minutes: z.int(),
    min_notice_minutes: z.int(),
    horizon_days: z.int(),
    cancel_notice_minutes: z.int(),
    full_refund_hours: z.int(),
    partial_refund_hours: z.int(),
    partial_refund_percent: z.number(),
  })
  .openapi('AdminService')

export const renderAdminService = (row: ServiceRow): z.infer<typeof adminServiceSchema> => ({
  id: row.id,
  name: row.name,
  description: row.description,
  price: row.priceKopecks,
  duration: row.durationMinutes,
  category: categoryOf(row),
  booking_method: row.bookingMethod,
  yclients_service_id: row.yclientsServiceId,
  active: row.active === 1,
  slot_step_minutes: row.slotStepMinutes,
  buffer_before_minutes: row.bufferBeforeMinutes,
  buffer_after_minutes: row.bufferAfterMinutes,
  min_notice_minutes: row.minNoticeMinutes,
  horizon_days: row.horizonDays,
  cancel_notice_minutes: row.cancelNoticeMinutes,
  full_refund_hours: row.fullRefundHours,
  partial_refund_hours: row.partialRefundHours,
  partial_refund_percent: row.partialRefundBasisPoints / 100,
})

export const renderListedService = (row: ServiceRow) => ({
  ...renderAdminService(row),
  description: shortened(row.description),
})

export const categorySchema = z
  .object({
    id: z.int(),
    name: z.string(),
    position: z.int().openapi({ description: 'Order in lists' }),
    yclients_category_id: z.int().nullable(),
  })
  .openapi('ServiceCategory')
export const categoryBody = z.strictObject({ name: nameField, position: z.int().optional() })
export const categoryChangeBody = categoryBody.partial().refine(somethingToChange, NOTHING_TO_CHANGE)

export const renderCategory = (row: CategoryRow): z.infer<typeof categorySchema> => ({
  id: row.id,
  name: row.name,
  position: row.position,
  yclients_category_id: row.yclientsCategoryId,
})

export const adminStaffSchema = z
  .object({
    id: z.int(),
    name: z.string(),
    specialization: z.string(),
    active: z.boolean(),
    yclients_staff_id: z.int().nullable(),
  })
  .openapi('Staff')
export const staffBody = z.strictObject({
  name: nameField,
  specialization: textField(120).optional(),
  active: z.boolean().optional().openapi({ description: 'false: nobody can book with this person' }),
  yclients_staff_id: yclientsId.optional(),
})
export const staffChangeBody = staffBody.partial().refine(somethingToChange, NOTHING_TO_CHANGE)

export const readStaffBody = (body: z.output<typeof staffChangeBody>): StaffFields => ({
  name: body.name,
  specialization: body.specialization,
  active: body.active,
  yclientsStaffId: body.yclients_staff_id,
})

export const renderStaff = (row: StaffRow): z.infer<typeof adminStaffSchema> => ({
  id: row.id,
  name: row.name,
  specialization: row.specialization,
  active: row.active === 1,
  yclients_staff_id: row.yclientsStaffId,
})

/** Null: the service's own. */
export const termsBody = z.strictObject({
  price: kopecks.nullable().default(null),
  duration: visitMinutes.nullable().default(null),
})
export const staffServiceSchema = z
  .object({
    service_id: z.int(),
    service_name: z.string(),
    price: z.int().nullable().openapi({ description: "Kopecks; null: the service's own" }),
    duration: z.int().nullable().openapi({ description: "Minutes; null: the service's own" }),
    from_yclients: z.boolean(),
  })
  .openapi('StaffService')

export const renderStaffService = (row: StaffServiceRow): z.infer<typeof staffServiceSchema> => ({
  service_id: row.serviceId,
  service_name: row.serviceName,
  price: row.priceKopecks,
  duration: row.durationMinutes,
  from_yclients: row.fromYclients === 1,
})
