import { z } from '@hono/zod-openapi'
import { formatInZone } from '../platform/time.ts'
import type { Erased } from './erase-user.ts'

export const erasedSchema = z
  .object({
    user_id: z.int(),
    erased_at: z.iso.datetime({ offset: true }),
    touched: z
      .object({
        contacts: z.int(),
        bookings: z.int(),
        others_bookings: z.int(),
        parked_work: z.int(),
        audit_entries: z.int(),
        sessions: z.int(),
        one_time_codes: z.int(),
        bonus_reasons: z.int(),
      })
      .openapi({ description: 'How many rows were blanked or deleted, by place; zeros when it is repeated' }),
  })
  .openapi('Erased')

export const renderErased = ({ userId, erasedAt, touched }: Erased, zone: string): z.infer<typeof erasedSchema> => ({
  user_id: userId,
  erased_at: formatInZone(erasedAt, zone),
  touched: {
    contacts: touched.contacts,
    bookings: touched.bookings,
    others_bookings: touched.othersBookings,
    parked_work: touched.parkedWork,
    audit_entries: touched.auditEntries,
    sessions: touched.sessions,
    one_time_codes: touched.oneTimeCodes,
    bonus_reasons: touched.bonusReasons,
  },
})
