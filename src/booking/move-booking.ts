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
import { type ChangeableBooking, isFreeFor, moveIfFree, parseAdditional } from './own-booking.store.ts'
import { clockRule, refuseTime, spanOf, type TimeRefusal, type VisitRules } from './slots.ts'
import { whereBooked } from './where-booked.ts'
import { claimForWriting, clearSyncState, markWritten, type WrittenRecord } from './yclients-link.statements.ts'

export interface MoveRequest {
  readonly bookingId: number
  readonly revision: number | undefined
  readonly startsAt: number
  /** Undefined: the same master. */
  readonly staffId: number | undefined
}

export type MoveRefusal =
  | ChangeRefusal
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
  // A service or a master that we do not know.
  if (booking.serviceId === null || booking.staffId === null) return { ok: false, refusal: 'booking_not_changeable' }
  // YClients does not know yet where it is.
  if (booking.syncState !== null) return { ok: false, refusal: 'temporarily_unavailable' }
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
  const isInYclients = booking.source === 'yclients'
  if (isInYclients && master.yclientsStaffId === null) return { ok: false, refusal: 'staff_not_in_yclients' }
  const rules = rulesFor(plan.value, master, who)
  // Of a visit of YClients the hours are YClients' own.
  const why = isInYclients
    ? clockRule(rules, ctx.now())(request.startsAt)
    : refuseTime(request.startsAt, rules, master.working, ctx.now())
  if (why !== undefined) return { ok: false, refusal: why }

  const isHold = booking.holdExpiresAt !== null
  const isTold = isInYclients || (!isHold && whereBooked(plan.value, config.yclients).isToldToYclients(master))
  const told = isTold ? await tellMove(ctx, booking, master, request.startsAt, rules) : { revision: booking.revision }
  if (told === 'taken') return await taken(ctx, wanted, request.startsAt)
  if (told === 'refused') return { ok: false, refusal: 'booking_not_changeable' }
  if (told === 'unavailable') return { ok: false, refusal: 'temporarily_unavailable' }
  if (told === 'changed') return await moveBooking(ctx, request, who, by)
  const { revision, record } = told
  const now = ctx.now()
  const to = {
    startsAt: request.startsAt,
    candidate: master,
    bufferBeforeMinutes: rules.bufferBeforeMinutes,
    bufferAfterMinutes: rules.bufferAfterMinutes,
    isFact: isTold,
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
    moveIfFree(db, { id: booking.id, revision }, to, now),
    writeAudit(db, audit, now),
    ...(record ? markWritten(db, record, now) : []),
  ])
  const [after] = await bookingById(db, booking.id)
  if (!after) return { ok: false, refusal: 'booking_not_found' }
  // Changed here while it was being written there.
  if (record && after.syncState !== null) await tellLater(ctx, booking.id, 0)
  if (moved.length > 0 || isThere(after, to.startsAt, master.staffId)) return { ok: true, value: after }
  const again = await findChangeable(ctx, request, who)
  if (!again.ok) return again
  if (again.value.revision !== revision) return await moveBooking(ctx, request, who, by)
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

interface ToldMove {
  /** Of our visit, now. */
  readonly revision: number
  /** To be noted together with the move. */
  readonly record?: WrittenRecord
}

/** Moves the visit in YClients, or writes it there at its new place if it was kept here only. */
async function tellMove(
  ctx: Context,
  booking: ChangeableBooking,
  master: PlannedMaster,
  startsAt: number,
  rules: VisitRules,
): Promise<ToldMove | 'taken' | 'refused' | 'unavailable' | 'changed'> {
  const { db } = ctx
  const { staffId, yclientsStaffId, durationMinutes } = master
  const { id, revision } = booking
  const place = { startsAt, staffId, durationMinutes }
  // Before YClients moves it: what is kept here only, YClients does not know.
  const [free] = await isFreeFor(db, id, staffId, spanOf(startsAt, rules), ctx.now())
  if (free?.taken) return 'taken'
  if (booking.source === 'yclients') {
    const moved = await moveInYclients(ctx, id, place)
    return moved === 'moved' ? { revision } : moved
  }
  if (yclientsStaffId === null) return 'refused'
  const [claimed] = await claimForWriting(db, booking, ctx.now())
  if (!claimed) return 'changed'
  // As `moveIfFree` has it: with the same master at the price that was promised.
  const items = staffId === booking.staffId ? parseItems(booking.items) : master.items
  const written = await writeMoved(ctx, id, { ...place, yclientsStaffId, items })
  if (written.kind === 'written') return { ...claimed, record: written.record }
  if (written.kind === 'found') return claimed
  await clearSyncState(db, { id, syncState: 'provisional' }, ctx.now())
  return written.kind
}

/** A webhook about a move in YClients may be quicker than we are. */
const isThere = (booking: BookingRow, startsAt: number, staffId: number) =>
  booking.startsAt === startsAt && booking.staffId === staffId

const taken = async (
  ctx: Context,
  wanted: { serviceId: number; additionalServiceIds: readonly number[]; staffId: number },
  startsAt: number,
): Promise<MoveTaken> => ({
  ok: false,
  refusal: 'slot_taken',
  nearest: await findNearest(ctx, { ...wanted, startsAt }),
})
