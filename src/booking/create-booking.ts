import type { By } from '../auth/actor.ts'
import type { Context } from '../context.ts'
import { isRefusedWith } from '../platform/db.ts'
import { sha256Hex } from '../platform/hash.ts'
import type { Result } from '../platform/outcome.ts'
import { phoneLast10, toE164 } from '../platform/phone.ts'
import { dayInZone, MINUTE_MS, parseWallTime } from '../platform/time.ts'
import { ensureClientCode } from '../users/ensure-client-code.ts'
import { checkTime } from '../yclients/check-time.ts'
import { type Told, tellNewBooking } from '../yclients/tell-yclients.ts'
import type { WriteRefusal } from '../yclients/write-record.ts'
import { ableMasters } from './able-masters.ts'
import { type BookingRow, bookingById } from './booking.store.ts'
import { type PlannedMaster, readBookingPlan } from './booking-plan.ts'
import { findNearest, type NearestSlot } from './find-nearest.ts'
import { bookingClient, bookingOfKey, type Candidate, insertIfFree, type NewBooking } from './own-booking.store.ts'
import type { TimeRefusal } from './slots.ts'
import { type WhereBooked, whereBooked } from './where-booked.ts'
import { forgetRefused } from './yclients-link.statements.ts'

/** How long a hold keeps the time; a payment may take that long. */
export const HOLD_MS = 10 * MINUTE_MS

/** Longer than the calls to YClients take together for one booking. */
export const ASKING_MS = 15_000

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
  /** As `PlanRequest` has it. */
  readonly withoutNotice?: boolean
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
  const where = whereBooked(plan.value, ctx.config.yclients)
  if (where.masters.length === 0 && plan.value.masters.length > 0)
    return { ok: false, refusal: 'service_not_in_yclients' }
  const able = ableMasters(where, plan.value.rules, request.startsAt, ctx.now())
  if (!able.ok) return able
  const { masters, outsideOurHours } = able.value
  const { service, rules } = plan.value
  const booking: NewBooking = {
    userId: user.id,
    serviceId: service.id,
    additionalServiceIds: request.additionalServiceIds,
    serviceName: namesOf(masters[0]),
    startsAt: request.startsAt,
    bufferBeforeMinutes: rules.bufferBeforeMinutes,
    bufferAfterMinutes: rules.bufferAfterMinutes,
    clientName: `${user.name} ${user.surname}`.trim() || null,
    phone: phone ?? null,
    phoneLast10: (phone && phoneLast10(phone)) || null,
    email: user.email,
    clientCode: user.uniqueCode,
    notes: request.notes,
    holdExpiresAt: request.hold ? ctx.now() + HOLD_MS : null,
    apiId: `spa-${ctx.newId()}`,
    idempotencyKey: key,
    fingerprint,
    dayStartsAt: parseWallTime(`${day} 00:00`, zone) ?? request.startsAt,
  }
  const made = await keepAndTell(ctx, booking, { ...where, masters }, outsideOurHours, by)
  if (made.kind === 'taken') return await whyNot(ctx, request, key, fingerprint)
  if (made.kind === 'made') return await readBack(ctx, made.id, false)
  return made.refusal === 'slot_taken' ? await slotTaken(ctx, request, true) : { ok: false, refusal: made.refusal }
}

/** So many masters are tried in YClients while the client waits; each costs a call or two. */
const MOST_TRIED = 8

type Made =
  | { readonly kind: 'made'; readonly id: number }
  | { readonly kind: 'taken' }
  | { readonly kind: 'refused'; readonly refusal: WriteRefusal | TimeRefusal }

/**
 * Keeps the visit here, then writes it into YClients if it belongs there. A master whose time YClients says is taken is left
 * out, and the next one is tried: the client asked for anybody, or for him alone. `outsideOurHours`: only YClients' word
 * makes the time a good one.
 */
async function keepAndTell(
  ctx: Context,
  booking: NewBooking,
  where: WhereBooked,
  outsideOurHours: TimeRefusal | undefined,
  by: By,
): Promise<Made> {
  let left = where.masters
  let made: Made = { kind: 'taken' }
  for (let tried = 0; tried < MOST_TRIED && left.length > 0; tried++) {
    const inserted = await insert(ctx, booking, left.map(candidateOf(where)), by)
    const master = left.find(({ staffId }) => staffId === inserted?.staffId)
    if (!inserted || !master) return made
    const { id } = inserted
    const told = await tell(ctx, booking, id, where, master)
    if (told.kind === 'written') return { kind: 'made', id }
    if (told.kind === 'provisional') {
      if (!outsideOurHours || told.mayBeDone) return { kind: 'made', id }
      // Nobody has said that anybody works then.
      await ctx.db.batch(forgetRefused(ctx.db, id))
      return { kind: 'refused', refusal: outsideOurHours }
    }
    made = { kind: 'refused', refusal: told.refusal }
    if (told.refusal !== 'slot_taken' || !told.isGone) return made
    left = left.filter(({ staffId }) => staffId !== master.staffId)
  }
  return made
}

const candidateOf =
  (where: WhereBooked) =>
  (master: PlannedMaster): Candidate => {
    const { staffId, durationMinutes, priceKopecks, items } = master
    return { staffId, durationMinutes, priceKopecks, items, isToldToYclients: where.isToldToYclients(master) }
  }

/** A hold is written into YClients when it becomes firm; until then YClients is only asked whether the time is free. */
async function tell(
  ctx: Context,
  { holdExpiresAt, startsAt }: NewBooking,
  id: number,
  where: WhereBooked,
  master: PlannedMaster,
): Promise<Told> {
  if (!where.isToldToYclients(master)) return { kind: 'written' }
  if (holdExpiresAt === null) return await tellNewBooking(ctx, id)
  const { yclientsStaffId } = master
  if (!where.askedOfYclients || yclientsStaffId === null) return { kind: 'written' }
  const said = await checkTime(ctx, { services: where.askedOfYclients, yclientsStaffId, startsAt })
  if (said === 'free') return { kind: 'written' }
  if (said === 'unknown') return { kind: 'provisional', mayBeDone: false }
  const [, { changes }] = await ctx.db.batch(forgetRefused(ctx.db, id))
  return { kind: 'refused', refusal: said, isGone: changes > 0 }
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
): Promise<{ id: number; staffId: number } | undefined> {
  try {
    const [inserted] = await insertIfFree(ctx.db, booking, candidates, ctx.now())
    if (inserted) ctx.log.info('booking.created', { booking_id: inserted.id, user_id: booking.userId, actor: by.actor })
    return inserted
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
  const [client] = await bookingClient(ctx.db, request.userId, request.hold, ctx.now())
  // Erased in this very moment.
  if (!client) return { ok: false, refusal: 'user_not_found' }
  return client.hasTooMany ? { ok: false, refusal: 'too_many_bookings' } : await slotTaken(ctx, request)
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
