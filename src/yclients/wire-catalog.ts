import * as z from 'zod'
import { wireFlag, wireId, wireInteger, wireMoney, wireText } from './wire.ts'

/** YClients' words about its catalog, read as tolerantly as those about records. */
export const wireCategory = z.object({ id: wireId, title: wireText, weight: wireInteger.nullish().catch(undefined) })

export const wireService = z.object({
  id: wireId,
  title: wireText,
  /** What clients see, where it differs. */
  booking_title: wireText,
  category_id: wireId.nullish().catch(undefined),
  price_min: wireMoney.nullish(),
  /** Seconds. */
  duration: wireInteger.nullish(),
  /** Bookable online. */
  active: wireFlag.nullish(),
  comment: wireText,
  staff: z
    .array(
      z.object({
        id: wireId,
        seance_length: wireInteger.nullish().catch(undefined),
        price: wireMoney.nullish().catch(undefined),
      }),
    )
    .nullish(),
})
export type WireService = z.output<typeof wireService>

export const wireStaff = z.object({
  id: wireId,
  name: wireText,
  specialization: wireText,
  hidden: wireFlag.nullish().catch(undefined),
  fired: wireFlag.nullish().catch(undefined),
  is_fired: wireFlag.nullish().catch(undefined),
  is_deleted: wireFlag.nullish().catch(undefined),
})

const clock = z.string().regex(/^([01]?\d|2[0-4]):[0-5]\d(:[0-5]\d)?$/)

export const wireStaffDay = z.object({
  staff_id: wireId,
  date: z.string().regex(/^\d{4}-\d\d-\d\d$/),
  slots: z.array(z.object({ from: clock, to: clock })).nullish(),
})
/** Just whose day it is, when the rest cannot be read. */
export const wireStaffDayOf = z.object({ staff_id: wireId })
