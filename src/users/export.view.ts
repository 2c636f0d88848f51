import { z } from '@hono/zod-openapi'
import { BOOKING_STATUSES, CLIENT_MATCHES } from '../booking/booking.ts'
import { entrySchema, renderEntry } from '../loyalty/loyalty.view.ts'
import { CHANNELS, NOTICE_KINDS, NOTICE_STATES } from '../notifications/notice.ts'
import type { Language } from '../platform/problem.ts'
import { formatInZone } from '../platform/time.ts'
import { WEBHOOK_VERDICTS } from '../yclients/verdict.ts'
import type { Consent } from './consents.store.ts'
import type { UserExport } from './export-user.ts'

const instant = z.iso.datetime({ offset: true })

export const consentSchema = z
  .object({
    document: z.literal('personal_data'),
    version: z.string(),
    given_at: instant,
    how: z.enum(['phone_code', 'email_code', 'signed_in', 'desk']),
  })
  .openapi('Consent')

export const renderConsents = (consents: readonly Consent[], zone: string): z.infer<typeof consentSchema>[] =>
  consents.map(({ document, version, givenAt, how }) => ({
    document,
    version,
    given_at: formatInZone(givenAt, zone),
    how,
  }))

export const exportSchema = z
  .object({
    exported_at: instant,
    profile: z.object({
      id: z.int(),
      name: z.string(),
      surname: z.string(),
      unique_code: z.string().nullable(),
      merged_codes: z.array(z.string()).openapi({ description: 'Of records of yours that were merged into this one' }),
      bonus_balance: z.int(),
      created_at: instant,
    }),
    contacts: z.array(z.object({ kind: z.enum(['phone', 'email']), value: z.string(), verified_at: instant })),
    former_contacts: z
      .array(z.object({ kind: z.enum(['phone', 'email']), value: z.string() }))
      .openapi({ description: 'Taken away by the client; of phones the last ten digits' }),
    consents: z.array(consentSchema),
    sessions: z.array(
      z.object({
        id: z.int(),
        device: z.string(),
        created_at: instant,
        last_used_at: instant,
        expires_at: instant,
        ended_at: instant.nullable(),
      }),
    ),
    bookings: z.array(
      z.object({
        id: z.int(),
        service_name: z.string(),
        staff_name: z.string().nullable(),
        starts_at: instant,
        ends_at: instant,
        status: z.enum(BOOKING_STATUSES),
        price: z.int().openapi({ description: 'Kopecks' }),
        spent_bonuses: z.int(),
        accrued_bonuses: z.int(),
        matched_by: z.enum(CLIENT_MATCHES).openapi({ description: 'How we know that the visit is yours' }),
        client_name: z.string().nullable(),
        phone: z.string().nullable(),
        email: z.string().nullable(),
        client_code: z.string().nullable(),
        comment: z.string().nullable(),
        notes: z.string(),
        items: z.array(
          z.object({ yclients_service_id: z.int().nullable(), name: z.string(), price: z.int(), amount: z.number() }),
        ),
        attendance: z.string().nullable().openapi({ description: 'As YClients said it' }),
        source: z.enum(['yclients', 'internal']),
        yclients_record_id: z.int().nullable(),
        yclients_visit_id: z.int().nullable(),
        yclients_client_id: z.int().nullable(),
        cancelled_at: instant.nullable(),
        created_at: instant,
        updated_at: instant,
      }),
    ),
    bonus_entries: z.array(entrySchema),
    payments: z.array(
      z.object({
        id: z.int(),
        booking_id: z.int(),
        provider: z.string(),
        provider_payment_id: z.string().nullable(),
        status: z.string(),
        amount: z.int().openapi({ description: 'Kopecks' }),
        bonuses: z.int(),
        captured: z.int(),
        return_url: z.string(),
        created_at: instant,
      }),
    ),
    refunds: z.array(
      z.object({
        id: z.int(),
        payment_id: z.int(),
        amount: z.int(),
        bonuses: z.int(),
        status: z.string(),
        reason: z.string().nullable(),
        created_at: instant,
      }),
    ),
    webhook_events: z.array(
      z.object({
        id: z.string(),
        received_at: instant,
        resource: z.string().nullable(),
        status: z.string().nullable(),
        record_id: z.int().nullable(),
        verdict: z.enum(WEBHOOK_VERDICTS),
      }),
    ),
    notifications: z.array(
      z.object({
        id: z.int(),
        kind: z.enum(NOTICE_KINDS),
        booking_id: z.int().nullable(),
        state: z.enum(NOTICE_STATES),
        channel: z.enum(CHANNELS).nullable(),
        reason: z.string().nullable(),
        due_at: instant,
        updated_at: instant,
      }),
    ),
    devices: z.array(
      z.object({ id: z.int(), platform: z.string(), token: z.string(), created_at: instant, seen_at: instant }),
    ),
    notification_choices: z
      .object({ language: z.enum(['ru', 'en']), off: z.string() })
      .nullable()
      .openapi({ description: 'What the client does not want to be told, as a JSON list' }),
    undelivered_messages: z.array(
      z.object({
        at: instant,
        channel: z.enum(['sms', 'email']),
        to: z.string(),
        subject: z.string(),
        text: z.string(),
      }),
    ),
    actions: z.array(z.object({ at: instant, actor: z.string(), action: z.string() })),
  })
  .openapi('Export')

