import { bookingsOfRecords, parseRecordBooking, saveRecordBookings } from '../booking/booking.statements.ts'
import type { ClientMatch } from '../booking/booking.ts'
import type { RecordBooking } from '../booking/record-booking.ts'
import { adoptRecords } from '../booking/yclients-link.statements.ts'
import { catalogHits } from '../catalog/catalog.statements.ts'
import type { Context } from '../context.ts'
import { batchAfter, chunkedBySize, isConstraintRefusal } from '../platform/db.ts'
import { errorFields } from '../platform/log.ts'
import { findClientCode } from '../users/client-code.ts'
import { cardKeys, hashKeys, indexErased } from '../users/erased-person.ts'
import { type IdentityHit, identityKeys, indexHits } from '../users/match-client.ts'
import { erasedAmong, identityHits } from '../users/users.statements.ts'
import { type Catalog, type Merge, mergeRecord, type Tombstone } from './merge-record.ts'
import type { RecordChange } from './record-change.ts'
import { deletionsSeen } from './webhook-events.statements.ts'

export interface Applied {
  /** failed: the database refused this record by itself; the others of the batch are not affected. */
  readonly kind: Merge['kind'] | 'failed'
  readonly bookingId: number | null
  readonly clientMatch: ClientMatch | null
}

export interface ApplyResult {
  /** One per change, in the order given. */
  readonly outcomes: readonly Applied[]
  /** Clients whose visits changed in a way that may move bonuses. */
  readonly usersToSettle: readonly number[]
}

/** Two writers colliding on the same record more often than this is not a race but a fault. */
const MAX_ROUNDS = 8
const MAX_LOGGED_APART = 10

/**
 * applyRecords for work that must not be held up by one poisonous record: if the database refuses what the set would have
 * written, each record is tried by itself and only the culprit fails. Other errors (the database is down) are thrown.
 */
export async function applyRecordsApart(ctx: Context, changes: readonly RecordChange[]): Promise<ApplyResult> {
  try {
    return await applyRecords(ctx, changes)
  } catch (error) {
    if (!isConstraintRefusal(error)) throw error
    ctx.log.error('records.refused', { records: changes.length, ...errorFields(error) })
  }
  if (changes.length === 1) {
    return { outcomes: [{ kind: 'failed', bookingId: null, clientMatch: null }], usersToSettle: [] }
  }
  const results: ApplyResult[] = []
  for (const change of changes) results.push(await applyRecordsApart(ctx, [change]))
  return {
    outcomes: results.flatMap((result) => result.outcomes),
    usersToSettle: [...new Set(results.flatMap((result) => result.usersToSettle))],
  }
}

/**
 * Brings bookings in line with any number of records, whoever brought them: webhook, sync, manual sync or replay.
 * Two D1 round trips for up to 500 changes (read everything, write what changed), one if nothing changed. Writers do not
 * lock each other out: a row that changed between reading and writing is read again.
 */
export async function applyRecords(ctx: Context, changes: readonly RecordChange[]): Promise<ApplyResult> {
  const outcomes = new Array<Applied>(changes.length)
  const usersToSettle = new Set<number>()
  for (const chunk of chunkedBySize(changes.map((change, index) => ({ change, index })))) {
    let open = chunk.map(({ index }) => index)
    for (let round = 1; open.length > 0; round++) {
      if (round > MAX_ROUNDS) throw new Error('records kept changing while they were being applied')
      open = await applyOnce(ctx, changes, open, outcomes, usersToSettle)
    }
  }
  return { outcomes, usersToSettle: [...usersToSettle] }
}

