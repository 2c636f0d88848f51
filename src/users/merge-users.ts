import type { By } from '../auth/actor.ts'
import { eraseSessions } from '../auth/personal-data.statements.ts'
import { moveVisits } from '../booking/merge.statements.ts'
import type { Context } from '../context.ts'
import { moveBalance, moveMarks } from '../loyalty/merge.statements.ts'
import { settleSoon } from '../loyalty/settle-bookings.ts'
import { moveNotices } from '../notifications/personal-data.statements.ts'
import { writeAudit } from '../ops/audit.statements.ts'
import { isRefusedWith } from '../platform/db.ts'
import type { Result } from '../platform/outcome.ts'
import { linkVisits } from './link-visits.ts'
import {
  closeMerged,
  copyConsents,
  insertMerge,
  MERGE_REFUSED,
  type MergeRow,
  mergeByKey,
  mergeInSight,
  moveContacts,
  type Pair,
  standing,
} from './merges.store.ts'

export type MergeRefusal = 'user_not_found' | 'already_merged' | 'merge_with_itself' | 'idempotency_key_reused'

export interface Merged extends MergeRow {
  /** True if it was done before with this key. */
  readonly replayed: boolean
}

export interface MergeRequest {
  readonly from: number
  readonly idempotencyKey: string
  readonly by: By
}

/** Who loses a race is told by what the winner left behind; more than this is no race. */
const MAX_ROUNDS = 3

/**
 * Makes two records of one person one: everything of `from` becomes `into`'s. Visits that are not settled yet are settled for
 * him at once; should that fail, their marks stay, and the sweep comes.
 */
export async function mergeUsers(
  ctx: Context,
  into: number,
  request: MergeRequest,
): Promise<Result<Merged, MergeRefusal>> {
  const merged = await ctx.ledgerOf(into).takeOver(request)
  if (merged.ok && !merged.value.replayed) {
    await settleSoon(ctx, [into])
    // What named both of them named nobody.
    await linkVisits(ctx, into)
  }
  return merged
}

/** What would move, while nothing does. */
export async function previewMerge(ctx: Context, pair: Pair): Promise<Result<Merged, MergeRefusal>> {
  const { db } = ctx
  const [[from], [into], [moves]] = await db.batch([
    standing(db, pair.from),
    standing(db, pair.into),
    mergeInSight(db, pair),
  ])
  const refusal = refuseMerge(pair, from, into)
  if (refusal || !moves) return { ok: false, refusal: refusal ?? 'user_not_found' }
  return { ok: true, value: { ...moves, replayed: false } }
}

/**
 * The merge itself: one read and one transaction, so that a crash leaves two clients or one. Runs only inside the BonusLedger of
 * him who takes over. The other's ledger needs no turn: what it was about to write is refused by a trigger once he is merged,
 * and the balance that moves is read where it is written.
 */
export async function takeOver(
  ctx: Context,
  into: number,
  { from, idempotencyKey, by }: MergeRequest,
): Promise<Result<Merged, MergeRefusal>> {
  const { db } = ctx
  const pair = { from, into }
  for (let round = 1; ; round++) {
    const [[earlier], [one], [other]] = await db.batch([
      mergeByKey(db, idempotencyKey),
      standing(db, from),
      standing(db, into),
    ])
    if (earlier) {
      return earlier.fromUserId === from && earlier.intoUserId === into
        ? { ok: true, value: { ...earlier, replayed: true } }
        : { ok: false, refusal: 'idempotency_key_reused' }
    }
    const refusal = refuseMerge(pair, one, other)
    if (refusal) return { ok: false, refusal }
    try {
      return { ok: true, value: { ...(await write(ctx, pair, idempotencyKey, by)), replayed: false } }
    } catch (error) {
      // One of the two was merged or erased since they were read, or somebody used the key; nothing is written.
      if (!isRefusedWith(error, MERGE_REFUSED) || round >= MAX_ROUNDS) throw error
    }
  }
}

type Standing = { readonly erasedAt: number | null; readonly mergedInto: number | null } | undefined

function refuseMerge({ from, into }: Pair, one: Standing, other: Standing): MergeRefusal | undefined {
  if (from === into) return 'merge_with_itself'
  if (!one || !other) return 'user_not_found'
  if (one.mergedInto !== null || other.mergedInto !== null) return 'already_merged'
  return one.erasedAt !== null || other.erasedAt !== null ? 'user_not_found' : undefined
}

async function write(ctx: Context, pair: Pair, idempotencyKey: string, by: By): Promise<MergeRow> {
  const { db } = ctx
  const now = ctx.now()
  const audit = {
    by,
    action: 'user.merge',
    entity: 'user',
    entityId: String(pair.from),
    before: { merged_into: null },
    after: { merged_into: pair.into },
  }
  // The order matters: the balance moves before the ledger is closed, and marks that the visits get move, too.
  const [[merged]] = await db.batch([
    insertMerge(db, pair, idempotencyKey, now),
    ...moveBalance(db, pair, by.actor, now),
    moveVisits(db, pair, now),
    ...moveMarks(db, pair),
    ...moveContacts(db, pair),
    copyConsents(db, pair),
    eraseSessions(db, pair.from),
    ...moveNotices(db, pair, now),
    ...closeMerged(db, pair, now),
    writeAudit(db, audit, now),
  ])
  if (!merged) throw new Error('the merge gave back no row')
  ctx.log.info('user.merged', { user_id: pair.from, into_user_id: pair.into, visits: merged.visits })
  return merged
}
