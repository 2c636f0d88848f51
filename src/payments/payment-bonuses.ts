import type { Context } from '../context.ts'
import type { ReserveRefusal } from '../loyalty/reserve-points.ts'
import { settleSoon } from '../loyalty/settle-bookings.ts'
import type { Result } from '../platform/outcome.ts'
import { DAY_MS, MINUTE_MS } from '../platform/time.ts'
import { noteBonuses, noteReserved, type PaymentRow, raise } from './payments.store.ts'
import { noteBonusesGiven, type RefundRow } from './refunds.store.ts'
import { AGAIN, DONE_WITH_IT, type Step } from './step.ts'

/** Longer than any payment is under way: they are given back when it has ended, and by themselves only if nobody did. */
const RESERVED_MS = 7 * DAY_MS

/** Puts the bonuses aside that are part of the price. Undefined: done. */
export async function reserveBonuses(ctx: Context, payment: PaymentRow): Promise<ReserveRefusal | undefined> {
  const reserved = await reserve(ctx, payment)
  if (!reserved.ok) return reserved.refusal
  await noteReserved(ctx.db, payment.id, reserved.value.entryId, ctx.now())
  return undefined
}

async function reserve(ctx: Context, payment: PaymentRow): Promise<Result<{ entryId: number }, ReserveRefusal>> {
  if (payment.userId === null) return { ok: false, refusal: 'user_not_found' }
  return await ctx.ledgerOf(payment.userId).reserve({
    points: payment.bonusPoints,
    bookingId: payment.bookingId,
    paymentId: payment.id,
    expiresAt: payment.createdAt + RESERVED_MS,
    idempotencyKey: payment.providerKey,
    at: ctx.now(),
  })
}

/** Spends on the visit what was put aside for it. */
export async function captureBonuses(ctx: Context, payment: PaymentRow): Promise<Step> {
  if (payment.bonusState !== 'reserved') return DONE_WITH_IT
  const resolution = await resolve(ctx, payment, 'captured')
  if (resolution === 'moved') return { kind: 'wait', until: ctx.now() + MINUTE_MS }
  if (resolution === 'captured') {
    await noteBonuses(ctx.db, payment.id, 'captured', ctx.now())
    // They lower the base of the visit's cashback.
    if (payment.userId !== null) await settleSoon(ctx, [payment.userId])
  } else {
    await ctx.db.batch([
      noteBonuses(ctx.db, payment.id, 'released', ctx.now()),
      raise(ctx.db, payment.id, 'bonuses_lost', ctx.now()),
    ])
  }
  return AGAIN
}

/** Gives back what was put aside for a payment of which nothing comes. */
export async function releaseBonuses(ctx: Context, payment: PaymentRow): Promise<Step> {
  const { bonusState, bonusPoints } = payment
  const mayBeReserved = bonusState === 'reserved' || (bonusState === 'none' && bonusPoints > 0)
  if (!mayBeReserved) return DONE_WITH_IT
  if (bonusState === 'none') {
    // Whether they were put aside before a crash, the ledger knows: the same key finds them.
    const reserved = await reserve(ctx, payment)
    if (reserved.ok) await noteReserved(ctx.db, payment.id, reserved.value.entryId, ctx.now())
    else await noteBonuses(ctx.db, payment.id, 'released', ctx.now())
    return AGAIN
  }
  const resolution = await resolve(ctx, payment, 'released')
  if (resolution === 'moved') return { kind: 'wait', until: ctx.now() + MINUTE_MS }
  await noteBonuses(ctx.db, payment.id, 'released', ctx.now())
  return AGAIN
}

async function resolve(ctx: Context, payment: PaymentRow, as: 'captured' | 'released') {
  const { userId, reservationEntryId: entryId } = payment
  if (userId === null || entryId === null) return 'moved'
  const at = ctx.now()
  const resolved = await ctx
    .ledgerOf(userId)
    .resolve(as === 'captured' ? { as, entryId, at } : { as, entryId, at, reason: 'payment_failed' })
  return resolved.ok ? resolved.value.resolution : 'moved'
}

/** Gives back the bonuses of a refund, with the date on which they expire. Says when to try again. */
export async function giveBackBonuses(ctx: Context, payment: PaymentRow, refund: RefundRow): Promise<number | null> {
  if (refund.bonusPoints === 0 || refund.bonusesGivenAt !== null || payment.userId === null) return null
  const given = await ctx.ledgerOf(payment.userId).giveBack({
    bookingId: payment.bookingId,
    points: refund.bonusPoints,
    idempotencyKey: refund.idempotencyKey,
    actor: refund.actor,
    at: ctx.now(),
  })
  if (!given.ok) {
    ctx.log.error('refund.bonuses_refused', { payment_id: payment.id, refund_id: refund.id, refusal: given.refusal })
    await raise(ctx.db, payment.id, 'bonuses_lost', ctx.now())
  }
  await noteBonusesGiven(ctx.db, refund.id, ctx.now())
  await settleSoon(ctx, [payment.userId])
  return null
}
