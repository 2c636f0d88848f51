import { addDays, dayOfWeek, daysBetween } from '../platform/time.ts'

/** A stretch of time, half-open: `to` is not part of it. */
export interface Interval {
  readonly from: number
  readonly to: number
}

/** Uninterrupted work of one day's plan. */
export interface WorkingInterval extends Interval {
  /** Where the work really stops: later than `to` if the next day's plan begins where this one ends. */
  readonly until: number
  /** The end of the break that follows; undefined if none does. */
  readonly breakUntil: number | undefined
}

/** Hours of a weekday, in minutes since midnight; they may end on the next day (beyond 1440). */
export interface WeekRow {
  /** 0 = Monday. */
  readonly dayOfWeek: number
  readonly startMinute: number
  readonly endMinute: number
  readonly breakStartMinute: number | null
  readonly breakEndMinute: number | null
}

/** A day that does not follow the week; without intervals it is a day off. */
export interface PlannedDay {
  readonly day: string
  readonly intervals: readonly { readonly fromMinute: number; readonly toMinute: number }[]
}

/** Wall-clock minutes of a day → instant. */
export type WallClock = (day: string, minute: number) => number

/**
 * When a master works, earliest first: for each day the plan of that day or else of the week, without breaks. It starts with
 * the day before `fromDay`, whose night shift may still go on. Intervals of one day never touch; those of different days may,
 * and even overlap, because each day keeps its own grid of times whatever range is asked for. Pure.
 */
export function workingTime(
  plan: { readonly week: readonly WeekRow[]; readonly days: readonly PlannedDay[] },
  range: { readonly fromDay: string; readonly toDay: string },
  instantOf: WallClock,
): WorkingInterval[] {
  const exceptions = new Map(plan.days.map((planned) => [planned.day, planned]))
  const pieces = daysBetween(addDays(range.fromDay, -1), range.toDay).flatMap((day) => {
    const exception = exceptions.get(day)
    const minutes = exception ? merged(exception.intervals.map(ofDay)) : minutesOfWeek(plan.week, day)
    return instantsOf(minutes, (minute) => instantOf(day, minute))
  })
  pieces.sort((a, b) => a.from - b.from)
  return withUntil(pieces)
}

const ofDay = (interval: PlannedDay['intervals'][number]): Interval => ({
  from: interval.fromMinute,
  to: interval.toMinute,
})

function minutesOfWeek(week: readonly WeekRow[], day: string): Interval[] {
  const weekday = dayOfWeek(day)
  const rows = week.filter((row) => row.dayOfWeek === weekday)
  const breaks = rows.flatMap(({ breakStartMinute: from, breakEndMinute: to }) =>
    from === null || to === null ? [] : [{ from, to }],
  )
  return without(merged(rows.map((row) => ({ from: row.startMinute, to: row.endMinute }))), merged(breaks))
}

/** The same time as few intervals that neither overlap nor touch, earliest first. Pure. */
export function merged(intervals: readonly Interval[]): Interval[] {
  const result: { from: number; to: number }[] = []
  for (const { from, to } of [...intervals].sort((a, b) => a.from - b.from)) {
    const last = result.at(-1)
    if (last && from <= last.to) last.to = Math.max(last.to, to)
    else result.push({ from, to })
  }
  return result
}

/** What is left of disjoint intervals when disjoint others are cut out. */
function without(intervals: readonly Interval[], cuts: readonly Interval[]): Interval[] {
  return intervals.flatMap(({ from, to }) => {
    const left: Interval[] = []
    let start = from
    for (const cut of cuts) {
      if (cut.to <= start || cut.from >= to) continue
      if (cut.from > start) left.push({ from: start, to: cut.from })
      start = cut.to
    }
    if (start < to) left.push({ from: start, to })
    return left
  })
}

/** Intervals that a clock change swallows whole vanish. */
function instantsOf(minutes: readonly Interval[], instantOf: (minute: number) => number): WorkingInterval[] {
  const pieces = minutes
    .map(({ from, to }) => ({ from: instantOf(from), to: instantOf(to) }))
    .filter(({ from, to }) => from < to)
  // One day: what separates two pieces is a break.
  return pieces.map((piece, index) => ({ ...piece, until: piece.to, breakUntil: pieces[index + 1]?.from }))
}

/** Lets each piece know how far the work goes on without a gap; from the last to the first, so that chains add up. */
function withUntil(pieces: readonly WorkingInterval[]): WorkingInterval[] {
  const result: WorkingInterval[] = []
  for (const piece of pieces.toReversed()) {
    let until = piece.to
    for (const later of result) {
      if (later.from > until) break
      until = Math.max(until, later.until)
    }
    result.unshift({ ...piece, until })
  }
  return result
}
