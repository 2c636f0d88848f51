import { BLANKED_COMMENT, type BookingItem, type BookingStatus, type ClientMatch } from '../booking/booking.ts'
import { type RecordBooking, recordNotes } from '../booking/record-booking.ts'
import { phoneLast10 } from '../platform/phone.ts'
import { MINUTE_MS } from '../platform/time.ts'
import { findClientCode } from '../users/client-code.ts'
import { cardKeys, type ErasedIndex, erasedSince, withoutErased } from '../users/erased-person.ts'
import { type ClientIdentity, type IdentityIndex, identityKeys, matchClient } from '../users/match-client.ts'
import { statusOfAttendance } from './attendance.ts'
import type { RecordChange, RecordFields } from './record-change.ts'

/** What the rules need to know besides the change itself. */
export interface MergeKnowledge {
  readonly clients: IdentityIndex
  readonly catalog: Catalog
  /** What of the record's contacts, code and card was an erased client's. */
  readonly erased: ErasedIndex
}
export interface Catalog {
  readonly services: ReadonlyMap<number, { readonly id: number; readonly durationMinutes: number }>
  readonly staff: ReadonlyMap<number, number>
}

/** A record that was deleted before we ever saw it: remembered, so that a late `create` does not bring it to life. */
export interface Tombstone {
  readonly deletionSeenAt: number
}

export type Merge =
  | { readonly kind: 'created' | 'updated'; readonly booking: RecordBooking }
  | { readonly kind: 'unchanged' | 'stale' }
  /** The body does not say enough to be believed; the record has to be read from the API. */
  | { readonly kind: 'incomplete' }

/**
 * The state of one booking after one change, whoever brought it. Pure: this function is where webhooks in any order,
 * doubled or partial, and the sync come to the same result.
 */
export function mergeRecord(
  existing: RecordBooking | undefined,
  tombstone: Tombstone | undefined,
  change: RecordChange,
  knowledge: MergeKnowledge,
): Merge {
  const isOlder =
    existing?.sourceChangedAt != null && change.changedAt !== undefined && change.changedAt < existing.sourceChangedAt
  if (isOlder && !change.deleted) return { kind: 'stale' }
  // A deletion wins over everything, but an old body's other fields do not.
  const fields = isOlder ? {} : change.fields

  const items = itemsAfter(fields, existing)
  // A move that YClients has yet to be told of has happened all the same.
  const movedHere = existing?.syncState === 'move' ? existing : undefined
  const startsAt = movedHere?.startsAt ?? fields.startsAt ?? existing?.startsAt
  const durationMinutes =
    movedHere?.durationMinutes ?? durationAfter(fields, existing, items, change, knowledge.catalog)
  if (items === undefined || startsAt === undefined || durationMinutes === undefined) return { kind: 'incomplete' }

  // A tombstone is for records never seen alive; what is known of an existing booking says more.
  const deletedBefore = existing ? existing.deletionSeenAt : (tombstone?.deletionSeenAt ?? null)
  const deletion = deletionAfter(deletedBefore, change)
  const attendance =
    fields.attendance === undefined ? (existing?.yclientsAttendance ?? null) : String(fields.attendance)
  const comment = commentAfter(fields, existing)
  const clientCode =
    fields.comment === undefined ? (existing?.clientCode ?? null) : (findClientCode(fields.comment ?? '') ?? null)
  // Contacts that the body leaves out are those of the same client, never of the one who stood there before.
  const before = isSameClient(existing, fields) ? existing : undefined
  const phone = fields.phone === undefined ? (before?.phone ?? null) : fields.phone
  const contact = {
    yclientsClientId:
      fields.yclientsClientId === undefined ? (before?.yclientsClientId ?? null) : fields.yclientsClientId,
    clientName: fields.clientName === undefined ? (before?.clientName ?? null) : fields.clientName,
    phone,
    phoneLast10: (phone && phoneLast10(phone)) || null,
    email: fields.email === undefined ? (before?.email ?? null) : fields.email,
    clientCode,
  }
  const yclientsServiceId = items[0]?.yclientsServiceId ?? null
  const yclientsStaffId = fields.yclientsStaffId ?? existing?.yclientsStaffId ?? null
  // So has a cancellation.
  const cancelledHere = existing?.syncState === 'cancel'

  const told: RecordBooking = {
    yclientsCompanyId: change.companyId,
    yclientsRecordId: change.recordId,
    ...clientAfter(existing, contact, items, fields, knowledge.clients),
    source: 'yclients',
    status: deletion.seenAt === null && !cancelledHere ? statusAfter(attendance, existing) : 'cancelled',
    yclientsVisitId: fields.yclientsVisitId ?? existing?.yclientsVisitId ?? null,
    yclientsServiceId,
    yclientsStaffId,
    yclientsAttendance: attendance,
    serviceId:
      items === existing?.items
        ? existing.serviceId
        : (knowledge.catalog.services.get(yclientsServiceId ?? -1)?.id ??
          (yclientsServiceId === existing?.yclientsServiceId ? existing.serviceId : null)),
    staffId:
      movedHere?.staffId ??
      knowledge.catalog.staff.get(yclientsStaffId ?? -1) ??
      (yclientsStaffId === existing?.yclientsStaffId ? existing.staffId : null),
    serviceName: items
      .map((item) => item.name)
      .join(', ')
      .slice(0, 300),
    priceKopecks: items.reduce((sum, item) => sum + item.priceKopecks, 0),
    durationMinutes,
    items: [...items],
    startsAt,
    endsAt: startsAt + durationMinutes * MINUTE_MS,
    ...contact,
    comment,
    notes: recordNotes(change.recordId, clientCode),
    sourceChangedAt: isOlder ? existing.sourceChangedAt : (change.changedAt ?? existing?.sourceChangedAt ?? null),
    deletionSeenAt: deletion.seenAt,
    cancelledAt:
      deletion.seenAt === null && !cancelledHere ? null : (deletion.at ?? existing?.cancelledAt ?? deletion.seenAt),
    createdAt: existing?.createdAt ?? fields.createdAt ?? change.observedAt,
    erasedAt: existing?.erasedAt ?? erasedAfter(existing, change, contact, knowledge.erased),
    apiId: existing?.apiId ?? null,
    syncState: deletion.seenAt === null ? (existing?.syncState ?? null) : null,
    revision: existing?.revision ?? 0,
  }
  const booking = told.erasedAt === null ? told : withoutPerson(told, existing, knowledge)
  if (!existing) {
    // The owner of the webhook may lack the right to see contacts; the API's user may have it.
    const contactMayBeHidden = told.clientMatch === 'no_contact' && change.origin === 'webhook' && !change.takeAsIs
    return contactMayBeHidden ? { kind: 'incomplete' } : { kind: 'created', booking }
  }
  if (sameBooking(existing, booking)) return { kind: 'unchanged' }
  // Two changes within one second share their last_change_date, and webhooks come in any order: only the API can tell.
  const cannotTell = change.changedAt !== undefined && change.changedAt === existing.sourceChangedAt && !change.deleted
  if (cannotTell && change.origin === 'webhook' && !change.takeAsIs) return { kind: 'incomplete' }
  return { kind: 'updated', booking }
}

