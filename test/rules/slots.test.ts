import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { overlap, refuseTime, slotsOf, spanOf, type TimeRefusal, type VisitRules } from '../../src/booking/slots.ts'
import { type Interval, type PlannedDay, type WeekRow, workingTime } from '../../src/booking/working-time.ts'
import {
  addDays,
  DAY_MS,
  dayOfWeek,
  formatInZone,
  HOUR_MS,
  isDay,
  MINUTE_MS,
  wallMinute,
} from '../../src/platform/time.ts'

const MOSCOW = 'Europe/Moscow'
const minuteOf = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3))
const at = (day: string, time: string) => wallMinute(day, minuteOf(time), MOSCOW)

/** A Wednesday. */
const DAY = '2026-09-16'
const EVENING_BEFORE = at('2026-09-15', '20:00')

const RULES: VisitRules = {
  stepMinutes: 30,
  durationMinutes: 60,
  bufferBeforeMinutes: 0,
  bufferAfterMinutes: 0,
  minNoticeMinutes: 60,
  horizonDays: 60,
  zone: MOSCOW,
}

const hours = (start: string, end: string, more: { day?: number; break?: [string, string] } = {}): WeekRow => ({
  dayOfWeek: more.day ?? dayOfWeek(DAY),
  startMinute: minuteOf(start),
  endMinute: minuteOf(end),
  breakStartMinute: more.break ? minuteOf(more.break[0]) : null,
  breakEndMinute: more.break ? minuteOf(more.break[1]) : null,
})

const everyDay = (start: string, end: string, pause?: [string, string]) =>
  Array.from({ length: 7 }, (_, day) => hours(start, end, { day, ...(pause && { break: pause }) }))

function working(week: readonly WeekRow[], days: readonly PlannedDay[] = [], zone = MOSCOW, day = DAY) {
  const range = { fromDay: day, toDay: addDays(day, 2) }
  return workingTime({ week, days }, range, (of, minute) => wallMinute(of, minute, zone))
}

const wholeDay = (day: string, zone: string): Interval => ({
  from: wallMinute(day, 0, zone),
  to: wallMinute(addDays(day, 1), 0, zone),
})

/** "09:00" free, "(09:00)" not. */
function shown(week: readonly WeekRow[], rules: Partial<VisitRules>, busy: readonly Interval[] = [], day = DAY) {
  const all = { ...RULES, ...rules }
  return slotsOf(working(week, [], all.zone, day), busy, all, EVENING_BEFORE, wholeDay(day, all.zone)).map((slot) => {
    const time = formatInZone(slot.startsAt, all.zone).slice(11, 16)
    return slot.available ? time : `(${time})`
  })
}

const busyFrom = (start: string, end: string): Interval => ({ from: at(DAY, start), to: at(DAY, end) })

