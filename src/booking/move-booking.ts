import type { By } from '../auth/actor.ts'
import type { Context } from '../context.ts'
import { somethingChanged, writeAudit } from '../ops/audit.statements.ts'
import type { Result } from '../platform/outcome.ts'
import { dayInZone } from '../platform/time.ts'
import { moveInYclients } from '../yclients/tell-yclients.ts'
import { writeMoved } from '../yclients/write-moved.ts'
import { tellLater } from '../yclients/write-visit.ts'
import { parseItems } from './booking.statements.ts'
import { type BookingRow, bookingById } from './booking.store.ts'
import { type BookingPlan, type PlannedMaster, readBookingPlan } from './booking-plan.ts'
import { type ChangeRefusal, type Changer, findChangeable } from './find-changeable.ts'
import { findNearest, type NearestSlot } from './find-nearest.ts'
import { type ChangeableBooking, isFreeFor, moveClaimed, moveIfFree, parseAdditional } from './own-booking.store.ts'
import { clockRule, refuseTime, spanOf, type TimeRefusal, type VisitRules } from './slots.ts'
import { whereBooked } from './where-booked.ts'
import { claimMove, endClaim, markWritten, type WrittenRecord } from './yclients-link.statements.ts'

export interface MoveRequest {
  readonly bookingId: number
  readonly revision: number | undefined
  readonly startsAt: number
  /** Undefined: the same master. */
  readonly staffId: number | undefined
}

export type MoveRefusal =
  | ChangeRefusal
  | 'payment_open'
  | TimeRefusal
  | 'service_not_found'
  | 'staff_not_found'
  | 'staff_does_not_do_service'
  | 'staff_not_in_yclients'
  | 'temporarily_unavailable'

export interface MoveTaken {
  readonly ok: false
  readonly refusal: 'slot_taken'
  readonly nearest: readonly NearestSlot[]
}

/**
 * Moves a visit in one step: the old time is given up only if the new one is won. What YClients keeps, or is to keep from now
 * on, is moved or written there first; while YClients does not answer the visit stays where it is, because two time lines must
 * not part.
 */
export async function moveBooking(
  ctx: Context,
  request: MoveRequest,
  who: Changer,
  by: By,
): Promise<Result<BookingRow, MoveRefusal> | MoveTaken> {
  const { db, config } = ctx
  const found = await findChangeable(ctx, request, who)
  if (!found.ok) return found
  const booking = found.value
  // Its price is being paid.
  if (booking.holdExpiresAt !== null && booking.isBeingPaid) return { ok: false, refusal: 'payment_open' }
  // A service or a master that we do not know.
  if (booking.serviceId === null || booking.staffId === null) return { ok: false, refusal: 'booking_not_changeable' }
  const { enabled } = config.yclients
  const isInYclients = booking.source === 'yclients'
  // YClients does not know yet where it is, or is being asked just now. While it is switched off nobody asks it.
  if ((enabled && booking.syncState !== null) || booking.moveClaimedAt !== null) {
    return { ok: false, refusal: 'temporarily_unavailable' }
  }
  const day = dayInZone(request.startsAt, config.branchTimezone)
  const wanted = {
    serviceId: booking.serviceId,
    additionalServiceIds: parseAdditional(booking),
    staffId: request.staffId ?? booking.staffId,
  }
  const plan = await readBookingPlan(ctx, { ...wanted, fromDay: day, toDay: day, alsoSwitchedOff: true })
  if (!plan.ok) return plan
  const master = masterFor(plan.value, booking)
  if (!master) return { ok: false, refusal: 'staff_does_not_do_service' }
  const isKeptThere = isInYclients && enabled
  if (isKeptThere && master.yclientsStaffId === null) return { ok: false, refusal: 'staff_not_in_yclients' }
  const rules = rulesFor(plan.value, master, who)
  // Of a visit of YClients the hours are YClients' own.
  const why = isKeptThere
    ? clockRule(rules, ctx.now())(request.startsAt)
    : refuseTime(request.startsAt, rules, master.working, ctx.now())
  if (why !== undefined) return { ok: false, refusal: why }

  const isHold = booking.holdExpiresAt !== null
  const isTold = isKeptThere || (!isHold && whereBooked(plan.value, config.yclients).isToldToYclients(master))
  const told = isTold ? await tellMove(ctx, booking, master, request.startsAt, rules) : undefined
  switch (told) {
    case 'taken':
      return await taken(ctx, wanted, request.startsAt)
    case 'refused':
      return { ok: false, refusal: 'booking_not_changeable' }
    case 'unavailable':
      return { ok: false, refusal: 'temporarily_unavailable' }
    case 'changed':
      return await moveBooking(ctx, request, who, by)
  }
  const now = ctx.now()
  const to = {
    startsAt: request.startsAt,
    candidate: master,
    bufferBeforeMinutes: rules.bufferBeforeMinutes,
    bufferAfterMinutes: rules.bufferAfterMinutes,
    isUntold: isInYclients,
  }
  const audit = {
    by,
    action: 'booking.move',
    entity: 'booking',
    entityId: String(booking.id),
    before: { starts_at: booking.startsAt, staff_id: booking.staffId },
    after: { starts_at: request.startsAt, staff_id: master.staffId },
    when: somethingChanged,
  }
  const [moved] = await db.batch([
    told ? moveClaimed(db, told, to, now) : moveIfFree(db, booking, to, now),
    writeAudit(db, audit, now),
    ...(told ? [...(told.record ? markWritten(db, told.record, now) : []), endClaim(db, told)] : []),
  ])
  const [after] = await bookingById(db, booking.id)
  if (!after) return { ok: false, refusal: 'booking_not_found' }
  // Cancelled here while it was being written there.
  if (told?.record && after.syncState !== null) await tellLater(ctx, booking.id, 0)
  if (moved.length > 0) return { ok: true, value: after }
  const again = await findChangeable(ctx, request, who)
  if (!again.ok) return again
  if (again.value.revision !== booking.revision) return await moveBooking(ctx, request, who, by)
  return await taken(ctx, wanted, request.startsAt)
}

