import type { By } from '../auth/actor.ts'
import type { Context } from '../context.ts'
import { writeAudit } from '../ops/audit.statements.ts'
import type { Result } from '../platform/outcome.ts'
import { clearLevels, insertLevels, levelsAre } from './levels.store.ts'
import { isLadder, type LoyaltyLevel, levelsKey } from './levels.ts'
import { readLevels } from './loyalty.store.ts'

/**
 * Puts these levels in place of all that there are. What visits have earned stays: a visit keeps the percent of its first
 * accrual; the next ones go by the new levels. Who says which ones he has seen (`levelsKey`) overwrites no others; of two who
 * do not and do it at once, the second changes what the first has made of it, and the audit log says so.
 */
export async function changeLevels(
  ctx: Context,
  wanted: readonly LoyaltyLevel[],
  by: By,
  seen?: string,
): Promise<Result<readonly LoyaltyLevel[], 'levels_not_ascending' | 'changed_meanwhile'>> {
  const { db } = ctx
  const levels = [...wanted].sort((a, b) => a.minSpendKopecks - b.minSpendKopecks)
  if (!isLadder(levels)) return { ok: false, refusal: 'levels_not_ascending' }
  const before = await readLevels(db)
  if (seen !== undefined && levelsKey(before) !== seen) return { ok: false, refusal: 'changed_meanwhile' }
  if (tell(before) === tell(levels)) return { ok: true, value: before }
  const audit = {
    by,
    action: 'loyalty.change_levels',
    entity: 'loyalty_levels',
    entityId: 'all',
    before: { levels: tell(before) },
    after: { levels: tell(levels) },
    when: levelsAre(before),
  }
  const [audited] = await db.batch([writeAudit(db, audit, ctx.now()), clearLevels(db), insertLevels(db, levels)])
  // Changed by somebody else since they were read: look again.
  return audited.changes > 0 ? { ok: true, value: levels } : await changeLevels(ctx, wanted, by, seen)
}

/** "bronze: 0 → 300 (Бронза, Bronze); …": kopecks, basis points and names. */
const tell = (levels: readonly LoyaltyLevel[]): string =>
  levels
    .map(
      (level) =>
        `${level.code}: ${level.minSpendKopecks} → ${level.percentBasisPoints} (${level.nameRu}, ${level.nameEn})`,
    )
    .join('; ')