describe('working time', () => {
  const texts = (pieces: readonly Interval[], zone = MOSCOW) =>
    pieces
      .filter((piece) => overlap(piece, wholeDay(DAY, zone)))
      .map(({ from, to }) => `${formatInZone(from, zone).slice(5, 16)} ${formatInZone(to, zone).slice(5, 16)}`)

  test('a break cuts the day in two', () => {
    expect(texts(working([hours('09:00', '21:00', { break: ['13:00', '14:00'] })]))).toEqual([
      '09-16T09:00 09-16T13:00',
      '09-16T14:00 09-16T21:00',
    ])
  })

  test('intervals of one day that touch or overlap are one, and a break in one of them is a break in all', () => {
    const rows = [
      hours('13:00', '18:00'),
      hours('09:00', '13:00'),
      hours('17:00', '20:00', { break: ['17:30', '18:30'] }),
    ]
    expect(texts(working(rows))).toEqual(['09-16T09:00 09-16T17:30', '09-16T18:30 09-16T20:00'])
  })

  test('a single day is worked by its own plan, whatever the week says', () => {
    const longer = { day: DAY, intervals: [{ fromMinute: 600, toMinute: 720 }] }
    expect(texts(working(everyDay('09:00', '21:00'), [longer]))).toEqual(['09-16T10:00 09-16T12:00'])
    expect(texts(working(everyDay('09:00', '21:00'), [{ day: DAY, intervals: [] }]))).toEqual([])
  })

  test('a night shift belongs to the day on which it begins, also if the next day is off', () => {
    const nights = everyDay('22:00', '30:00')
    expect(texts(working(nights))).toEqual(['09-15T22:00 09-16T06:00', '09-16T22:00 09-17T06:00'])
    expect(texts(working(nights, [{ day: DAY, intervals: [] }]))).toEqual(['09-15T22:00 09-16T06:00'])
    expect(texts(working(nights, [{ day: '2026-09-15', intervals: [] }]))).toEqual(['09-16T22:00 09-17T06:00'])
  })

  test.each([
    ['Moscow changes no clock', MOSCOW, '2026-03-29', '00:00', '06:00', 6],
    ['New York skips an hour in spring', 'America/New_York', '2026-03-08', '00:00', '06:00', 5],
    ['New York repeats an hour in autumn', 'America/New_York', '2026-11-01', '00:00', '06:00', 7],
    ['London skips an hour in spring', 'Europe/London', '2026-03-29', '00:00', '06:00', 5],
    ['London repeats an hour in autumn', 'Europe/London', '2026-10-25', '00:00', '06:00', 7],
    ['a shift through the night of the change is shorter', 'America/New_York', '2026-03-07', '22:00', '30:00', 7],
    ['Almaty repeats the last hour of a February', 'Asia/Almaty', '2024-02-29', '20:00', '28:00', 9],
    ['the day after it Almaty works as long as ever', 'Asia/Almaty', '2024-03-01', '09:00', '21:00', 12],
    [
      'work that begins in the skipped hour begins when it is over',
      'America/New_York',
      '2026-03-08',
      '02:30',
      '06:00',
      2.5,
    ],
    ['work inside the skipped hour vanishes', 'America/New_York', '2026-03-08', '02:00', '03:00', 0],
  ])('%s', (_, zone, day, start, end, length) => {
    const pieces = working(everyDay(start, end), [], zone, day).filter(
      ({ from }) => formatInZone(from, zone).slice(0, 10) === day,
    )
    expect(pieces.reduce((sum, { from, to }) => sum + (to - from), 0)).toBe(length * HOUR_MS)
  })
})

describe('days of the calendar', () => {
  test.each([
    ['2026-02-28', true],
    ['2026-02-29', false],
    ['2024-02-29', true],
    ['2026-13-01', false],
    ['2026-1-1', false],
    ['1999-01-01', false],
    ['2026-09-16T00:00', false],
    ['', false],
  ])('%s: %s', (text, is) => expect(isDay(text)).toBe(is))

  test('Monday is 0 and Sunday 6', () => {
    expect([dayOfWeek('2026-09-14'), dayOfWeek('2026-09-20')]).toEqual([0, 6])
  })
})

