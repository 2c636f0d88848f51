import type { ClientContacts } from '../booking/booking.statements.ts'
import { API_ID_PREFIX, type BookingItem } from '../booking/booking.ts'
import { rublesToKopecks } from '../platform/money.ts'
import { phoneLast10, toE164 } from '../platform/phone.ts'
import { cleanText, normalizeEmail } from '../platform/text.ts'
import { DAY_MS, parseInstant, parseWallTime } from '../platform/time.ts'
import type { RecordChange, RecordFields } from './record-change.ts'
import { type WireRecord, wireClientEvent, wireRecord } from './wire.ts'

export interface Observation {
  readonly companyId: number
  readonly origin: RecordChange['origin']
  readonly observedAt: number
  /** The branch's zone, in which YClients writes `date`. */
  readonly zone: string
}

export type Translation = { readonly change: RecordChange } | { readonly invalid: string }

/**
 * One record as it came → a RecordChange, or which field makes it unusable. Pure; the reason names fields, never values.
 */
export function translateRecord(raw: unknown, seen: Observation): Translation {
  const parsed = wireRecord.safeParse(raw)
  if (!parsed.success) {
    const path = parsed.error.issues[0]?.path.join('.') || 'record'
    return { invalid: `unreadable field: ${path}`.slice(0, 120) }
  }
  const record = parsed.data
  const items = record.services ? itemsOf(record.services) : undefined
  if (items === 'invalid') return { invalid: 'unreadable field: services.cost' }
  const startsAt = startOf(record, seen.zone)
  if (startsAt === undefined && (record.date || record.datetime)) return { invalid: 'unreadable field: date' }
  return {
    change: {
      companyId: record.company_id ?? seen.companyId,
      recordId: record.id,
      origin: seen.origin,
      observedAt: seen.observedAt,
      changedAt: versionOf(record, seen.observedAt),
      deleted: record.deleted ?? undefined,
      apiId: record.api_id?.startsWith(API_ID_PREFIX) ? record.api_id : undefined,
      fields: compact({
        startsAt,
        durationMinutes: durationOf(record),
        items,
        yclientsVisitId: record.visit_id ?? undefined,
        yclientsStaffId: record.staff_id ?? undefined,
        attendance: record.attendance ?? record.visit_attendance ?? undefined,
        createdAt: record.create_date ? parseInstant(record.create_date) : undefined,
        comment:
          record.comment === undefined || record.comment === null
            ? undefined
            : (cleanText(record.comment, 2000) ?? null),
        ...clientOf(record, seen.origin),
      }),
    },
  }
}

/**
 * The wall clock of `date` in the branch's zone comes first: `datetime` was seen with a wrong offset in a zone with
 * summer time. Where `date` is missing (trimmed webhooks), `datetime` has to do.
 */
function startOf(record: WireRecord, zone: string): number | undefined {
  return (
    (record.date ? parseWallTime(record.date, zone) : undefined) ??
    (record.datetime ? (parseInstant(record.datetime) ?? parseWallTime(record.datetime, zone)) : undefined)
  )
}

/** A change date in the future would lock the booking against every true change, so it counts as none. */
function versionOf(record: WireRecord, observedAt: number): number | undefined {
  const changedAt = record.last_change_date ? parseInstant(record.last_change_date) : undefined
  return changedAt !== undefined && changedAt <= observedAt + DAY_MS ? changedAt : undefined
}

/** Seconds, the technical break included; 0 means "not filled in". */
function durationOf(record: WireRecord): number | undefined {
  const seconds = record.seance_length || record.length
  return seconds && seconds > 0 && seconds <= 7 * 86_400 ? Math.round(seconds / 60) : undefined
}

function itemsOf(services: NonNullable<WireRecord['services']>): BookingItem[] | 'invalid' {
  const items: BookingItem[] = []
  for (const service of services) {
    // `cost` is what is charged; the others stand in only where old bodies lack it. Discounts are never computed here.
    const priceKopecks = rublesToKopecks(service.cost ?? service.manual_cost ?? service.first_cost ?? 0)
    if (priceKopecks === undefined) return 'invalid'
    items.push({
      yclientsServiceId: service.id ?? null,
      name: cleanText(service.title, 200) ?? 'Услуга',
      priceKopecks,
      amount: service.amount ?? 1,
    })
  }
  return items
}

function clientOf(record: WireRecord, origin: RecordChange['origin']) {
  const client = record.client
  // A webhook may say `client: null` because its owner lacks the right to see clients; only the API's null is a fact.
  if (client === null && origin === 'api') return { yclientsClientId: null, clientName: null, phone: null, email: null }
  return client ? contactOf(client) : {}
}

function contactOf(client: NonNullable<WireRecord['client']>) {
  const name = client.display_name || [client.name, client.surname].filter(Boolean).join(' ')
  return {
    yclientsClientId: client.id ?? undefined,
    clientName: cleanText(name, 200),
    // Blank contacts mean "hidden from us", not "none": they never erase what we know.
    phone: client.phone ? (toE164(client.phone) ?? cleanText(client.phone, 32)) : undefined,
    email: client.email ? normalizeEmail(client.email) : undefined,
  }
}

/** Drops the keys about which nothing was said. */
function compact(fields: { [K in keyof RecordFields]: RecordFields[K] | undefined }): RecordFields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

/** The contacts that a client event brings for the bookings of that client; undefined if it cannot be read. */
export function contactsOfClientEvent(raw: unknown): (ClientContacts & { readonly changedAt: number }) | undefined {
  const parsed = wireClientEvent.safeParse(raw)
  if (!parsed.success) return undefined
  const { yclientsClientId, clientName, phone, email } = contactOf(parsed.data)
  if (yclientsClientId === undefined) return undefined
  return {
    yclientsClientId,
    clientName: clientName ?? null,
    phone: phone ?? null,
    phoneLast10: (phone && phoneLast10(phone)) || null,
    email: email ?? null,
    changedAt: (parsed.data.last_change_date && parseInstant(parsed.data.last_change_date)) || 0,
  }
}
