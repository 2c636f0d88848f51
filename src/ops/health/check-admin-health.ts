import type { Context } from '../../context.ts'
import { type Condition, type ConditionStatus, statusOf } from './conditions.ts'
import { judgeSigns } from './judge-signs.ts'
import { readSigns, type Signs } from './read-signs.ts'

export interface AdminHealth {
  /** The worst of the conditions. */
  readonly status: ConditionStatus
  readonly conditions: readonly Condition[]
  readonly signs: Signs
}

/** How everything stands that runs by itself, and what a person should do about it. One D1 round trip. */
export async function checkAdminHealth(ctx: Context): Promise<AdminHealth> {
  const signs = await readSigns(ctx)
  const conditions = judgeSigns(signs, ctx.now(), ctx.config.yclients.enabled)
  const statuses = new Set(conditions.map(statusOf))
  const status = statuses.has('red') ? 'red' : statuses.has('attention') ? 'attention' : 'ok'
  return { status, conditions, signs }
}