describe('times that are offered', () => {
  test('the grid begins with the work and again after a break; what does not fit before a break or closing is no time', () => {
    expect(shown([hours('09:00', '16:15', { break: ['11:45', '13:20'] })], {})).toEqual([
      '09:00',
      '09:30',
      '10:00',
      '10:30',
      '13:20',
      '13:50',
      '14:20',
      '14:50',
    ])
  })

  test('a visit that began earlier and is still going on takes the time', () => {
    expect(shown([hours('09:00', '14:00')], { stepMinutes: 60 }, [busyFrom('09:30', '11:30')])).toEqual([
      '(09:00)',
      '(10:00)',
      '(11:00)',
      '12:00',
      '13:00',
    ])
  })

  test('visits that touch do not overlap, and buffers keep them apart', () => {
    const day = [hours('09:00', '14:00')]
    const busy = [busyFrom('11:00', '12:00')]
    expect(shown(day, { stepMinutes: 60 }, busy)).toEqual(['09:00', '10:00', '(11:00)', '12:00', '13:00'])
    const before = { stepMinutes: 60, bufferBeforeMinutes: 15 }
    expect(shown(day, before, busy)).toEqual(['09:00', '10:00', '(11:00)', '(12:00)', '13:00'])
    const after = { stepMinutes: 60, bufferAfterMinutes: 15 }
    expect(shown(day, after, busy)).toEqual(['09:00', '(10:00)', '(11:00)', '12:00', '13:00'])
  })

  test('a longer visit needs more room: additional services take times away', () => {
    const day = [hours('09:00', '12:00')]
    const busy = [busyFrom('10:30', '11:00')]
    expect(shown(day, { durationMinutes: 60 }, busy)).toEqual(['09:00', '09:30', '(10:00)', '(10:30)', '11:00'])
    expect(shown(day, { durationMinutes: 120 }, busy)).toEqual(['(09:00)', '(09:30)', '(10:00)'])
  })

  test('the times of a night shift stand under the days they are on', () => {
    const nights = everyDay('22:00', '26:00')
    const rules = { stepMinutes: 60, durationMinutes: 120 }
    expect(shown(nights, rules)).toEqual(['00:00', '22:00', '23:00'])
  })

  test('where one day of work begins as the other ends a visit may run over midnight, and each day keeps its grid', () => {
    const always = everyDay('00:00', '24:00')
    const rules = { stepMinutes: 100, durationMinutes: 90 }
    const times = shown(always, rules)
    expect(times).toHaveLength(15)
    expect(times.at(0)).toBe('00:00')
    expect(times.at(-1)).toBe('23:20')
  })

  test.each([
    ['in spring', '2026-03-08', ['00:00', '01:00', '03:00', '04:00']],
    ['in autumn', '2026-11-01', ['00:00', '01:00', '01:00', '02:00', '03:00', '04:00']],
  ])('the times of New York step over the change of the clock %s', (_, day, times) => {
    const rules = { ...RULES, zone: 'America/New_York', stepMinutes: 60 }
    const work = working(everyDay('00:00', '05:00'), [], rules.zone, day)
    const slots = slotsOf(work, [], rules, wallMinute(day, -600, rules.zone), wholeDay(day, rules.zone))
    expect(slots.map(({ startsAt }) => formatInZone(startsAt, rules.zone).slice(11, 16))).toEqual(times)
  })

  test('in Kolkata hours begin on the half hour of UTC', () => {
    const rules = { ...RULES, zone: 'Asia/Kolkata', stepMinutes: 60 }
    const work = working(everyDay('09:00', '12:00'), [], rules.zone)
    const slots = slotsOf(work, [], rules, EVENING_BEFORE, wholeDay(DAY, rules.zone))
    expect(slots.map(({ startsAt }) => new Date(startsAt).toISOString().slice(11, 16))).toEqual([
      '03:30',
      '04:30',
      '05:30',
    ])
  })

  test('too soon, the past and too far say so', () => {
    const reasons = (now: number, rules: Partial<VisitRules>) =>
      slotsOf(
        working([hours('09:00', '13:00')]),
        [busyFrom('09:00', '10:00'), busyFrom('12:00', '13:00')],
        { ...RULES, stepMinutes: 60, ...rules },
        now,
        wholeDay(DAY, MOSCOW),
      ).map(({ reason }) => reason ?? 'free')
    expect(reasons(at(DAY, '10:00'), { minNoticeMinutes: 60 })).toEqual(['too_soon', 'too_soon', 'free', 'slot_taken'])
    expect(reasons(at(DAY, '10:00'), { minNoticeMinutes: 61 })).toEqual([
      'too_soon',
      'too_soon',
      'too_soon',
      'slot_taken',
    ])
    const wednesdayLastWeek = at('2026-09-09', '23:59')
    expect(reasons(wednesdayLastWeek, { horizonDays: 6 })).toEqual(['too_far', 'too_far', 'too_far', 'too_far'])
    expect(reasons(wednesdayLastWeek, { horizonDays: 7 })).toEqual(['slot_taken', 'free', 'free', 'slot_taken'])
  })
})

