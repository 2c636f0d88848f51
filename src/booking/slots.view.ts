import { z } from '@hono/zod-openapi'
import type { Language } from '../platform/problem.ts'
import { formatInZone } from '../platform/time.ts'
import type { OfferedSlot } from './combine-slots.ts'
import type { DaySlots, FreeDays, SlotQuery } from './find-time-slots.ts'

const REASONS = {
  slot_taken: { ru: 'Уже забронировано', en: 'Taken' },
  too_soon: { ru: 'Слишком скоро', en: 'Too soon' },
  too_far: { ru: 'Запись ещё не открыта', en: 'Not open yet' },
} as const

const reasonCodes = Object.keys(REASONS) as [keyof typeof REASONS, ...(keyof typeof REASONS)[]] // keys of a literal table

const origin = {
  service_id: z.int(),
  staff_id: z.int().nullable().openapi({ description: 'As asked for; null: anybody' }),
  source: z.enum(['local', 'yclients']).openapi({ description: 'Who keeps the times' }),
  degraded: z.boolean().openapi({ description: 'YClients keeps the times but does not answer; these are our own' }),
}

const slotSchema = z
  .object({
    time: z.string().openapi({ example: '09:00' }),
    starts_at: z.string().openapi({ format: 'date-time', description: 'With the offset of the branch; what to book' }),
    available: z.boolean(),
    duration: z.int().openapi({ description: 'Minutes, additional services included' }),
    staff_id: z.int().nullable().openapi({ description: 'Who would do the visit' }),
    reason: z.string().nullable().openapi({ description: 'Why it is not available, for people' }),
    reason_code: z.enum(reasonCodes).nullable(),
  })
  .openapi('TimeSlot')

export const daySlotsSchema = z
  .object({ date: z.string().openapi({ format: 'date' }), ...origin, slots: z.array(slotSchema) })
  .openapi('DaySlots')

export const freeDaysSchema = z
  .object({
    ...origin,
    days: z.array(z.object({ date: z.string().openapi({ format: 'date' }), available: z.boolean() })),
  })
  .openapi('FreeDays')

const renderOrigin = (found: DaySlots | FreeDays, query: SlotQuery) => ({
  service_id: query.serviceId,
  staff_id: query.staffId ?? null,
  source: found.source,
  degraded: found.degraded,
})

export const renderFreeDays = (found: FreeDays, query: SlotQuery): z.infer<typeof freeDaysSchema> => ({
  ...renderOrigin(found, query),
  days: found.days.map(({ day, available }) => ({ date: day, available })),
})

export function renderDaySlots(
  found: DaySlots,
  query: SlotQuery,
  view: { readonly day: string; readonly zone: string; readonly language: Language },
): z.infer<typeof daySlotsSchema> {
  const renderSlot = ({ startsAt, durationMinutes, staffId, reason }: OfferedSlot): z.infer<typeof slotSchema> => {
    const local = formatInZone(startsAt, view.zone)
    return {
      time: local.slice(11, 16),
      starts_at: local,
      available: reason === undefined,
      duration: durationMinutes,
      staff_id: staffId ?? query.staffId ?? null,
      reason: reason === undefined ? null : REASONS[reason][view.language],
      reason_code: reason ?? null,
    }
  }
  return { date: view.day, ...renderOrigin(found, query), slots: found.slots.map(renderSlot) }
}
