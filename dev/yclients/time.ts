/** The branch's clock and its wall. Instants are epoch milliseconds; days are `Y-m-d`; times of day are `HH:MM`. */
export interface BranchClock {
  readonly zone: string
  now(): number
  /** `2026-09-16` */
  day(at: number): string
  /** `19:30` */
  time(at: number): string
  /** `2026-09-16 19:30:00`: a record's `date`. */
  local(at: number): string
  /** `2026-09-16T19:30:00+03:00`: a record's `datetime`. */
  iso(at: number): string
  /** `2026-09-16T19:30:00+0300`: `create_date` and `last_change_date`. */
  isoNoColon(at: number): string
  /** The instant at which the wall shows this day and time. */
  at(day: string, time: string): number
  /** Text with an offset, or without one (then branch time), or a bare day. Undefined if it is no date. */
  parse(text: string): number | undefined
}

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

export function createClock(zone: string, now: () => number): BranchClock {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  })
  // Intl is slow enough to show in a listing of 200 records; zones change their offset on the hour.
  const offsets = new Map<number, number>()

  function offset(at: number): number {
    const hour = Math.floor(at / (60 * MINUTE))
    const known = offsets.get(hour)
    if (known !== undefined) return known
    const start = hour * 60 * MINUTE
    const part = Object.fromEntries(format.formatToParts(start).map(({ type, value }) => [type, Number(value)]))
    const wall = Date.UTC(part.year ?? 0, (part.month ?? 1) - 1, part.day ?? 1, part.hour ?? 0, part.minute ?? 0)
    const minutes = Math.round((wall - start) / MINUTE)
    offsets.set(hour, minutes)
    return minutes
  }

  const wallText = (at: number) => new Date(at + offset(at) * MINUTE).toISOString()
  const offsetText = (at: number, colon: string) => {
    const minutes = offset(at)
    const two = (n: number) => String(n).padStart(2, '0')
    return `${minutes < 0 ? '-' : '+'}${two(Math.floor(Math.abs(minutes) / 60))}${colon}${two(Math.abs(minutes) % 60)}`
  }
  /** `wall` is the wall time written down as if it were UTC. */
  const fromWall = (wall: number) => wall - offset(wall - offset(wall) * MINUTE) * MINUTE

  return {
    zone,
    now,
    day: (at) => wallText(at).slice(0, 10),
    time: (at) => wallText(at).slice(11, 16),
    local: (at) => wallText(at).slice(0, 19).replace('T', ' '),
    iso: (at) => wallText(at).slice(0, 19) + offsetText(at, ':'),
    isoNoColon: (at) => wallText(at).slice(0, 19) + offsetText(at, ''),
    at: (day, time) => fromWall(Date.parse(`${day}T${time}:00Z`)),
    parse(text) {
      const match = DATE_TIME.exec(text.trim())
      if (!match) return undefined
      const [, day = '', time = '00:00', seconds = '00', , zulu, sign, hours = '0', minutes = '0'] = match
      const wall = Date.parse(`${day}T${time}:${seconds}Z`)
      if (Number.isNaN(wall) || new Date(wall).toISOString().slice(0, 10) !== day) return undefined
      if (zulu) return wall
      if (sign === undefined) return fromWall(wall)
      return wall - (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * MINUTE
    },
  }
}

// A "+" that nobody percent-encoded reaches us as a space; it still means "+".
const DATE_TIME = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d)(\.\d+)?)?(?:(Z)|([+\- ])(\d\d):?(\d\d))?)?$/

export const isDay = (text: string) => /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`))

export const addDays = (day: string, count: number) =>
  new Date(Date.parse(`${day}T00:00:00Z`) + count * DAY).toISOString().slice(0, 10)

/** 0 = Monday. */
export const weekday = (day: string) => (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7

/** Days from `from` to `to`, both included; at most a year, whatever was asked. */
export function daysBetween(from: string, to: string): string[] {
  const days: string[] = []
  for (let day = from; day <= to && days.length < 366; day = addDays(day, 1)) days.push(day)
  return days
}
