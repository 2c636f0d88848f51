import { bookingsOfRecords, parseRecordBooking } from '../booking/booking.statements.ts'
import type { RecordBooking } from '../booking/record-booking.ts'
import { adoptRecords } from '../booking/yclients-link.statements.ts'
import { catalogHits } from '../catalog/catalog.statements.ts'
import type { Context } from '../context.ts'
import { batchAfter } from '../platform/db.ts'
import { findClientCode } from '../users/client-code.ts'
import { cardKeys, hashKeys, indexErased } from '../users/erased-person.ts'
import { type IdentityHit, identityKeys, indexHits } from '../users/match-client.ts'
import { erasedAmong, identityHits } from '../users/users.statements.ts'
import type { Catalog, Tombstone } from './merge-record.ts'
import type { RecordChange } from './record-change.ts'
import { deletionsSeen } from './webhook-events.statements.ts'

export const keyOf = (companyId: number, recordId: number) => `${companyId}:${recordId}`

/**
 * What the merge rules need, in one round trip (a second one only for contacts that partial bodies left out). `adopt`: give
 * records that we wrote ourselves to their bookings first.
 */
export async function readKnowledge(ctx: Context, changes: readonly RecordChange[], adopt: 'adopt' | 'only look') {
  const { db } = ctx
  const records = changes.map((change) => ({ companyId: change.companyId, recordId: change.recordId }))
  const keys = changes.flatMap(({ fields }) =>
    identityKeys({
      code: (fields.comment && findClientCode(fields.comment)) || null,
      email: fields.email ?? null,
      phone: fields.phone ?? null,
    }),
  )
  const serviceIds = changes.flatMap((change) => (change.fields.items ?? []).flatMap((i) => i.yclientsServiceId ?? []))
  const staffIds = changes.flatMap((change) => change.fields.yclientsStaffId ?? [])
  const cards = changes.flatMap((change) => cardKeys(change.fields.yclientsClientId))
  const hashes = await hashKeys(ctx, [...keys, ...cards])
  // Records that we wrote ourselves find their bookings by our name for them; the others do without the question.
  const own = changes.flatMap(({ apiId, companyId, recordId }) => (apiId ? { apiId, companyId, recordId } : []))
  const adoption = own.length === 0 || adopt !== 'adopt' ? [] : adoptRecords(db, own, ctx.now())
  const [stored, hits, catalogRows, deletions, erased] = await batchAfter(db, adoption, [
    bookingsOfRecords(db, records),
    identityHits(db, keys),
    catalogHits(db, { serviceIds: [...new Set(serviceIds)], staffIds: [...new Set(staffIds)] }),
    deletionsSeen(
      db,
      records.map((r) => r.recordId),
    ),
    erasedAmong(db, [...hashes.keys()]),
  ])

  const bookings = new Map(
    stored.map((row) => [
      keyOf(row.yclientsCompanyId, row.yclientsRecordId),
      { id: row.id, booking: parseRecordBooking(row) },
    ]),
  )
  const tombstones = new Map<string, Tombstone>(deletions.map((row) => [keyOf(row.companyId, row.recordId), row]))
  return {
    bookings,
    tombstones,
    clients: indexHits([...hits, ...(await storedIdentityHits(ctx, keys, bookings.values()))]),
    catalog: catalogOf(catalogRows),
    erased: indexErased(hashes, erased),
  }
}

async function storedIdentityHits(
  ctx: Context,
  asked: readonly { kind: string; key: string }[],
  stored: Iterable<{ booking: RecordBooking }>,
): Promise<IdentityHit[]> {
  const known = new Set(asked.map(({ kind, key }) => `${kind}:${key}`))
  const missing = [...stored]
    .flatMap(({ booking }) => identityKeys({ code: booking.clientCode, email: booking.email, phone: booking.phone }))
    .filter(({ kind, key }) => !known.has(`${kind}:${key}`))
  return missing.length === 0 ? [] : await identityHits(ctx.db, missing)
}

function catalogOf(rows: Awaited<ReturnType<typeof catalogHits>>): Catalog {
  const of = (kind: 'service' | 'staff') => rows.filter((row) => row.kind === kind)
  return {
    services: new Map(of('service').map((row) => [row.yclientsId, row])),
    staff: new Map(of('staff').map((row) => [row.yclientsId, row.id])),
  }
}