/** The master as the plan has him; the visit keeps its length with the master it had. */
function masterFor({ masters }: BookingPlan, booking: ChangeableBooking): PlannedMaster | undefined {
  const [master] = masters
  if (!master) return undefined
  // What YClients booked may hold services that we do not know.
  const keepsLength = master.staffId === booking.staffId || booking.source === 'yclients'
  return keepsLength ? { ...master, durationMinutes: booking.durationMinutes } : master
}

/** The desk is not bound to the notice. */
const rulesFor = ({ rules }: BookingPlan, { durationMinutes }: PlannedMaster, who: Changer): VisitRules => ({
  ...rules,
  durationMinutes,
  minNoticeMinutes: who === 'desk' ? 0 : rules.minNoticeMinutes,
})

/** By then the claim counts as forgotten. */
const SETTLE_CLAIM_SECONDS = 20

/** A visit that stands in YClients at its new place, and is ours to move here. */
interface ToldMove {
  readonly id: number
  readonly claimedAt: number
  /** To be noted together with the move. */
  readonly record: WrittenRecord | undefined
}

/**
 * Moves the visit in YClients, or writes it there at its new place if it was kept here only. `changed`: somebody else was
 * quicker. While nobody knows whether YClients did it, the visit stays claimed until the queue has found out.
 */
async function tellMove(
  ctx: Context,
  booking: ChangeableBooking,
  master: PlannedMaster,
  startsAt: number,
  rules: VisitRules,
): Promise<ToldMove | 'taken' | 'refused' | 'unavailable' | 'changed'> {
  const { db } = ctx
  const { id } = booking
  const claimedAt = ctx.now()
  const [[claimed], [free]] = await db.batch([
    claimMove(db, booking, claimedAt),
    // What is kept here only, YClients does not know.
    isFreeFor(db, id, master.staffId, spanOf(startsAt, rules), claimedAt),
  ])
  if (!claimed) return 'changed'
  const there = free?.taken ? 'taken' : await putThere(ctx, booking, master, startsAt)
  if (there === 'moved') return { id, claimedAt, record: undefined }
  if (typeof there === 'object') return { id, claimedAt, record: there }
  if (there === 'unknown') {
    await tellLater(ctx, id, SETTLE_CLAIM_SECONDS)
    return 'unavailable'
  }
  await endClaim(db, { id, claimedAt })
  return there
}

async function putThere(
  ctx: Context,
  booking: ChangeableBooking,
  master: PlannedMaster,
  startsAt: number,
): Promise<WrittenRecord | 'moved' | 'taken' | 'refused' | 'unavailable' | 'unknown' | 'changed'> {
  const { staffId, yclientsStaffId, durationMinutes } = master
  const place = { startsAt, staffId, durationMinutes }
  if (booking.source === 'yclients') return await moveInYclients(ctx, booking.id, place)
  if (yclientsStaffId === null) return 'refused'
  // As the move here has it: with the same master at the price that was promised.
  const items = staffId === booking.staffId ? parseItems(booking.items) : master.items
  const written = await writeMoved(ctx, booking.id, { ...place, yclientsStaffId, items })
  return written.kind === 'written' ? written.record : written.kind
}

const taken = async (
  ctx: Context,
  wanted: { serviceId: number; additionalServiceIds: readonly number[]; staffId: number },
  startsAt: number,
): Promise<MoveTaken> => ({
  ok: false,
  refusal: 'slot_taken',
  nearest: await findNearest(ctx, { ...wanted, startsAt }),
})
