import { parseItems } from '../booking/booking.statements.ts'
import type { BookingItem } from '../booking/booking.ts'
import { type BookingToTell, parseServices } from '../booking/yclients-link.statements.ts'
import { visitMethodOf } from '../catalog/booking-method.ts'
import type { Context } from '../context.ts'
import { formatInZone } from '../platform/time.ts'
import type { Effort, YclientsFailure } from './call.ts'
import { bookOnline, checkBooking, createRecord } from './client.ts'

export type WriteRefusal = 'slot_taken' | 'phone_rejected' | 'client_blocked' | 'service_not_bookable'

export type Written =
  | {
      readonly kind: 'written'
      readonly recordId: number
      readonly recordHash: string | null
      readonly comment: string
    }
  | { readonly kind: 'refused'; readonly refusal: WriteRefusal }
  /** `mayBeDone`: the answer was lost, so look for it before it is written again. */
  | { readonly kind: 'unknown'; readonly failure: YclientsFailure; readonly mayBeDone: boolean }

/** A visit that has what a record needs. */
export type WritableVisit = BookingToTell & { readonly apiId: string; readonly yclientsStaffId: number }

/**
 * Writes a visit into YClients: as its client if a service is booked there and YClients knows all of them, else as the salon's
 * administrator.
 */
export async function writeRecord(ctx: Context, visit: WritableVisit, effort: Effort): Promise<Written> {
  const items = parseItems(visit.items)
  const method = visitMethodOf(parseServices(visit), true)
  if (method === 'nowhere') return { kind: 'refused', refusal: 'service_not_bookable' }
  const services = servicesKnown(items)
  return method === 'yclients' && services
    ? await book(ctx, visit, services, effort)
    : await enter(ctx, visit, items, effort)
}

/** YClients' ids of the services, if it knows all of them. */
function servicesKnown(items: readonly BookingItem[]): readonly number[] | undefined {
  const ids = items.flatMap((item) => item.yclientsServiceId ?? [])
  return ids.length === items.length && ids.length > 0 ? ids : undefined
}

async function book(ctx: Context, visit: WritableVisit, services: readonly number[], effort: Effort): Promise<Written> {
  const phone = digitsOf(visit.phone)
  if (phone === '') return { kind: 'refused', refusal: 'phone_rejected' }
  const datetime = formatInZone(visit.startsAt, ctx.config.branchTimezone)
  const appointments = [{ id: 1, services, staff_id: visit.yclientsStaffId, datetime }]
  const check = await checkBooking(ctx, appointments, effort)
  if (!check.ok) return afterCheck(check.failure)

  const comment = commentOf(visit)
  const booking = {
    phone,
    fullname: visit.clientName ?? NAMELESS,
    email: visit.email ?? '',
    comment,
    api_id: visit.apiId,
    appointments,
  }
  const answer = await bookOnline(ctx, booking, effort)
  if (answer.ok) {
    const { record_id: recordId, record_hash: recordHash } = answer.data
    return { kind: 'written', recordId, recordHash: recordHash || null, comment }
  }
  const { failure } = answer
  if (failure.kind === 'rejected' && failure.code === undefined) {
    // Which rule it was is not said. If the time is still free, it must have been the client.
    const again = await checkBooking(ctx, appointments, effort)
    return again.ok ? { kind: 'refused', refusal: 'phone_rejected' } : afterCheck(again.failure)
  }
  // The check has just passed, so our rights are in order: it is this client who may not.
  if (failure.kind === 'refused' && failure.status === 403) return { kind: 'refused', refusal: 'client_blocked' }
  return afterWrite(failure)
}

/** A check names no client: what it refuses is the time or the service. Nothing has been written yet. */
export function afterCheck(failure: YclientsFailure): Exclude<Written, { kind: 'written' }> {
  switch (failure.kind) {
    case 'busy':
      return { kind: 'refused', refusal: 'slot_taken' }
    case 'rejected':
      return { kind: 'refused', refusal: failure.code === undefined ? 'slot_taken' : 'service_not_bookable' }
    case 'not_found':
      return { kind: 'refused', refusal: 'service_not_bookable' }
    default:
      return { kind: 'unknown', failure, mayBeDone: false }
  }
}

const REFUSAL_BY_CODE: Readonly<Record<number, WriteRefusal>> = {
  431: 'phone_rejected',
  434: 'client_blocked',
}

function afterWrite(failure: YclientsFailure): Written {
  switch (failure.kind) {
    case 'busy':
      return { kind: 'refused', refusal: 'slot_taken' }
    case 'rejected':
      return { kind: 'refused', refusal: REFUSAL_BY_CODE[failure.code ?? 0] ?? 'service_not_bookable' }
    case 'not_found':
      return { kind: 'refused', refusal: 'service_not_bookable' }
    default:
      return { kind: 'unknown', failure, mayBeDone: failure.kind === 'unavailable' }
  }
}

/**
 * Enters the visit into the master's journal, so that nobody is booked there at the same time. Services that YClients does
 * not know stand in the comment only.
 */
async function enter(
  ctx: Context,
  visit: WritableVisit,
  items: readonly BookingItem[],
  effort: Effort,
): Promise<Written> {
  const comment = `${commentOf(visit)}\nУслуга: ${visit.serviceName}`
  const phone = digitsOf(visit.phone)
  const record = {
    staff_id: visit.yclientsStaffId,
    services: items.filter(isKnown).map(lineOf),
    client: phone === '' ? null : { phone, name: visit.clientName ?? NAMELESS, email: visit.email ?? '' },
    datetime: formatInZone(visit.startsAt, ctx.config.branchTimezone),
    seance_length: visit.durationMinutes * 60,
    save_if_busy: false as const,
    // Messages about visits that are booked here are ours.
    send_sms: false as const,
    comment,
    api_id: visit.apiId,
  }
  const answer = await createRecord(ctx, record, effort)
  return answer.ok
    ? { kind: 'written', recordId: answer.data.id, recordHash: null, comment }
    : afterWrite(answer.failure)
}

const isKnown = ({ yclientsServiceId }: BookingItem) => yclientsServiceId !== null

const lineOf = ({ yclientsServiceId, priceKopecks, amount }: BookingItem) => ({
  id: yclientsServiceId,
  first_cost: priceKopecks / 100,
  discount: 0,
  cost: priceKopecks / 100,
  amount,
})

/** YClients wants a name. */
const NAMELESS = 'Клиент'

const digitsOf = (phone: string | null) => phone?.replace(/\D/g, '') ?? ''

const commentOf = ({ clientCode, notes }: BookingToTell) =>
  [clientCode && `Код клиента: ${clientCode}`, notes].filter(Boolean).join('\n')
