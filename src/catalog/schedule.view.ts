import { z } from '@hono/zod-openapi'
import { cleanText } from '../platform/text.ts'
import { DAY_MS } from '../platform/time.ts'
import { parseIntervals } from './day-intervals.ts'
import type { DayRow, HoursRow } from './schedule.store.ts'
import { intervalOf, timeOf, writeHours } from './wall-hours.ts'

const timeField = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'HH:MM')
  .openapi({ example: '09:00' })
const endField = timeField.openapi({
  example: '21:00',
  description: 'Not later than the start: on the next day ("22:00" to "06:00", "09:00" to "00:00")',
})

export const hoursBody = z.strictObject({
  day_of_week: z.int().min(0).max(6).openapi({ description: '0 = Monday' }),
  start_time: timeField,
  end_time: endField,
  break_start: timeField.nullable().default(null),
  break_end: timeField.nullable().default(null),
  is_active: z.boolean().default(true),
})
/** Without defaults: what is absent stays as it is. */
export const hoursChangeBody = z
  .strictObject({
    day_of_week: hoursBody.shape.day_of_week.optional(),
    start_time: timeField.optional(),
    end_time: endField.optional(),
    break_start: timeField.nullable().optional(),
    break_end: timeField.nullable().optional(),
    is_active: z.boolean().optional(),
  })
  .refine((change) => Object.keys(change).length > 0, 'nothing to change')

/** A whole week at once; what is switched off stays out of it. */
export const weekBody = z.strictObject({ intervals: z.array(hoursBody.omit({ is_active: true })).max(70) })

export const readWeekBody = ({ intervals }: z.output<typeof weekBody>) =>
  intervals.map((body) => ({
    dayOfWeek: body.day_of_week,
    startTime: body.start_time,
    endTime: body.end_time,
    breakStart: body.break_start,
    breakEnd: body.break_end,
  }))

export const readHoursBody = (body: z.output<typeof hoursBody>) => ({
  dayOfWeek: body.day_of_week,
  startTime: body.start_time,
  endTime: body.end_time,
  breakStart: body.break_start,
  breakEnd: body.break_end,
  active: body.is_active,
})
export const readHoursChange = (body: z.output<typeof hoursChangeBody>) => ({
  dayOfWeek: body.day_of_week,
  startTime: body.start_time,
  endTime: body.end_time,
  breakStart: body.break_start,
  breakEnd: body.break_end,
  active: body.is_active,
})

export const hoursSchema = z
  .object({
    id: z.int(),
    staff_id: z.int(),
    day_of_week: z.int().openapi({ description: '0 = Monday' }),
    start_time: timeField,
    end_time: endField,
    break_start: timeField.nullable(),
    break_end: timeField.nullable(),
    is_active: z.boolean(),
  })
  .openapi('StaffSchedule')

export function renderHours(row: HoursRow): z.infer<typeof hoursSchema> {
  const written = writeHours(row)
  return {
    id: row.id,
    staff_id: row.staffId,
    day_of_week: written.dayOfWeek,
    start_time: written.startTime,
    end_time: written.endTime,
    break_start: written.breakStart,
    break_end: written.breakEnd,
    is_active: written.active,
  }
}

const utcOf = (day: string) => Date.parse(`${day}T00:00:00Z`)

export const dayField = z
  .string()
  .regex(/^20\d\d-\d\d-\d\d$/, 'YYYY-MM-DD')
  .refine((day) => !Number.isNaN(utcOf(day)) && new Date(utcOf(day)).toISOString().startsWith(day), 'no such day')
  .openapi({ example: '2026-09-16' })

const MAX_DAYS = 92
export const daysQuery = z.object({ from: dayField, to: dayField }).refine(({ from, to }) => {
  const days = (utcOf(to) - utcOf(from)) / DAY_MS + 1
  return days >= 1 && days <= MAX_DAYS
}, `1 to ${MAX_DAYS} days`)

const intervalSchema = z.strictObject({ start_time: timeField, end_time: endField })
const REASON_LENGTH = 100

export const dayBody = z.strictObject({
  intervals: z.array(intervalSchema).max(10).openapi({ description: 'Empty: a day off' }),
  reason: z
    .string()
    .max(REASON_LENGTH)
    .transform((text) => cleanText(text, REASON_LENGTH) ?? '')
    .default('')
    .openapi({ type: 'string', maxLength: REASON_LENGTH, description: 'For the salon; nothing about health' }),
})

export const readDayBody = ({ intervals, reason }: z.output<typeof dayBody>) => ({
  intervals: intervals.map(({ start_time, end_time }) => intervalOf(start_time, end_time)),
  reason,
})

export const daySchema = z
  .object({
    date: dayField,
    source: z.enum(['manual', 'yclients']).openapi({ description: 'What was set by hand counts first' }),
    intervals: z.array(intervalSchema),
    reason: z.string(),
  })
  .openapi('ScheduleDay')

export const renderDay = (row: DayRow): z.infer<typeof daySchema> => ({
  date: row.day,
  source: row.source,
  intervals: parseIntervals(row.intervals).map(({ fromMinute, toMinute }) => ({
    start_time: timeOf(fromMinute),
    end_time: timeOf(toMinute),
  })),
  reason: row.reason,
})