/**
 * Deletion is final for webhooks, which may be late. Only the API, asked after we learned of the deletion, may say that
 * the record lives (a 404 may have been a passing fault).
 */
function deletionAfter(
  seenBefore: number | null,
  change: RecordChange,
): { seenAt: number | null; at: number | undefined } {
  if (change.deleted)
    return { seenAt: Math.min(seenBefore ?? Number.POSITIVE_INFINITY, change.observedAt), at: change.changedAt }
  const revived = change.origin === 'api' && seenBefore !== null && change.observedAt > seenBefore
  return { seenAt: revived ? null : seenBefore, at: undefined }
}

/** A comment that was blanked because it named somebody who was erased stays blank: YClients still has it. */
function commentAfter(fields: RecordFields, existing: RecordBooking | undefined): string | null {
  if (existing?.comment === BLANKED_COMMENT) return BLANKED_COMMENT
  return fields.comment === undefined ? (existing?.comment ?? null) : fields.comment
}

/** Services that YClients does not know stand in no record of ours there, and are still part of the visit that was booked. */
function itemsAfter(fields: RecordFields, existing: RecordBooking | undefined): readonly BookingItem[] | undefined {
  const told = fields.items
  if (told === undefined || existing?.apiId == null) return told ?? existing?.items
  const isUnknown = ({ yclientsServiceId }: BookingItem) => yclientsServiceId === null
  const ours = told.some(isUnknown) ? [] : existing.items.filter(isUnknown)
  const isMainOurs = existing.items[0]?.yclientsServiceId === null
  return isMainOurs ? [...ours, ...told] : [...told, ...ours]
}

/** An attendance code we do not know keeps the status that was. */
function statusAfter(attendance: string | null, existing: RecordBooking | undefined): BookingStatus {
  const known = attendance === null ? undefined : statusOfAttendance(Number(attendance))
  // Decided here, of which YClients knows nothing: its "waiting" takes nothing back.
  const decidedHere = existing && existing.status !== 'cancelled' && (existing.yclientsAttendance ?? '0') === '0'
  if (known === 'pending' && decidedHere) return existing.status
  const before = existing?.status === 'cancelled' ? undefined : existing?.status
  return known ?? before ?? 'pending'
}

