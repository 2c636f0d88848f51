import { z } from '@hono/zod-openapi'
import { formatInZone } from '../platform/time.ts'
import type { BookingRow } from './booking.store.ts'
import { BOOKING_STATUSES, CLIENT_MATCHES } from './booking.ts'

export const bookingSchema = z
  .object({
    id: z.int(),
    service_id: z.int().nullable(),
    staff_id: z.int().nullable(),
    staff_name: z.string().nullable(),
    service_name: z.string(),
    service_price: z.int().openapi({ description: 'Kopecks' }),
    service_duration: z.int().openapi({ description: 'Minutes' }),
    appointment_datetime: z.string().openapi({ format: 'date-time', description: "With the branch's offset" }),
    ends_at: z.string().openapi({ format: 'date-time' }),
    status: z.enum(BOOKING_STATUSES),
    phone: z.string().nullable(),
    notes: z.string(),
    source: z.enum(['yclients', 'internal']),
    yclients_record_id: z.int().nullable(),
    loyalty_bonuses_awarded: z.boolean(),
    loyalty_bonuses_amount: z.int().openapi({ description: 'Points' }),
    spent_bonuses: z.int().openapi({ description: 'Points' }),
    cancelled_at: z.string().nullable().openapi({ format: 'date-time' }),
    cancel_reason: z.string().nullable(),
    expires_at: z.string().nullable().openapi({ format: 'date-time', description: 'Of a hold' }),
    provisional: z.boolean().openapi({ description: 'YClients has not confirmed it yet' }),
    created_at: z.string().openapi({ format: 'date-time' }),
    updated_at: z.string().openapi({ format: 'date-time' }),
  })
  .openapi('Booking')

/** A booking as the client's app shows it. */
export function renderBooking(row: BookingRow, zone: string): z.infer<typeof bookingSchema> {
  const instant = (at: number) => formatInZone(at, zone)
  return {
    id: row.id,
    service_id: row.serviceId,
    staff_id: row.staffId,
    staff_name: row.staffName,
    service_name: row.serviceName,
    service_price: row.priceKopecks,
    service_duration: row.durationMinutes,
    appointment_datetime: instant(row.startsAt),
    ends_at: instant(row.endsAt),
    status: row.status,
    phone: row.phone,
    notes: row.notes,
    source: row.source,
    yclients_record_id: row.yclientsRecordId,
    loyalty_bonuses_awarded: row.accruedBonusesPoints !== 0,
    loyalty_bonuses_amount: row.accruedBonusesPoints,
    spent_bonuses: row.spentBonusesPoints,
    cancelled_at: row.cancelledAt === null ? null : instant(row.cancelledAt),
    cancel_reason: row.cancelReason,
    expires_at: row.holdExpiresAt === null ? null : instant(row.holdExpiresAt),
    provisional: row.syncState === 'provisional' && row.holdExpiresAt === null,
    created_at: instant(row.createdAt),
    updated_at: instant(row.updatedAt),
  }
}

export const adminBookingSchema = bookingSchema
  .extend({
    user_id: z.int().nullable(),
    client_match: z.enum(CLIENT_MATCHES).openapi({ description: 'How the client was found, or why not' }),
    client_name: z.string().nullable(),
    comment: z.string().nullable(),
  })
  .openapi('AdminBooking')

/** A list of fifty long comments would not fit the 12 KB that get through to Russia. */
const shortened = (text: string) => (text.length <= 200 ? text : `${text.slice(0, 199)}…`)

/** A booking as administrators see it: also whose it is and how that is known. */
export const renderAdminBooking = (row: BookingRow, zone: string): z.infer<typeof adminBookingSchema> => ({
  ...renderBooking(row, zone),
  user_id: row.userId,
  client_match: row.clientMatch,
  client_name: row.clientName,
  comment: row.comment ? shortened(row.comment) : null,
})

/** `status=pending|confirmed`: one or several, separated by `|` or `,`, in any letter case. */
export const statusesQuery = z
  .string()
  .max(100)
  .transform((text) =>
    text
      .toLowerCase()
      .split(/[|,]/)
      .map((word) => word.trim())
      .filter(Boolean),
  )
  .pipe(z.array(z.enum(BOOKING_STATUSES)).min(1))
  .optional()
  .openapi({
    type: 'string',
    example: 'pending|confirmed',
    description: `One or several of ${BOOKING_STATUSES.join(', ')}`,
  })

/** A flag in a query, in any letter case; anything but true and false is refused. */
export const flagQuery = z
  .string()
  .toLowerCase()
  .pipe(z.enum(['true', 'false', '1', '0']))
  .transform((word) => word === 'true' || word === '1')
  .optional()
  .openapi({ type: 'boolean' })
