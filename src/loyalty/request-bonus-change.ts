import type { AdminActor, By } from '../auth/actor.ts'
import type { Context } from '../context.ts'
import { sha256Hex } from '../platform/hash.ts'
import type { Result } from '../platform/outcome.ts'
import { dayInZone } from '../platform/time.ts'
import { findUserByCode, findUserLeft } from '../users/find-users.ts'
import type { User } from '../users/user.ts'
import { type BonusChange, type ChangedBonuses, changed } from './change-bonuses.ts'
import { entryByKey } from './loyalty.store.ts'
import { settleSoon } from './settle-bookings.ts'
import type { ChangeRefusal } from './spend-rules.ts'

export interface BonusRequest {
  readonly kind: 'spend' | 'adjustment'
  /** The client's code as typed. */
  readonly code: string
  /** Positive to give, negative to take. */
  readonly points: number
  readonly bookingId: number | null
  readonly reason: string
  readonly idempotencyKey: string
  readonly admin: AdminActor
  readonly by: By
}

/**
 * An administrator's change of a client's bonuses, by the client's code. The same key with the same input gives the first
 * answer again; with other input it is refused.
 */
export async function requestBonusChange(
  ctx: Context,
  request: BonusRequest,
): Promise<Result<ChangedBonuses & { readonly user: User }, ChangeRefusal>> {
  const user = await findUserByCode(ctx, request.code)
  if (!user) return { ok: false, refusal: 'user_not_found' }
  // Of the client, not of the spelling of his code: typing it differently the second time is still a repeat.
  const result = await ctx.ledgerOf(user.id).change({
    kind: request.kind,
    points: request.points,
    bookingId: request.bookingId,
    reason: request.reason,
    by: request.by,
    dailyLimit: dailyLimitOf(ctx, request),
    idempotencyKey: keyOfChange(request),
    fingerprint: await fingerprintOf(request, user.id),
  })
  if (!result.ok) {
    const earlier = result.refusal === 'idempotency_key_reused' ? await doneBefore(ctx, request, user) : undefined
    return earlier ?? result
  }
  if (!result.value.replayed) ctx.metrics.count('spa_bonus_entries_total', { by: request.kind })
  // Bonuses spent on a visit lower the base of its cashback.
  if (request.bookingId !== null && !result.value.replayed) await settleSoon(ctx, [user.id])
  return { ok: true, value: { ...result.value, user } }
}

const fingerprintOf = (request: BonusRequest, userId: number) =>
  sha256Hex(JSON.stringify([request.kind, userId, request.points, request.bookingId, request.reason]))

/** What this very request did to a client who was merged into this one since: still a repetition. */
async function doneBefore(ctx: Context, request: BonusRequest, user: User) {
  const [earlier] = await entryByKey(ctx.db, keyOfChange(request))
  if (!earlier || earlier.fingerprint !== (await fingerprintOf(request, earlier.userId))) return undefined
  const owner = await findUserLeft(ctx, earlier.userId)
  return owner?.id === user.id ? ({ ok: true, value: { ...changed(earlier, true), user } } as const) : undefined
}

/** Under which the ledger keeps a change: keys of different kinds do not meet. */
export const keyOfChange = ({ kind, idempotencyKey }: Pick<BonusRequest, 'kind' | 'idempotencyKey'>): string =>
  `${kind}:${idempotencyKey}`

/** The lowest role may write off so much in a day of the branch, all clients together. */
function dailyLimitOf({ config, now }: Context, { kind, admin }: BonusRequest): BonusChange['dailyLimit'] {
  if (kind !== 'spend' || admin.role !== 'desk') return null
  return { adminId: admin.id, day: dayInZone(now(), config.branchTimezone), points: config.deskDailySpendPoints }
}
