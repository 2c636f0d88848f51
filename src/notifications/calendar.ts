import { oneLine } from './one-line.ts'

export interface CalendarVisit {
  readonly bookingId: number
  /** Grows with each change, so that a later file replaces an earlier one. */
  readonly revision: number
  readonly startsAt: number
  readonly endsAt: number
  readonly summary: string
  readonly salonName: string
  readonly from: string
  readonly to: string
  readonly cancelled: boolean
}

/**
 * A visit as a file for the client's calendar (RFC 5545, 5546). The name of the event stays the same whatever happens to the
 * visit: a move moves it, a cancellation takes it out. Pure.
 */
export function calendarOf(visit: CalendarVisit, now: number): string {
  const domain = visit.from.split('@')[1] ?? 'spa-booking'
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//spa-booking//messages//RU',
    `METHOD:${visit.cancelled ? 'CANCEL' : 'REQUEST'}`,
    'BEGIN:VEVENT',
    `UID:booking-${visit.bookingId}@${domain}`,
    `SEQUENCE:${visit.revision}`,
    `DTSTAMP:${utc(now)}`,
    `DTSTART:${utc(visit.startsAt)}`,
    `DTEND:${utc(visit.endsAt)}`,
    `SUMMARY:${escaped(visit.summary)}`,
    `LOCATION:${escaped(visit.salonName)}`,
    `STATUS:${visit.cancelled ? 'CANCELLED' : 'CONFIRMED'}`,
    `ORGANIZER;CN=${parameter(visit.salonName)}:mailto:${visit.from}`,
    `ATTENDEE;PARTSTAT=ACCEPTED;RSVP=FALSE:mailto:${visit.to}`,
    'END:VEVENT',
    'END:VCALENDAR',
  ]
  return `${lines.map(folded).join('\r\n')}\r\n`
}

/** "20260920T090000Z". */
const utc = (instant: number) => new Date(instant).toISOString().replaceAll(/[-:]|\.\d+/g, '')

const escaped = (text: string) => oneLine(text).replaceAll(/[\\;,]/g, (sign) => `\\${sign}`)

/** A value of a parameter may not hold quotation marks at all. */
const parameter = (text: string) => `"${oneLine(text).replaceAll('"', "'")}"`

/** A line holds 75 bytes; the rest goes on with a space before it, and no character is cut in two. */
function folded(line: string): string {
  const encoder = new TextEncoder()
  let bytes = 0
  let out = ''
  for (const character of line) {
    const size = encoder.encode(character).length
    if (bytes + size > 75) {
      out += '\r\n '
      bytes = 1
    }
    out += character
    bytes += size
  }
  return out
}
