import type { Context } from '../context.ts'
import { formatInZone, parseInstant, parseWallTime } from '../platform/time.ts'
import type { Effort, YclientsFailure } from './call.ts'
import type { WrittenVisit } from './cancel-record.ts'
import { type AdminRecord, getRecord, replaceRecord } from './client.ts'
import { type WireReplaceable, wireReplaceable } from './wire.ts'

export interface RecordPlace {
  readonly startsAt: number
  readonly yclientsStaffId: number
  /** Undefined: as long as it was. */
  readonly durationMinutes: number | undefined
}

export type MovedRecord =
  | { readonly kind: 'moved'; readonly changedAt: number | undefined }
  | { readonly kind: 'taken' | 'refused' | 'gone' }
  /** `mayBeDone`: the answer was lost. */
  | { readonly kind: 'failed'; readonly failure: YclientsFailure; readonly mayBeDone: boolean }

/**
 * Moves a record in YClients, which takes only whole records: it is read, changed and written back. After a lost answer it is
 * read again to see where it stands.
 */
export async function moveRecord(
  ctx: Context,
  visit: WrittenVisit,
  to: RecordPlace,
  effort: Effort,
): Promise<MovedRecord> {
  const before = await readPlace(ctx, visit, effort)
  if (before.kind === 'gone') return before
  if (before.kind === 'failed') return { ...before, mayBeDone: false }
  if (standsAt(ctx, before.record, to)) return { kind: 'moved', changedAt: undefined }
  const answer = await replaceRecord(ctx, visit, recordAt(ctx, visit, before.record, to), effort)
  if (answer.ok) {
    return { kind: 'moved', changedAt: parseInstant(answer.data.last_change_date ?? '') }
  }
  switch (answer.failure.kind) {
    case 'busy':
      return { kind: 'taken' }
    case 'rejected':
      return { kind: 'refused' }
    case 'not_found':
      return { kind: 'gone' }
    case 'unavailable': {
      const after = await readPlace(ctx, visit, effort)
      if (after.kind === 'gone') return after
      if (after.kind === 'failed') return { ...after, mayBeDone: true }
      if (standsAt(ctx, after.record, to)) return { kind: 'moved', changedAt: undefined }
      return { ...failed(answer.failure), mayBeDone: false }
    }
    default:
      return { ...failed(answer.failure), mayBeDone: false }
  }
}

const failed = (failure: YclientsFailure) => ({ kind: 'failed', failure }) as const

async function readPlace(
  ctx: Context,
  { companyId, recordId }: WrittenVisit,
  effort: Effort,
): Promise<
  { kind: 'read'; record: WireReplaceable } | { kind: 'gone' } | { kind: 'failed'; failure: YclientsFailure }
> {
  const answer = await getRecord(ctx, companyId, recordId, effort)
  if (!answer.ok) return answer.failure.kind === 'not_found' ? { kind: 'gone' } : failed(answer.failure)
  const record = wireReplaceable.safeParse(answer.data)
  return record.success ? { kind: 'read', record: record.data } : failed({ kind: 'unavailable', status: 200 })
}

function standsAt(ctx: Context, record: WireReplaceable, to: RecordPlace): boolean {
  const zone = ctx.config.branchTimezone
  const startsAt = record.date ? parseWallTime(record.date, zone) : parseInstant(record.datetime ?? '')
  return startsAt === to.startsAt && record.staff_id === to.yclientsStaffId
}

function recordAt(ctx: Context, visit: WrittenVisit, record: WireReplaceable, to: RecordPlace): AdminRecord {
  return {
    staff_id: to.yclientsStaffId,
    services: record.services ?? [],
    client: clientOf(visit, record),
    datetime: formatInZone(to.startsAt, ctx.config.branchTimezone),
    seance_length: to.durationMinutes === undefined ? (record.seance_length ?? 0) : to.durationMinutes * 60,
    save_if_busy: false,
    send_sms: false,
    comment: record.comment ?? '',
    api_id: record.api_id ?? '',
    attendance: record.attendance ?? 0,
    custom_color: record.custom_color ?? undefined,
    custom_fields: record.custom_fields,
    record_labels: record.record_labels?.map(({ id }) => String(id)),
    sms_remain_hours: record.sms_remain_hours ?? undefined,
    email_remain_hours: record.email_remain_hours ?? undefined,
  }
}

/** Contacts may be hidden from us; what is left out would be erased there. */
function clientOf(visit: WrittenVisit, { client }: WireReplaceable): unknown {
  const phone = client?.phone || visit.phone?.replace(/\D/g, '')
  if (!client) return phone ? { phone, name: visit.clientName ?? '', email: visit.email ?? '' } : null
  return { ...client, phone, email: client.email || (visit.email ?? '') }
}
