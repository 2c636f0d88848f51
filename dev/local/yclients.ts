import * as z from 'zod'
import { type Answer, type Call, callJson } from './http.ts'
import type { YclientsAccess } from './settings.ts'

const service = z.object({
  id: z.coerce.number(),
  title: z.string(),
  /** Rubles. */
  price_min: z.coerce.number(),
  staff: z.array(z.object({ id: z.coerce.number() })).nullish(),
})
export type YclientsService = z.infer<typeof service>

const staff = z.object({ id: z.coerce.number(), name: z.string() })
export type YclientsStaff = z.infer<typeof staff>

const record = z.object({
  id: z.number(),
  visit_id: z.number(),
  attendance: z.number(),
  datetime: z.string(),
  comment: z.string(),
  client: z.object({ name: z.string(), surname: z.string(), phone: z.string(), email: z.string() }).nullable(),
})
export type YclientsRecord = z.infer<typeof record>

/** The parts of the YClients API that people in a salon cause to be called; all of them exist in the real one. */
export interface Yclients {
  services(): Promise<YclientsService[]>
  staff(): Promise<YclientsStaff[]>
  records(): Promise<YclientsRecord[]>
  record(recordId: number): Promise<YclientsRecord>
  /** Days, then times of a day, that the booking page offers. */
  bookDates(staffId: number, serviceId: number): Promise<string[]>
  bookTimes(staffId: number, serviceId: number, day: string): Promise<string[]>
  /** What the booking page does when a client presses its last button. */
  book(booking: OnlineBooking): Promise<number>
  /** The client moves the booking. */
  moveBooking(recordId: number, datetime: string): Promise<void>
  /** The administrator notes that the client came (1) or not (-1). */
  setAttendance(of: YclientsRecord, attendance: -1 | 0 | 1 | 2): Promise<void>
  deleteRecord(recordId: number): Promise<void>
}

export interface OnlineBooking {
  readonly name: string
  readonly phone: string
  readonly comment: string
  readonly serviceId: number
  readonly staffId: number
  readonly datetime: string
}

export function createYclients(access: YclientsAccess): Yclients {
  const { companyId } = access
  const headers = {
    accept: 'application/vnd.yclients.v2+json',
    authorization: `Bearer ${access.apiToken}, User ${access.userToken}`,
  }
  async function data<T>(path: string, schema: z.ZodType<T>, call: Omit<Call<T>, 'schema'> = {}): Promise<T> {
    const envelope = z.object({ success: z.literal(true), data: schema })
    const { body }: Answer<{ data: T }> = await callJson(`${access.baseUrl}/api/v1${path}`, {
      ...call,
      headers,
      schema: envelope,
    })
    return body.data
  }
  /** A call whose answer has no body worth reading. */
  const act = (path: string, call: Omit<Call<unknown>, 'schema'>) =>
    callJson(`${access.baseUrl}/api/v1${path}`, { ...call, headers, schema: z.unknown() })

  return {
    services: () => data(`/company/${companyId}/services`, z.array(service)),
    staff: () => data(`/company/${companyId}/staff`, z.array(staff)),
    records: () => data(`/records/${companyId}?count=200`, z.array(record)),
    record: (recordId) => data(`/record/${companyId}/${recordId}`, record),
    async bookDates(staffId, serviceId) {
      const dates = z.object({ booking_dates: z.array(z.string()) })
      const query = `staff_id=${staffId}&service_ids[]=${serviceId}`
      return (await data(`/book_dates/${companyId}?${query}`, dates)).booking_dates
    },
    async bookTimes(staffId, serviceId, day) {
      const times = z.array(z.object({ datetime: z.string() }))
      const found = await data(`/book_times/${companyId}/${staffId}/${day}?service_ids[]=${serviceId}`, times)
      return found.map(({ datetime }) => datetime)
    },
    async book({ name, phone, comment, serviceId, staffId, datetime }) {
      const appointments = [{ id: 1, services: [serviceId], staff_id: staffId, datetime }]
      const body = { fullname: name, phone: phone.replace('+', ''), email: '', comment, appointments }
      const booked = z.tuple([z.object({ record_id: z.number() })])
      const [first] = await data(`/book_record/${companyId}`, booked, { method: 'POST', body, expect: 201 })
      return first.record_id
    },
    async moveBooking(recordId, datetime) {
      await act(`/book_record/${companyId}/${recordId}`, { method: 'PUT', body: { datetime } })
    },
    async setAttendance(of, attendance) {
      const body = { attendance, comment: of.comment }
      await act(`/visits/${of.visit_id}/${of.id}`, { method: 'PUT', body })
    },
    async deleteRecord(recordId) {
      await act(`/record/${companyId}/${recordId}`, { method: 'DELETE', expect: 204 })
    },
  }
}
