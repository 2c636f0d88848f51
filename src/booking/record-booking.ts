import type { bookings } from './booking.tables.ts'

/** Columns of a booking that applying YClients records reads and writes. The rest belongs to other rules. */
export const RECORD_BOOKING_PROPERTIES = [
  'yclientsCompanyId',
  'yclientsRecordId',
  'userId',
  'clientMatch',
  'source',
  'status',
  'yclientsVisitId',
  'yclientsClientId',
  'yclientsServiceId',
  'yclientsStaffId',
  'yclientsAttendance',
  'serviceId',
  'staffId',
  'serviceName',
  'priceKopecks',
  'durationMinutes',
  'items',
  'startsAt',
  'endsAt',
  'clientName',
  'phone',
  'phoneLast10',
  'email',
  'clientCode',
  'comment',
  'notes',
  'sourceChangedAt',
  'deletionSeenAt',
  'cancelledAt',
  'createdAt',
  'erasedAt',
  'apiId',
  'syncState',
  'revision',
] as const

type Row = typeof bookings.$inferSelect

/** How a visit of YClients names itself to people (seeds). */
export const recordNotes = (recordId: number, clientCode: string | null): string =>
  `YClients. ID: ${recordId}.${clientCode ? ` Код клиента: ${clientCode}` : ''}`

/** A booking that stands for a YClients record. `revision` 0 = not stored yet. */
export type RecordBooking = Readonly<
  Omit<Pick<Row, (typeof RECORD_BOOKING_PROPERTIES)[number]>, 'yclientsCompanyId' | 'yclientsRecordId'> & {
    yclientsCompanyId: number
    yclientsRecordId: number
  }
>