/** One read and one write for the changes with these indexes; returns those that lost a race and have to be repeated. */
async function applyOnce(
  ctx: Context,
  changes: readonly RecordChange[],
  open: readonly number[],
  outcomes: Applied[],
  usersToSettle: Set<number>,
): Promise<number[]> {
  const group = groupByRecord(changes, open)
  const known = await readKnowledge(ctx, [...group.values()].flat())
  const toSave: { before: RecordBooking | undefined; after: RecordBooking; indexes: number[] }[] = []

  for (const [key, entries] of group) {
    const stored = known.bookings.get(key)
    const before = stored?.booking
    let booking = before
    let tombstone = known.tombstones.get(key)
    for (const { index, change } of entries) {
      const merge = mergeRecord(booking, tombstone, change, known)
      if ('booking' in merge) booking = merge.booking
      if (merge.kind === 'incomplete' && change.deleted) tombstone ??= { deletionSeenAt: change.observedAt }
      outcomes[index] = {
        kind: merge.kind,
        bookingId: stored?.id ?? null,
        clientMatch: booking?.clientMatch ?? null,
      }
    }
    if (booking && booking !== before) toSave.push({ before, after: booking, indexes: entries.map((e) => e.index) })
  }

  const lost: number[] = []
  const unmatched: { booking_id: number; reason: ClientMatch }[] = []
  if (toSave.length > 0) {
    const saved = await saveRecordBookings(
      ctx.db,
      toSave.map((row) => row.after),
      ctx.now(),
    )
    const ids = new Map(saved.map((row) => [keyOf(row.yclientsCompanyId, row.yclientsRecordId), row.id]))
    for (const { before, after, indexes } of toSave) {
      const bookingId = ids.get(keyOf(after.yclientsCompanyId, after.yclientsRecordId))
      if (bookingId === undefined) {
        lost.push(...indexes)
        continue
      }
      for (const index of indexes) outcomes[index] = { ...(outcomes[index] as Applied), bookingId } // set just above
      for (const userId of usersTouched(before, after)) usersToSettle.add(userId)
      if (after.userId === null && before?.clientMatch !== after.clientMatch && after.clientMatch !== 'technical') {
        unmatched.push({ booking_id: bookingId, reason: after.clientMatch })
      }
    }
  }
  // The first import of a salon brings hundreds at once; they are a number then, and each is in the inbox.
  if (unmatched.length > MAX_LOGGED_APART) ctx.log.warn('booking.unmatched', { bookings: unmatched.length })
  else for (const fields of unmatched) ctx.log.warn('booking.unmatched', fields)
  return lost
}

const keyOf = (companyId: number, recordId: number) => `${companyId}:${recordId}`

function groupByRecord(changes: readonly RecordChange[], indexes: readonly number[]) {
  const group = new Map<string, { index: number; change: RecordChange }[]>()
  for (const index of indexes) {
    const change = changes[index]
    if (!change) continue
    const key = keyOf(change.companyId, change.recordId)
    const entries = group.get(key) ?? []
    entries.push({ index, change })
    group.set(key, entries)
  }
  return group
}

/** What the merge rules need, in one round trip (a second one only for contacts that partial bodies left out). */
async function readKnowledge(ctx: Context, entries: readonly { change: RecordChange }[]) {
  const { db } = ctx
  const records = entries.map(({ change }) => ({ companyId: change.companyId, recordId: change.recordId }))
  const keys = entries.flatMap(({ change: { fields } }) =>
    identityKeys({
      code: (fields.comment && findClientCode(fields.comment)) || null,
      email: fields.email ?? null,
      phone: fields.phone ?? null,
    }),
  )
  const serviceIds = entries.flatMap(({ change }) =>
    (change.fields.items ?? []).flatMap((i) => i.yclientsServiceId ?? []),
  )
  const staffIds = entries.flatMap(({ change }) => change.fields.yclientsStaffId ?? [])
  const cards = entries.flatMap(({ change }) => cardKeys(change.fields.yclientsClientId))
  const hashes = await hashKeys(ctx, [...keys, ...cards])
  // Records that we wrote ourselves find their bookings by our name for them; the others do without the question.
  const own = entries.flatMap(({ change: { apiId, companyId, recordId } }) =>
    apiId ? { apiId, companyId, recordId } : [],
  )
  const adoption = own.length === 0 ? [] : adoptRecords(db, own, ctx.now())
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

/** The same condition as the database's trigger for settling; here it only saves asking every client's object. */
function usersTouched(before: RecordBooking | undefined, after: RecordBooking): number[] {
  if (before?.status !== 'completed' && after.status !== 'completed') return []
  const moved =
    before?.status !== after.status || before.priceKopecks !== after.priceKopecks || before.userId !== after.userId
  return moved ? [before?.userId, after.userId].filter((userId) => userId != null) : []
}
