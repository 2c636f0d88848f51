import * as z from 'zod'
import type { Context } from '../context.ts'
import { formatInZone } from '../platform/time.ts'
import { callYclients, commandYclients, type Effort, INTERACTIVE, type YclientsAnswer } from './call.ts'
import { wireBooked, wireList, wireWritten } from './wire.ts'

export interface RecordsQuery {
  readonly page: number
  readonly count: number
  readonly startDate?: string | undefined
  readonly endDate?: string | undefined
  readonly changedAfter?: number | undefined
}

/** One page of records, deleted ones included, still unread. */
export function listRecords(ctx: Context, query: RecordsQuery, effort?: Effort): Promise<YclientsAnswer<unknown[]>> {
  const params = new URLSearchParams({ page: String(query.page), count: String(query.count), with_deleted: '1' })
  if (query.startDate) params.set('start_date', query.startDate)
  if (query.endDate) params.set('end_date', query.endDate)
  // Which zone a value without an offset is read in is not documented, so the offset is always written.
  if (query.changedAfter) params.set('changed_after', formatInZone(query.changedAfter, ctx.config.branchTimezone))
  return callYclients(ctx, { path: `/api/v1/records/${companyOf(ctx)}?${params}`, ...given(effort) }, wireList)
}

/** One record as it is now; `not_found` once it is gone. */
export function getRecord(
  ctx: Context,
  companyId: number,
  recordId: number,
  effort?: Effort,
): Promise<YclientsAnswer<Record<string, unknown>>> {
  return callYclients(ctx, { path: `/api/v1/record/${companyId}/${recordId}`, ...given(effort) }, wireObject)
}

/** The whole catalog of the branch; none of these lists has pages. Still unread, like records. */
export const listServices = (ctx: Context) => listOfCompany(ctx, 'services')
export const listCategories = (ctx: Context) => listOfCompany(ctx, 'service_categories')
export const listStaff = (ctx: Context) => listOfCompany(ctx, 'staff')

/** Everybody's working hours, one item per person and day; both days included. */
export const listSchedule = (ctx: Context, fromDay: string, toDay: string) =>
  listOfCompany(ctx, `staff/schedule?${new URLSearchParams({ start_date: fromDay, end_date: toDay })}`)

const listOfCompany = (ctx: Context, list: string): Promise<YclientsAnswer<unknown[]>> =>
  callYclients(ctx, { path: `/api/v1/company/${companyOf(ctx)}/${list}` }, wireList)

/** Asks for somebody who waits: soon, or not at all. */
export const getSoon = <T>(ctx: Context, path: string, schema: z.ZodType<T>): Promise<YclientsAnswer<T>> =>
  callYclients(ctx, { path, effort: INTERACTIVE }, schema)

/** Can this be booked online? `busy` or `rejected` if not. */
export function checkBooking(ctx: Context, appointments: readonly Appointment[], effort: Effort) {
  const path = `/api/v1/book_check/${companyOf(ctx)}`
  return commandYclients(ctx, { method: 'POST', path, body: { appointments }, effort })
}

/** Books as a client would. Not repeatable: whoever does not hear the answer has to look for `api_id`. */
export function bookOnline(ctx: Context, booking: OnlineBooking, effort: Effort) {
  const path = `/api/v1/book_record/${companyOf(ctx)}`
  return callYclients(ctx, { method: 'POST', path, body: booking, effort }, wireBooked)
}

/** Writes a record as an administrator does; it need not be bookable online. Not repeatable either. */
export function createRecord(ctx: Context, record: AdminRecord, effort: Effort) {
  const path = `/api/v1/records/${companyOf(ctx)}`
  return callYclients(ctx, { method: 'POST', path, body: record, effort }, wireWritten)
}

/** Replaces a record: what is left out of `record` is refused or lost. */
export function replaceRecord(ctx: Context, of: RecordName, record: AdminRecord, effort: Effort) {
  const path = `/api/v1/record/${of.companyId}/${of.recordId}`
  return callYclients(ctx, { method: 'PUT', path, body: record, effort }, wireWritten)
}

/** Cancels as an administrator does. */
export function deleteRecord(ctx: Context, { companyId, recordId }: RecordName, effort: Effort) {
  return commandYclients(ctx, { method: 'DELETE', path: `/api/v1/record/${companyId}/${recordId}`, effort })
}

/** Cancels as the client would, by the hash he was given; the salon may have closed this way. */
export function deleteOwnRecord(ctx: Context, recordId: number, hash: string, effort: Effort) {
  const path = `/api/v1/user/records/${recordId}/${encodeURIComponent(hash)}`
  return commandYclients(ctx, { method: 'DELETE', path, effort })
}

export interface RecordName {
  readonly companyId: number
  readonly recordId: number
}

export interface Appointment {
  readonly id: number
  readonly services: readonly number[]
  readonly staff_id: number
  readonly datetime: string
}

export interface OnlineBooking {
  readonly phone: string
  readonly fullname: string
  readonly email: string
  readonly comment: string
  readonly api_id: string
  readonly appointments: readonly Appointment[]
}

/** The words that every write of a record needs; a replaced record carries along what else it had. */
export interface AdminRecord {
  readonly staff_id: number
  readonly services: readonly unknown[]
  readonly client: unknown
  readonly datetime: string
  readonly seance_length: number
  readonly save_if_busy: false
  readonly send_sms: false
  readonly comment: string
  readonly api_id: string
  readonly [other: string]: unknown
}

const wireObject = z.record(z.string(), z.unknown())
const companyOf = (ctx: Context) => ctx.config.yclients.companyId
const given = (effort: Effort | undefined) => (effort === undefined ? {} : { effort })
