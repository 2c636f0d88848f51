import type { DayInterval } from './day-intervals.ts'

const DAY_MINUTES = 1440

/** "09:00" → 540. The text has this shape already. Pure, like all here. */
export const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))

/** 540 → "09:00"; minutes of the next day read as the clock does then. */
export function timeOf(minute: number): string {
  const pad = (value: number) => String(value).padStart(2, '0')
  const ofDay = minute % DAY_MINUTES
  return `${pad(Math.floor(ofDay / 60))}:${pad(ofDay % 60)}`
}

/** The minute of that time that comes after another one: the same day, or the next. */
const after = (time: string, minute: number) => {
  const ofDay = minuteOf(time)
  return ofDay > minute ? ofDay : ofDay + DAY_MINUTES
}

/** An end that is not later than the start is on the next day: "22:00" to "06:00", "09:00" to "00:00". */
export function intervalOf(startTime: string, endTime: string): DayInterval {
  const fromMinute = minuteOf(startTime)
  return { fromMinute, toMinute: after(endTime, fromMinute) }
}

/** Working hours as people write them. */
export interface WrittenHours {
  readonly dayOfWeek: number
  readonly startTime: string
  readonly endTime: string
  readonly breakStart: string | null
  readonly breakEnd: string | null
  readonly active: boolean
}

export interface HoursFields {
  readonly dayOfWeek: number
  readonly startMinute: number
  readonly endMinute: number
  readonly breakStartMinute: number | null
  readonly breakEndMinute: number | null
  readonly active: boolean
}

/** The same in minutes, or undefined if the break has only one end or is not within the hours. */
export function readHours({
  startTime,
  endTime,
  breakStart,
  breakEnd,
  ...rest
}: WrittenHours): HoursFields | undefined {
  const { fromMinute: startMinute, toMinute: endMinute } = intervalOf(startTime, endTime)
  const hours = { dayOfWeek: rest.dayOfWeek, startMinute, endMinute, active: rest.active }
  if (breakStart === null && breakEnd === null) return { ...hours, breakStartMinute: null, breakEndMinute: null }
  if (breakStart === null || breakEnd === null) return undefined
  const breakStartMinute = after(breakStart, startMinute - 1)
  const breakEndMinute =
    after(breakEnd, breakStartMinute % DAY_MINUTES) + breakStartMinute - (breakStartMinute % DAY_MINUTES)
  return breakEndMinute <= endMinute ? { ...hours, breakStartMinute, breakEndMinute } : undefined
}

export const writeHours = (
  hours: Omit<HoursFields, 'active'> & { readonly active: number | boolean },
): WrittenHours => ({
  dayOfWeek: hours.dayOfWeek,
  startTime: timeOf(hours.startMinute),
  endTime: timeOf(hours.endMinute),
  breakStart: hours.breakStartMinute === null ? null : timeOf(hours.breakStartMinute),
  breakEnd: hours.breakEndMinute === null ? null : timeOf(hours.breakEndMinute),
  active: Boolean(hours.active),
})

/** True if two of these have a moment in common. */
export function someOverlap(intervals: readonly DayInterval[]): boolean {
  const sorted = [...intervals].sort((a, b) => a.fromMinute - b.fromMinute)
  return sorted.some((interval, index) => {
    const next = sorted[index + 1]
    return next !== undefined && next.fromMinute < interval.toMinute
  })
}
