import type { By } from '../auth/actor.ts'
import { bookingMethodOf } from '../catalog/booking-method.ts'
import type { Context } from '../context.ts'
import { isRefusedWith } from '../platform/db.ts'
import { sha256Hex } from '../platform/hash.ts'
import type { Result } from '../platform/outcome.ts'
import { phoneLast10, toE164 } from '../platform/phone.ts'
import { dayInZone, MINUTE_MS, parseWallTime } from '../platform/time.ts'
import { ensureClientCode } from '../users/ensure-client-code.ts'
import { tellNewBooking } from '../yclients/tell-yclients.ts'
import { type BookingRow, bookingById } from './booking.store.ts'
import { type BookingPlan, type PlannedMaster, readBookingPlan } from './booking-plan.ts'
import { findNearest, type NearestSlot } from './find-nearest.ts'
import { bookingOfKey, type Candidate, hasTooManyToCome, insertIfFree, type NewBooking } from './own-booking.store.ts'
import { clockRule, likelyToWork, refuseTime, type TimeRefusal } from './slots.ts'
import { forgetRefused } from './yclients-link.statements.ts'

/** How long a hold keeps the time; a payment may take that long. */
export const HOLD_MS = 10 * MINUTE_MS

/** Longer than the calls to YClients take together for one booking. */
const ASKING_MS = 15_000

export interface BookingRequest {
  readonly userId: number
  readonly serviceId: number
  readonly additionalServiceIds: readonly number[]
  /** Undefined: the least loaded master who is free. */
  readonly staffId: number | undefined
  readonly startsAt: number
  /** As typed; undefined: the client's own. */
  readonly phone: string | undefined
  readonly notes: string
  /** Keeps the time for some minutes only, until it is confirmed. */
  readonly hold: boolean
  readonly idempotencyKey: string | undefined
}

export type BookingRefusal =
  | TimeRefusal
  | 'service_not_found'
  | 'staff_not_found'
  | 'staff_does_not_do_service'
  | 'service_not_in_yclients'
  | 'validation_failed'
  | 'user_not_found'
  | 'too_many_bookings'
  | 'idempotency_key_reused'
  | 'temporarily_unavailable'
  | 'phone_rejected'
  | 'client_blocked'
  | 'service_not_bookable'

export interface SlotTaken {
  readonly ok: false
  readonly refusal: 'slot_taken'
  readonly nearest: readonly NearestSlot[]
}

export interface CreatedBooking {
  readonly booking: BookingRow
  readonly replayed: boolean
}

/**
 * Books a visit for a client: here, or in YClients for services that are booked there (then it is kept here first, so that
 * two clients of the app cannot both be promised the time, and so that a crash leaves a trace). While YClients is down the
 * visit is provisional and written there later.
 */