describe('times that are refused', () => {
  const week = [
    hours('09:00', '21:00', { break: ['13:00', '14:00'] }),
    hours('09:00', '13:00', { day: 4 }),
    hours('22:00', '27:00', { day: 4, break: ['25:00', '26:00'] }),
  ]
  test.each<[string, string, string, TimeRefusal | undefined]>([
    ['a time of the grid', DAY, '10:30', undefined],
    ['the last time before closing', DAY, '20:00', undefined],
    ['a time off the grid', DAY, '10:15', 'not_a_slot'],
    ['a time before opening', DAY, '08:30', 'outside_working_hours'],
    ['a visit that would run past closing', DAY, '20:30', 'outside_working_hours'],
    ['closing time', DAY, '21:00', 'outside_working_hours'],
    ['a visit that would run into the break', DAY, '12:30', 'break'],
    ['a time in the break', DAY, '13:30', 'break'],
    ['the end of the break', DAY, '14:00', undefined],
    ['a day without hours', '2026-09-17', '10:00', 'day_off'],
    ['a time between two shifts of one day', '2026-09-18', '15:00', 'break'],
    ['a time of the night shift after midnight', '2026-09-19', '00:00', undefined],
    ['its break', '2026-09-19', '01:30', 'break'],
    ['the day after the night shift, when it is over', '2026-09-19', '10:00', 'outside_working_hours'],
    ['the past', '2026-09-15', '19:30', 'time_in_past'],
    ['a moment from now', '2026-09-15', '20:30', 'too_soon'],
    ['the last minute of the last open day', '2026-11-14', '23:59', 'outside_working_hours'],
    ['the first of the day after it', '2026-11-15', '00:00', 'too_far'],
  ])('%s: %s %s → %s', (_, day, time, refusal) => {
    expect(refuseTime(at(day, time), RULES, working(week, [], MOSCOW, day), EVENING_BEFORE)).toBe(refusal)
  })
})

