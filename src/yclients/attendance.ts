import type { BookingStatus } from '../booking/booking.ts'

const STATUS_BY_ATTENDANCE: Readonly<Record<string, BookingStatus>> = {
  '-1': 'no_show',
  '0': 'pending',
  '1': 'completed',
  '2': 'confirmed',
}

/** YClients' attendance code → our status; undefined for a code we do not know, which then changes nothing. */
export const statusOfAttendance = (attendance: number): BookingStatus | undefined =>
  STATUS_BY_ATTENDANCE[String(attendance)]
