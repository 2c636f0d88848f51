import type { RecordBooking } from '../booking/record-booking.ts'

/** A booking as the flight recorder shows it: ids, times and sums; nobody's name. */
export interface BookingFacts {
  readonly status: RecordBooking['status']
  readonly startsAt: number
  readonly durationMinutes: number
  readonly priceKopecks: number
  readonly staffId: number | null
  readonly yclientsStaffId: number | null
  readonly yclientsServiceId: number | null
  readonly attendance: string | null
  readonly userId: number | null
  readonly clientMatch: RecordBooking['clientMatch']
  readonly deleted: boolean
}

/** What an event did to a booking. `before` is null if it made it. */
export interface BookingChange {
  readonly before: BookingFacts | null
  readonly after: BookingFacts
}

/** Pure. */
export function bookingChange(before: RecordBooking | undefined, after: RecordBooking): BookingChange {
  return { before: before ? factsOf(before) : null, after: factsOf(after) }
}

const factsOf = (booking: RecordBooking): BookingFacts => ({
  status: booking.status,
  startsAt: booking.startsAt,
  durationMinutes: booking.durationMinutes,
  priceKopecks: booking.priceKopecks,
  staffId: booking.staffId,
  yclientsStaffId: booking.yclientsStaffId,
  yclientsServiceId: booking.yclientsServiceId,
  attendance: booking.yclientsAttendance,
  userId: booking.userId,
  clientMatch: booking.clientMatch,
  deleted: booking.deletionSeenAt !== null,
})