export function renderExport(data: UserExport, zone: string, language: Language): z.infer<typeof exportSchema> {
  const at = (time: number) => formatInZone(time, zone)
  const atOrNull = (time: number | null) => (time === null ? null : at(time))
  const { person } = data
  return {
    exported_at: at(data.exportedAt),
    profile: {
      id: person.id,
      name: person.name,
      surname: person.surname,
      unique_code: person.uniqueCode,
      merged_codes: data.mergedCodes,
      bonus_balance: person.bonusBalancePoints,
      created_at: at(person.createdAt),
    },
    contacts: data.contacts.map(({ kind, value, verifiedAt }) => ({ kind, value, verified_at: at(verifiedAt) })),
    former_contacts: data.formerContacts.map(({ kind, key }) => ({ kind, value: key })),
    consents: renderConsents(data.consents, zone),
    sessions: data.sessions.map(({ id, device, createdAt, lastUsedAt, expiresAt, endedAt }) => ({
      id,
      device,
      created_at: at(createdAt),
      last_used_at: at(lastUsedAt),
      expires_at: at(expiresAt),
      ended_at: atOrNull(endedAt),
    })),
    bookings: data.bookings.map((booking) => ({
      id: booking.id,
      service_name: booking.serviceName,
      staff_name: booking.staffName,
      starts_at: at(booking.startsAt),
      ends_at: at(booking.endsAt),
      status: booking.status,
      price: booking.priceKopecks,
      spent_bonuses: booking.spentBonusesPoints,
      accrued_bonuses: booking.accruedBonusesPoints,
      matched_by: booking.clientMatch,
      client_name: booking.clientName,
      phone: booking.phone,
      email: booking.email,
      client_code: booking.clientCode,
      comment: booking.comment,
      notes: booking.notes,
      items: booking.items.map(({ yclientsServiceId, name, priceKopecks, amount }) => ({
        yclients_service_id: yclientsServiceId,
        name,
        price: priceKopecks,
        amount,
      })),
      attendance: booking.attendance,
      source: booking.source,
      yclients_record_id: booking.yclientsRecordId,
      yclients_visit_id: booking.yclientsVisitId,
      yclients_client_id: booking.yclientsClientId,
      cancelled_at: atOrNull(booking.cancelledAt),
      created_at: at(booking.createdAt),
      updated_at: at(booking.updatedAt),
    })),
    bonus_entries: data.entries.map((entry) => renderEntry(entry, zone, language)),
    webhook_events: data.events.map(({ id, receivedAt, resource, status, recordId, verdict }) => ({
      id,
      received_at: at(receivedAt),
      resource,
      status,
      record_id: recordId,
      verdict,
    })),
    payments: data.payments.map((payment) => ({
      id: payment.id,
      booking_id: payment.bookingId,
      provider: payment.provider,
      provider_payment_id: payment.providerPaymentId,
      status: payment.status,
      amount: payment.amountKopecks,
      bonuses: payment.bonusPoints,
      captured: payment.capturedKopecks,
      return_url: payment.returnUrl,
      created_at: at(payment.createdAt),
    })),
    refunds: data.refunds.map((refund) => ({
      id: refund.id,
      payment_id: refund.paymentId,
      amount: refund.amountKopecks,
      bonuses: refund.bonusPoints,
      status: refund.status,
      reason: refund.reason,
      created_at: at(refund.createdAt),
    })),
    notifications: data.notices.map(({ id, kind, bookingId, state, channel, reason, dueAt, updatedAt }) => ({
      id,
      kind,
      booking_id: bookingId,
      state,
      channel,
      reason,
      due_at: at(dueAt),
      updated_at: at(updatedAt),
    })),
    devices: data.devices.map(({ createdAt, seenAt, ...device }) => ({
      ...device,
      created_at: at(createdAt),
      seen_at: at(seenAt),
    })),
    notification_choices: data.choices ?? null,
    undelivered_messages: data.messages.map(({ parkedAt, ...message }) => ({ at: at(parkedAt), ...message })),
    actions: data.actions.map(({ at: time, actor, action }) => ({ at: at(time), actor, action })),
  }
}

/**
 * For a download that no cache keeps. The one answer besides the OpenAPI document that may be larger than 12 KB: the law wants
 * all of it in one piece, and it is fetched once, by a client who can try again over another network.
 */
export const downloadHeaders = (userId: number): Record<string, string> => ({
  'content-disposition': `attachment; filename="client-${userId}.json"`,
  'cache-control': 'no-store',
})
