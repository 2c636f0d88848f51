import { saveRecordBookings } from '../booking/booking.statements.ts'
import type { ClientMatch } from '../booking/booking.ts'
import type { RecordBooking } from '../booking/record-booking.ts'
import type { Context } from '../context.ts'
import { chunkedBySize, isConstraintRefusal } from '../platform/db.ts'
import { errorFields } from '../platform/log.ts'
import { type Merge, mergeRecord } from './merge-record.ts'
import type { RecordChange } from './record-change.ts'
import { keyOf, readKnowledge } from './record-knowledge.ts'

export interface Applied {
  /** failed: the database refused this record by itself; the others of the batch are not affected. */
  readonly kind: Merge['kind'] | 'failed'
  readonly bookingId: number | null
  readonly clientMatch: ClientMatch | null
  /** The booking before and after, where it changed. */
  readonly before?: RecordBooking | undefined
  readonly after?: RecordBooking | undefined
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
  const known = await readKnowledge(
    ctx,
    open.flatMap((index) => changes[index] ?? []),
    'adopt',
  )
  const toSave: { before: RecordBooking | undefined; after: RecordBooking; indexes: number[] }[] = []

  for (const [key, entries] of group) {
    const stored = known.bookings.get(key)
    const before = stored?.booking
    let booking = before
    let tombstone = known.tombstones.get(key)
    for (const { index, change } of entries) {
      const previous = booking
      const merge = mergeRecord(booking, tombstone, change, known)
      if ('booking' in merge) booking = merge.booking
      if (merge.kind === 'incomplete' && change.deleted) tombstone ??= { deletionSeenAt: change.observedAt }
      outcomes[index] = {
        kind: merge.kind,
        bookingId: stored?.id ?? null,
        clientMatch: booking?.clientMatch ?? null,
        ...('booking' in merge ? { before: previous, after: merge.booking } : {}),
      }
    }
    if (booking && booking !== before) toSave.push({ before, after: booking, indexes: entries.map((e) => e.index) })
  }

  const lost: number[] = []
  const unmatched: { booking_id: number; reason: ClientMatch; event_id: string | undefined }[] = []
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
        const event_id = indexes.map((index) => changes[index]?.eventId).findLast(Boolean)
        unmatched.push({ booking_id: bookingId, reason: after.clientMatch, event_id })
      }
    }
  }
  // The first import of a salon brings hundreds at once; they are a number then, and each is in the inbox.
  if (unmatched.length > MAX_LOGGED_APART) ctx.log.warn('booking.unmatched', { bookings: unmatched.length })
  else for (const fields of unmatched) ctx.log.warn('booking.unmatched', fields)
  return lost
}

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

/** The same condition as the database's trigger for settling; here it only saves asking every client's object. */
export function usersTouched(before: RecordBooking | undefined, after: RecordBooking): number[] {
  if (before?.status !== 'completed' && after.status !== 'completed') return []
  const moved =
    before?.status !== after.status || before.priceKopecks !== after.priceKopecks || before.userId !== after.userId
  return moved ? [before?.userId, after.userId].filter((userId) => userId != null) : []
}