describe('for any plan, rules and visits', () => {
  const minute = (max: number) => fc.integer({ min: 0, max: max / 5 }).map((fives) => fives * 5)
  const row = fc.record({
    day: fc.nat(6),
    start: minute(1435),
    length: minute(900),
    pause: minute(900),
    rest: minute(120),
  })
  const weeks = fc.array(
    row.map(({ day, start, length, pause, rest }): WeekRow => {
      const hasBreak = rest > 0 && pause + rest <= length
      return {
        dayOfWeek: day,
        startMinute: start,
        endMinute: start + length + 5,
        breakStartMinute: hasBreak ? start + pause : null,
        breakEndMinute: hasBreak ? start + pause + rest : null,
      }
    }),
    { minLength: 3, maxLength: 14 },
  )
  const days = fc
    .uniqueArray(fc.integer({ min: -1, max: 3 }), { maxLength: 3 })
    .chain((offsets) =>
      fc.tuple(
        ...offsets.map((offset) =>
          fc.tuple(fc.constant(offset), fc.array(fc.tuple(minute(1435), minute(600)), { maxLength: 2 })),
        ),
      ),
    )
    .map((all): PlannedDay[] =>
      all.map(([offset, intervals]) => ({
        day: addDays(DAY, offset),
        intervals: intervals.map(([from, length]) => ({ fromMinute: from, toMinute: from + length + 5 })),
      })),
    )
  const rules = fc.record({
    stepMinutes: fc.constantFrom(5, 15, 30, 45, 60, 100),
    durationMinutes: fc.constantFrom(5, 30, 60, 95, 240),
    bufferBeforeMinutes: fc.constantFrom(0, 10),
    bufferAfterMinutes: fc.constantFrom(0, 15),
    minNoticeMinutes: fc.constantFrom(0, 60, 600),
    horizonDays: fc.constantFrom(1, 2, 60),
    zone: fc.constantFrom(MOSCOW, 'America/New_York', 'Asia/Kolkata', 'Europe/London', 'Asia/Almaty'),
  })
  const busy = fc.array(fc.tuple(minute(3 * 1440), minute(300)), { maxLength: 20 })
  const hoursAgo = fc.integer({ min: -20, max: 30 })
  const situations = fc.record({ week: weeks, days, rules, busy, hoursAgo }).map((drawn) => {
    const midnight = wallMinute(DAY, 0, drawn.rules.zone)
    return {
      ...drawn,
      now: midnight - drawn.hoursAgo * HOUR_MS,
      window: wholeDay(DAY, drawn.rules.zone),
      work: working(drawn.week, drawn.days, drawn.rules.zone),
      visits: drawn.busy.map(([from, length]): Interval => {
        const start = midnight - DAY_MS + from * MINUTE_MS
        return { from: start, to: start + length * MINUTE_MS }
      }),
    }
  })

  /** Said by the wall clock, the other way round than the code does it. */
  function worksAt(instant: number, plan: { week: readonly WeekRow[]; days: readonly PlannedDay[] }, zone: string) {
    const text = formatInZone(instant, zone)
    const today = text.slice(0, 10)
    const time = minuteOf(text.slice(11, 16))
    return [
      { day: today, time },
      { day: addDays(today, -1), time: time + 1440 },
    ].some(({ day, time: minutes }) => {
      const own = plan.days.find((planned) => planned.day === day)
      if (own) return own.intervals.some(({ fromMinute, toMinute }) => fromMinute <= minutes && minutes < toMinute)
      const rows = plan.week.filter((each) => each.dayOfWeek === dayOfWeek(day))
      const isIn = (from: number | null, to: number | null) => (from ?? 0) <= minutes && minutes < (to ?? 0)
      return (
        rows.some(({ startMinute, endMinute }) => isIn(startMinute, endMinute)) &&
        !rows.some(({ breakStartMinute, breakEndMinute }) => isIn(breakStartMinute, breakEndMinute))
      )
    })
  }

  test('a time shown free is accepted, inside the hours and nobody else has it; a time shown taken is refused', () => {
    fc.assert(
      fc.property(situations, ({ work, visits, rules: drawn, now, window, week, days: planned }) => {
        for (const { startsAt, available, reason } of slotsOf(work, visits, drawn, now, window)) {
          const refused = refuseTime(startsAt, drawn, work, now) !== undefined
          const clashes = visits.some((visit) => overlap(visit, spanOf(startsAt, drawn)))
          if (available !== (!refused && !clashes) || available !== (reason === undefined)) return false
          for (let minutes = 0; minutes < drawn.durationMinutes; minutes += 5) {
            if (!worksAt(startsAt + minutes * MINUTE_MS, { week, days: planned }, drawn.zone)) return false
          }
        }
        return true
      }),
      { numRuns: 300 },
    )
  })

  test('a time that is not shown is refused', () => {
    fc.assert(
      fc.property(situations, ({ work, rules: drawn, now, window }) => {
        const shownTimes = new Set(slotsOf(work, [], drawn, now, window).map(({ startsAt }) => startsAt))
        for (let time = window.from; time < window.to; time += 5 * MINUTE_MS) {
          if (!shownTimes.has(time) && refuseTime(time, drawn, work, now) === undefined) return false
        }
        return true
      }),
      { numRuns: 100 },
    )
  })

  test('a day shows the same times whatever range it is asked for in', () => {
    fc.assert(
      fc.property(situations, ({ work, visits, rules: drawn, now, window, week, days: planned }) => {
        const range = { fromDay: addDays(DAY, -6), toDay: addDays(DAY, 9) }
        const wider = workingTime({ week, days: planned }, range, (day, minutes) =>
          wallMinute(day, minutes, drawn.zone),
        )
        expect(slotsOf(wider, visits, drawn, now, window)).toEqual(slotsOf(work, visits, drawn, now, window))
      }),
      { numRuns: 100 },
    )
  })
})
