import type { Context } from '../../context.ts'
import { checkLoyalty } from './check-loyalty.ts'
import { checkSettings } from './check-settings.ts'
import { checkWork } from './check-work.ts'
import { checkYclients } from './check-yclients.ts'
import { type Check, FINDINGS, type FindingStatus } from './findings.ts'

export interface Diagnosis {
  /** The worst that was found. */
  readonly status: FindingStatus
  readonly checks: readonly Check[]
}

/** Looks at everything that a person would have to look at, changes nothing. `env` holds the variables as they were given. */
export async function examine(ctx: Context, given: { env: object; origin: string }): Promise<Diagnosis> {
  const [yclients, work, loyalty] = await Promise.all([
    checkYclients(ctx, given.origin),
    checkWork(ctx),
    checkLoyalty(ctx),
  ])
  const checks = [...checkSettings(given.env, ctx.config), ...yclients, ...work, ...loyalty]
  return { status: worstOf(checks), checks }
}

function worstOf(checks: readonly Check[]): FindingStatus {
  const statuses = new Set<FindingStatus>(checks.map(({ code }) => FINDINGS[code].status))
  return statuses.has('red') ? 'red' : statuses.has('attention') ? 'attention' : 'ok'
}