/** `seance_length` may be 0 or missing: then what it was, else what the catalogue says. */
function durationAfter(
  fields: RecordFields,
  existing: RecordBooking | undefined,
  items: readonly BookingItem[] | undefined,
  change: RecordChange,
  catalog: Catalog,
): number | undefined {
  const known = fields.durationMinutes ?? existing?.durationMinutes
  if (known !== undefined) return known
  const planned = (items ?? []).reduce(
    (sum, item) => sum + (catalog.services.get(item.yclientsServiceId ?? -1)?.durationMinutes ?? 0),
    0,
  )
  if (planned > 0) return planned
  // The API knows no more than this; a webhook may have left the field out.
  return change.origin === 'api' ? 0 : undefined
}

/** Does the change speak of the client whom the booking has already, or of none? */
const isSameClient = (existing: RecordBooking | undefined, fields: RecordFields): boolean =>
  fields.yclientsClientId === undefined ||
  // The first time that we hear of the card of him who booked it here.
  (existing?.apiId != null && existing.yclientsClientId === null) ||
  (fields.yclientsClientId !== null && fields.yclientsClientId === existing?.yclientsClientId)

/**
 * Whose visit it is after the change. A link made by hand stays. Else whom the rules find; and if they find nobody, the
 * owner stays as long as YClients names the same client: administrators rewrite comments, clients change phones, and
 * neither makes a visit nobody's.
 */
function clientAfter(
  existing: RecordBooking | undefined,
  contact: ClientIdentityFields,
  items: readonly BookingItem[],
  fields: RecordFields,
  clients: IdentityIndex,
): { userId: number | null; clientMatch: ClientMatch } {
  if (existing?.clientMatch === 'manual') return { userId: existing.userId, clientMatch: 'manual' }
  // He booked it himself, whatever contacts stand in it.
  if (existing?.apiId != null && existing.userId !== null) {
    return { userId: existing.userId, clientMatch: existing.clientMatch }
  }
  const outcome = matchClient({ code: contact.clientCode, email: contact.email, phone: contact.phone }, clients)
  if (outcome.userId !== null) return { userId: outcome.userId, clientMatch: outcome.by }
  if (existing?.userId != null && isSameClient(existing, fields)) {
    return { userId: existing.userId, clientMatch: existing.clientMatch }
  }
  const isBreak =
    outcome.by === 'no_contact' && items.length === 0 && contact.yclientsClientId === null && !contact.clientName
  return { userId: null, clientMatch: isBreak ? 'technical' : outcome.by }
}

/**
 * When the record's client was erased, if the record is from before that: it was on its way meanwhile. What the salon
 * books or writes afterwards is new, for somebody who came back.
 */
function erasedAfter(
  existing: RecordBooking | undefined,
  change: RecordChange,
  contact: ClientIdentityFields,
  erased: ErasedIndex,
): number | null {
  const identity = { code: contact.clientCode, email: contact.email, phone: contact.phone }
  const erasedAt = erasedSince([...identityKeys(identity), ...cardKeys(contact.yclientsClientId)], erased)
  if (erasedAt === undefined) return null
  const saidAt = (existing ? undefined : change.fields.createdAt) ?? change.changedAt ?? change.observedAt
  return saidAt <= erasedAt ? erasedAt : null
}

/** A visit whose client was erased: what happened stays true, whom it happened to is not taken over again. */
function withoutPerson(
  booking: RecordBooking,
  existing: RecordBooking | undefined,
  knowledge: MergeKnowledge,
): RecordBooking {
  return {
    ...booking,
    ...ownerWithoutPerson(booking, existing, knowledge),
    yclientsClientId: null,
    clientName: null,
    phone: null,
    phoneLast10: null,
    email: null,
    clientCode: null,
    comment: null,
    notes: '',
  }
}

/**
 * An owner stays, so that the sums add up; but the erased contacts find none any more, even if somebody has them again: the
 * person came back as another client, and the old visits are not his.
 */
function ownerWithoutPerson(
  booking: RecordBooking,
  existing: RecordBooking | undefined,
  { clients, erased }: MergeKnowledge,
): { userId: number | null; clientMatch: ClientMatch } {
  if (existing && (existing.erasedAt !== null || existing.userId !== null)) {
    return { userId: existing.userId, clientMatch: existing.clientMatch }
  }
  const { clientCode: code, email, phone } = booking
  const outcome = matchClient(withoutErased({ code, email, phone }, erased), clients)
  return outcome.userId === null
    ? { userId: null, clientMatch: 'no_contact' }
    : { userId: outcome.userId, clientMatch: outcome.by }
}

type ClientIdentityFields = Omit<ClientIdentity, 'code'> & {
  readonly clientCode: string | null
  readonly yclientsClientId: number | null
  readonly clientName: string | null
}

function sameBooking(a: RecordBooking, b: RecordBooking): boolean {
  for (const key of Object.keys(b) as (keyof RecordBooking)[]) {
    if (key === 'items' ? JSON.stringify(a.items) !== JSON.stringify(b.items) : a[key] !== b[key]) return false
  }
  return true
}
