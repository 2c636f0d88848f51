import { countDeskSpending, DAILY_LIMIT_CONSTRAINT, type DailyLimit } from '../admin/admins.statements.ts'
import type { By } from '../auth/actor.ts'
import { addSpentBonuses, spendTarget } from '../booking/booking.statements.ts'
import type { Context } from '../context.ts'
import { writeAudit } from '../ops/audit.statements.ts'
import { isRefusedWith } from '../platform/db.ts'
import type { Result } from '../platform/outcome.ts'
import { balanceOfUser } from '../users/users.statements.ts'
import { pointsExpireAt } from './lifetime.ts'
import { expireLots } from './lots.store.ts'
import { appendHandMade, type EntryRow, entryByKey, type HandMadeEntry } from './loyalty.store.ts'
import { type ChangeRefusal, refuseAdjustment, refuseSpend } from './spend-rules.ts'

export interface BonusChange {
  /** Positive to give, negative to take. A spend is always negative. */
  readonly points: number
  readonly kind: 'spend' | 'adjustment'
  readonly bookingId: number | null
  readonly reason: string
  readonly by: By
  /** Of the administrator who does it, where he has one; counted in the same transaction. */
  readonly dailyLimit: DailyLimit | null
  readonly idempotencyKey: string
  /** Hash of the request, so that the same key with other input is noticed. */
  readonly fingerprint: string
}

export interface ChangedBonuses {
  readonly entryId: number
  readonly points: number
  readonly balancePoints: number
  readonly bookingId: number | null
  /** True if this very change was made before; nothing happened now. */
  readonly replayed: boolean
}

/**
 * One change of a client's bonuses by hand: two D1 round trips, one of them a transaction that writes entry, balance,
 * booking and audit together. Runs only inside the client's BonusLedger, which lets one change through at a time.
 */
export async function changeBonuses(
  ctx: Context,
  userId: number,
  change: BonusChange,
): Promise<Result<ChangedBonuses, ChangeRefusal>> {
  const { db, config } = ctx
  const now = ctx.now()
  // What expired a moment ago is not spent, whether or not somebody has noticed.
  const [, earlier, balances, targets] = await db.batch([
    expireLots(db, userId, now, config.bonusLifetimeMonths),
    entryByKey(db, change.idempotencyKey),
    balanceOfUser(db, userId),
    spendTarget(db, change.bookingId ?? 0),
  ])
  if (earlier[0]) return replay(earlier[0], userId, change)

  const balancePoints = balances[0]?.balancePoints
  const refusal =
    change.kind === 'spend'
      ? refuseSpend({ userId, points: -change.points, bookingId: change.bookingId }, balancePoints, targets[0])
      : refuseAdjustment(change.points, balancePoints)
  if (refusal) return { ok: false, refusal }

  const expiresAt = pointsExpireAt(now, config.bonusLifetimeMonths, config.branchTimezone)
  const entry: HandMadeEntry = { userId, ...change, actor: change.by.actor, expiresAt }
  const audit = writeAudit(
    db,
    {
      by: change.by,
      action: `bonuses.${change.kind}`,
      entity: 'user',
      entityId: String(userId),
      before: { balance: balancePoints ?? null },
      after: { balance: (balancePoints ?? 0) + change.points, points: change.points, booking_id: change.bookingId },
    },
    now,
  )
  try {
    const append = appendHandMade(db, entry, now)
    const [written] = await db.batch([
      append,
      ...(change.bookingId === null ? [] : [addSpentBonuses(db, change.bookingId, -change.points, now)]),
      ...(change.dailyLimit ? [countDeskSpending(db, change.dailyLimit, -change.points)] : []),
      audit,
    ])
    const row = written[0]
    return row ? { ok: true, value: changed(row, false) } : { ok: false, refusal: 'user_not_found' }
  } catch (error) {
    // The key was taken at the same moment for another client, whose object is not this one.
    if (isRefusedWith(error, 'bonus_entries.idempotency_key')) return { ok: false, refusal: 'idempotency_key_reused' }
    if (isRefusedWith(error, DAILY_LIMIT_CONSTRAINT)) return { ok: false, refusal: 'daily_limit_reached' }
    // In the very moment between looking him up and writing.
    if (isRefusedWith(error, 'USER_ERASED')) return { ok: false, refusal: 'user_not_found' }
    if (isRefusedWith(error, 'INSUFFICIENT_BALANCE')) return { ok: false, refusal: 'insufficient_balance' }
    throw error
  }
}

function replay(earlier: EntryRow, userId: number, change: BonusChange): Result<ChangedBonuses, ChangeRefusal> {
  return earlier.userId === userId && earlier.fingerprint === change.fingerprint
    ? { ok: true, value: changed(earlier, true) }
    : { ok: false, refusal: 'idempotency_key_reused' }
}

export const changed = (entry: EntryRow, replayed: boolean): ChangedBonuses => ({
  entryId: entry.id,
  points: entry.points,
  balancePoints: entry.balanceAfterPoints,
  bookingId: entry.bookingId,
  replayed,
})