export async function createBooking(
  ctx: Context,
  request: BookingRequest,
  by: By,
): Promise<Result<CreatedBooking, BookingRefusal> | SlotTaken> {
  const key = request.idempotencyKey === undefined ? null : `client:${request.userId}:${request.idempotencyKey}`
  const fingerprint = key === null ? null : await fingerprintOf(request)
  const earlier = key === null ? undefined : await findEarlier(ctx, key, fingerprint)
  if (earlier) return earlier

  const zone = ctx.config.branchTimezone
  const day = dayInZone(request.startsAt, zone)
  const [user, plan] = await Promise.all([
    ensureClientCode(ctx, request.userId),
    readBookingPlan(ctx, { ...request, fromDay: day, toDay: day }),
  ])
  if (!user) return { ok: false, refusal: 'user_not_found' }
  if (!plan.ok) return plan
  const phone = request.phone === undefined ? user.phone : toE164(request.phone)
  if (request.phone !== undefined && !phone) return { ok: false, refusal: 'validation_failed' }
  const masters = mastersFor(ctx, plan.value, request.startsAt)
  if (!masters.ok) return masters
  const candidates = candidatesOf(ctx, plan.value, masters.value)
  if (candidates.length === 0) return { ok: false, refusal: 'service_not_in_yclients' }

  const outsideOurHours = refusedByHours(ctx, masters.value, plan.value.rules, request.startsAt)
  // A hold is kept here only, so our hours decide.
  if (request.hold && outsideOurHours) return { ok: false, refusal: outsideOurHours }

  const now = ctx.now()
  const { service, rules } = plan.value
  const booking: NewBooking = {
    userId: user.id,
    serviceId: service.id,
    additionalServiceIds: request.additionalServiceIds,
    serviceName: namesOf(masters.value[0]),
    startsAt: request.startsAt,
    bufferBeforeMinutes: rules.bufferBeforeMinutes,
    bufferAfterMinutes: rules.bufferAfterMinutes,
    clientName: `${user.name} ${user.surname}`.trim() || null,
    phone: phone ?? null,
    phoneLast10: (phone && phoneLast10(phone)) || null,
    email: user.email,
    clientCode: user.uniqueCode,
    notes: request.notes,
    holdExpiresAt: request.hold ? now + HOLD_MS : null,
    apiId: `spa-${ctx.newId()}`,
    idempotencyKey: key,
    fingerprint,
    dayStartsAt: parseWallTime(`${day} 00:00`, zone) ?? request.startsAt,
  }
  const id = await insert(ctx, booking, candidates, by)
  if (id === undefined) return await whyNot(ctx, request, key, fingerprint)
  // A hold is told to YClients when it becomes firm.
  if (!request.hold && candidates.some(({ isToldToYclients }) => isToldToYclients)) {
    const told = await tellNewBooking(ctx, id)
    if (told.kind === 'refused') {
      return told.refusal === 'slot_taken' ? await slotTaken(ctx, request, true) : { ok: false, refusal: told.refusal }
    }
    if (told.kind === 'provisional' && outsideOurHours) {
      // Nobody has said that anybody works then.
      await ctx.db.batch(forgetRefused(ctx.db, id))
      return { ok: false, refusal: outsideOurHours }
    }
  }
  return await readBack(ctx, id, false)
}

/**
 * Who may take the visit, and whether it is written into YClients then: because the service is booked there, or because the
 * master works there, too, and is to have one time line. Nobody if the service is booked in YClients and cannot be.
 */
function candidatesOf(ctx: Context, { service }: BookingPlan, masters: readonly PlannedMaster[]): readonly Candidate[] {
  const { enabled, pushInternal } = ctx.config.yclients
  const isBookedThere = bookingMethodOf(service, enabled) === 'yclients'
  if (isBookedThere && (!enabled || service.yclientsServiceId === null)) return []
  return masters.flatMap(({ staffId, yclientsStaffId, durationMinutes, priceKopecks, items }) => {
    const worksThere = yclientsStaffId !== null
    if (isBookedThere && !worksThere) return []
    const isToldToYclients = isBookedThere || (enabled && pushInternal && worksThere)
    return { staffId, durationMinutes, priceKopecks, items, isToldToYclients }
  })
}

/** The masters whose hours allow the visit, or why none's do. Of a service that is booked in YClients its own hours decide. */
function mastersFor(
  ctx: Context,
  { service, masters, rules }: BookingPlan,
  startsAt: number,
): Result<readonly [PlannedMaster, ...PlannedMaster[]], TimeRefusal | 'staff_does_not_do_service'> {
  const now = ctx.now()
  if (bookingMethodOf(service, ctx.config.yclients.enabled) === 'yclients') {
    const refusal = clockRule(rules, now)(startsAt)
    return refusal ? { ok: false, refusal } : atLeastOne(likelyToWork(masters, startsAt, minutesOf))
  }
  const able: PlannedMaster[] = []
  let refusal: TimeRefusal | undefined
  for (const master of masters) {
    const why = refuseTime(startsAt, { ...rules, durationMinutes: master.durationMinutes }, master.working, now)
    if (why === undefined) able.push(master)
    else refusal = why
  }
  return able.length === 0 && refusal ? { ok: false, refusal } : atLeastOne(able)
}

