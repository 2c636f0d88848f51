export const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS

const formatters = new Map<string, Intl.DateTimeFormat>()

function wallClock(zone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(zone)
  if (!formatter) {
    formatter = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    })
    formatters.set(zone, formatter)
  }
  return formatter
}

/** How far the zone's wall clock is ahead of UTC at that instant, in milliseconds. */
function offsetMs(instant: number, zone: string): number {
  // en-US with these options always reads "MM/DD/YYYY, HH:MM:SS"; slicing it is several times faster than formatToParts.
  const text = wallClock(zone).format(instant)
  const asUtc = Date.UTC(
    Number(text.slice(6, 10)),
    Number(text.slice(0, 2)) - 1,
    Number(text.slice(3, 5)),
    Number(text.slice(12, 14)),
    Number(text.slice(15, 17)),
    Number(text.slice(18, 20)),
  )
  return asUtc - Math.floor(instant / 1000) * 1000
}

/**
 * An instant → ISO-8601 in the zone, with its offset: "2026-09-16T19:30:00+05:00". This is the form of every answer.
 */
export function formatInZone(instant: number, zone: string): string {
  const offset = offsetMs(instant, zone)
  const local = new Date(Math.floor(instant / 1000) * 1000 + offset).toISOString().slice(0, 19)
  const minutes = Math.abs(offset) / MINUTE_MS
  const pad = (value: number) => String(Math.floor(value)).padStart(2, '0')
  return `${local}${offset < 0 ? '-' : '+'}${pad(minutes / 60)}:${pad(minutes % 60)}`
}

/** The calendar day of an instant in the zone, "2026-09-16". */
export function dayInZone(instant: number, zone: string): string {
  return formatInZone(instant, zone).slice(0, 10)
}

/** Years outside this range are typing errors; letting them in would break sorting and version guards. */
const isPlausible = (instant: number) => instant >= Date.UTC(2000, 0, 1) && instant < Date.UTC(2100, 0, 1)

/**
 * Date-time text that carries its own offset → instant. Takes the forms YClients writes: `+05:00`, `+0500`, `Z`,
 * fractions of a second, a space for the `T`. Text without an offset gives undefined: it is not an instant.
 */
export function parseInstant(text: string): number | undefined {
  const match = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d)?(\.\d{1,9})?\s?(Z|[+-]\d\d:?\d\d)$/.exec(text.trim())
  if (!match) return undefined
  const zone = match[5] === 'Z' ? 'Z' : `${match[5]?.slice(0, 3)}:${match[5]?.slice(-2)}`
  const instant = Date.parse(`${match[1]}T${match[2]}${match[3] ?? ':00'}${match[4]?.slice(0, 4) ?? ''}${zone}`)
  if (!exists(match[1])) return undefined
  return Number.isNaN(instant) || !isPlausible(instant) ? undefined : instant
}

/**
 * Wall-clock text of the branch ("2026-09-16 19:30:00", no offset) → instant.
 * A wall time that a clock change skips is taken as if the clock had not changed yet; one that occurs twice, as the first.
 */
export function parseWallTime(text: string, zone: string): number | undefined {
  const match = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d)?$/.exec(text.trim())
  if (!match) return undefined
  const asUtc = Date.parse(`${match[1]}T${match[2]}${match[3] ?? ':00'}Z`)
  if (!exists(match[1])) return undefined
  return Number.isNaN(asUtc) || !isPlausible(asUtc) ? undefined : fromWallClock(asUtc, zone)
}

/** What the zone's wall clock shows, written as if it were UTC → instant. */
function fromWallClock(asUtc: number, zone: string): number {
  const before = offsetMs(asUtc - DAY_MS, zone)
  const candidate = asUtc - before
  if (offsetMs(candidate, zone) === before) return candidate
  const after = offsetMs(asUtc + DAY_MS, zone)
  return offsetMs(asUtc - after, zone) === after ? asUtc - after : candidate
}

/** Is it a calendar day, "2026-09-16", of a plausible year? */
export function isDay(text: string): boolean {
  return /^20\d\d-\d\d-\d\d$/.test(text) && exists(text)
}

/** Date.parse makes 1 October of 31 September. */
const exists = (day = ''): boolean => new Date(Date.parse(`${day}T00:00:00Z`) || 0).toISOString().startsWith(day)

/** The day so many days later. */
export const addDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10)

/** 0 = Monday. */
export const dayOfWeek = (day: string): number => (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7

/** The days from one to another, both included. */
export function daysBetween(fromDay: string, toDay: string): string[] {
  const days: string[] = []
  for (let day = fromDay; day <= toDay; day = addDays(day, 1)) days.push(day)
  return days
}

/**
 * Minutes on the wall clock since a day's midnight → instant; beyond 1440 they are of the next day. Clock changes as in
 * `parseWallTime`.
 */
export const wallMinute = (day: string, minute: number, zone: string): number =>
  fromWallClock(Date.parse(`${day}T00:00:00Z`) + minute * MINUTE_MS, zone)
