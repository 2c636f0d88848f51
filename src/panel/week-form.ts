import type { HoursRow, SetWeek } from '../catalog/set-week.ts'
import { writeHours } from '../catalog/wall-hours.ts'

/** The hours of one line of the week's form, as typed. Pure, like all here. */
export interface WeekLine {
  readonly day: number
  /** Begins the names of its fields: "0-1" is the second line of Monday. */
  readonly name: string
  readonly from: string
  readonly to: string
  readonly breakFrom: string
  readonly breakTo: string
}

const DAYS = [0, 1, 2, 3, 4, 5, 6] as const
/** One more than there are hours, so that some can be added. */
const MOST_LINES = 6
const PARTS = ['from', 'to', 'breakFrom', 'breakTo'] as const
const TIME = /^([01]\d|2[0-3]):[0-5]\d$/

const lineOf = (day: number, index: number, hours: Pick<WeekLine, (typeof PARTS)[number]>): WeekLine => ({
  day,
  name: `${day}-${index}`,
  ...hours,
})
const EMPTY = { from: '', to: '', breakFrom: '', breakTo: '' }

/** The form of a stored week. */
export function linesOfWeek(rows: readonly HoursRow[]): WeekLine[] {
  const active = rows.filter((row) => row.active === 1).map(writeHours)
  return DAYS.flatMap((day) => {
    const own = active.filter(({ dayOfWeek }) => dayOfWeek === day)
    const lines = own.map(({ startTime, endTime, breakStart, breakEnd }) => ({
      from: startTime,
      to: endTime,
      breakFrom: breakStart ?? '',
      breakTo: breakEnd ?? '',
    }))
    return [...lines, EMPTY].slice(0, MOST_LINES).map((hours, index) => lineOf(day, index, hours))
  })
}

/** The form as it was sent. */
export function linesOfForm(typed: Readonly<Record<string, string>>): WeekLine[] {
  return DAYS.flatMap((day) =>
    Array.from({ length: MOST_LINES }, (_, index) => {
      const part = (name: (typeof PARTS)[number]) => typed[`${day}-${index}-${name}`]?.trim()
      const isThere = PARTS.some((name) => part(name) !== undefined)
      return isThere
        ? [
            lineOf(day, index, {
              from: part('from') ?? '',
              to: part('to') ?? '',
              breakFrom: part('breakFrom') ?? '',
              breakTo: part('breakTo') ?? '',
            }),
          ]
        : []
    }).flat(),
  )
}

export interface ReadLines {
  readonly hours: SetWeek['hours']
  /** The names of the lines, in the order of the hours. */
  readonly names: readonly string[]
  /** Lines of which something is missing or is no time. */
  readonly incomplete: readonly string[]
}

/** What is to be saved of the lines; an empty one takes its hours out of the week. */
export function readLines(lines: readonly WeekLine[]): ReadLines {
  const filled = lines.filter((line) => PARTS.some((part) => line[part] !== ''))
  const isWhole = (line: WeekLine) =>
    TIME.test(line.from) &&
    TIME.test(line.to) &&
    (line.breakFrom === '') === (line.breakTo === '') &&
    [line.breakFrom, line.breakTo].every((time) => time === '' || TIME.test(time))
  const whole = filled.filter(isWhole)
  return {
    hours: whole.map(({ day, from, to, breakFrom, breakTo }) => ({
      dayOfWeek: day,
      startTime: from,
      endTime: to,
      breakStart: breakFrom || null,
      breakEnd: breakTo || null,
    })),
    names: whole.map(({ name }) => name),
    incomplete: filled.filter((line) => !isWhole(line)).map(({ name }) => name),
  }
}
