import { type HoursFields, timeOf } from './wall-hours.ts'

/** Working hours of one weekday, as far as two weeks can be told apart by them. */
export type DayHours = Omit<HoursFields, 'active'>

const DAY_MINUTES = 1440
const WEEK_MINUTES = 7 * DAY_MINUTES

/** Which of these hours have a moment in common with others, also across midnight and from Sunday to Monday. Pure, like all here. */
export function overlappingHours(week: readonly DayHours[]): number[] {
  const spans = week.map(({ dayOfWeek, startMinute, endMinute }) => ({
    from: dayOfWeek * DAY_MINUTES + startMinute,
    to: dayOfWeek * DAY_MINUTES + endMinute,
  }))
  const meet = (a: (typeof spans)[number], b: (typeof spans)[number]) =>
    [-WEEK_MINUTES, 0, WEEK_MINUTES].some((shift) => a.from + shift < b.to && b.from < a.to + shift)
  return spans.flatMap((span, index) =>
    spans.some((other, otherIndex) => otherIndex !== index && meet(span, other)) ? [index] : [],
  )
}

/** Hours as one word. The store writes the same in SQL, to see whether a week is still the one that somebody read. */
export const hoursKey = (hours: DayHours): string =>
  `${hours.dayOfWeek}:${hours.startMinute}-${hours.endMinute}/${hours.breakStartMinute ?? ''}-${hours.breakEndMinute ?? ''}`

/** A week as one text, whatever order its hours come in. */
export const weekKey = (week: readonly DayHours[]): string =>
  [...week]
    .sort((a, b) => a.dayOfWeek - b.dayOfWeek || a.startMinute - b.startMinute)
    .map(hoursKey)
    .join(' ')

/** The same for people: "0 09:00-21:00 (13:00-14:00), 1 …"; 0 = Monday. */
export const sayWeek = (week: readonly DayHours[]): string =>
  week
    .map(({ dayOfWeek, startMinute, endMinute, breakStartMinute, breakEndMinute }) => {
      const hours = `${dayOfWeek} ${timeOf(startMinute)}-${timeOf(endMinute)}`
      return breakStartMinute === null || breakEndMinute === null
        ? hours
        : `${hours} (${timeOf(breakStartMinute)}-${timeOf(breakEndMinute)})`
    })
    .join(', ')