/** Why none of these works then by our own hours; undefined if somebody does. */
function refusedByHours(
  ctx: Context,
  masters: readonly PlannedMaster[],
  rules: BookingPlan['rules'],
  startsAt: number,
): TimeRefusal | undefined {
  const refusals = masters.map(({ durationMinutes, working }) =>
    refuseTime(startsAt, { ...rules, durationMinutes }, working, ctx.now()),
  )
  return refusals.includes(undefined) ? undefined : refusals[0]
}

const minutesOf = ({ durationMinutes }: PlannedMaster) => durationMinutes

function atLeastOne(
  masters: readonly PlannedMaster[],
): Result<readonly [PlannedMaster, ...PlannedMaster[]], 'staff_does_not_do_service'> {
  const [first, ...others] = masters
  return first ? { ok: true, value: [first, ...others] } : { ok: false, refusal: 'staff_does_not_do_service' }
}

const namesOf = (master: PlannedMaster | undefined) =>
  (master?.items ?? [])
    .map((item) => item.name)
    .join(', ')
    .slice(0, 300)

async function insert(
  ctx: Context,
  booking: NewBooking,
  candidates: readonly Candidate[],
  by: By,
): Promise<number | undefined> {
  const { db } = ctx
  try {
    const [inserted] = await insertIfFree(db, booking, candidates, ctx.now())
    if (inserted === undefined) return undefined
    ctx.log.info('booking.created', { booking_id: inserted.id, user_id: booking.userId, actor: by.actor })
    return inserted.id
  } catch (error) {
    // The same request came twice at once, and the other was quicker.
    if (isRefusedWith(error, 'bookings.idempotency_key')) return undefined
    throw error
  }
}

async function whyNot(
  ctx: Context,
  request: BookingRequest,
  key: string | null,
  fingerprint: string | null,
): Promise<Result<CreatedBooking, BookingRefusal> | SlotTaken> {
  const earlier = key === null ? undefined : await findEarlier(ctx, key, fingerprint)
  if (earlier) return earlier
  const [toCome] = await hasTooManyToCome(ctx.db, request.userId, request.hold, ctx.now())
  return toCome?.tooMany ? { ok: false, refusal: 'too_many_bookings' } : await slotTaken(ctx, request)
}

const slotTaken = async (ctx: Context, request: BookingRequest, takenInYclients = false): Promise<SlotTaken> => ({
  ok: false,
  refusal: 'slot_taken',
  nearest: await findNearest(ctx, { ...request, takenInYclients }),
})

const fingerprintOf = ({ serviceId, additionalServiceIds, staffId, startsAt, phone, notes, hold }: BookingRequest) =>
  sha256Hex(JSON.stringify([serviceId, additionalServiceIds, staffId ?? null, startsAt, phone ?? null, notes, hold]))

async function findEarlier(
  ctx: Context,
  key: string,
  fingerprint: string | null,
): Promise<Result<CreatedBooking, BookingRefusal> | undefined> {
  const [earlier] = await bookingOfKey(ctx.db, key)
  if (!earlier) return undefined
  if (earlier.fingerprint !== fingerprint) return { ok: false, refusal: 'idempotency_key_reused' }
  // YClients is perhaps being asked just now, and a visit that it refuses is gone again.
  const isUndecided = earlier.syncState === 'provisional' && ctx.now() - earlier.createdAt < ASKING_MS
  if (isUndecided) return { ok: false, refusal: 'temporarily_unavailable' }
  return await readBack(ctx, earlier.id, true)
}

async function readBack(ctx: Context, id: number, replayed: boolean): Promise<Result<CreatedBooking, BookingRefusal>> {
  const [booking] = await bookingById(ctx.db, id)
  return booking ? { ok: true, value: { booking, replayed } } : { ok: false, refusal: 'user_not_found' }
}
