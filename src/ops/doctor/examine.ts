import type { Context } from '../../context.ts'
import { checkAdminHealth } from '../health/check-admin-health.ts'
import { type Condition, statusOf } from '../health/conditions.ts'
import { checkLoyalty } from './check-loyalty.ts'
import { checkSettings } from './check-settings.ts'
import { checkYclients } from './check-yclients.ts'
import { type Check, FINDINGS, type FindingStatus } from './findings.ts'

export interface Diagnosis {
  /** The worst that was found. */
  readonly status: FindingStatus
  readonly checks: readonly Check[]
  /** What runs by itself, as the health check sees it. */
  readonly conditions: readonly Condition[]
}

/** Looks at everything that a person would have to look at, changes nothing. `env` holds the variables as they were given. */
export async function examine(ctx: Context, given: { env: object; origin: string }): Promise<Diagnosis> {
  // First what is asked of YClients: the health check then knows what came of it.
  const yclients = await checkYclients(ctx, given.origin)
  const [health, loyalty] = await Promise.all([checkAdminHealth(ctx), checkLoyalty(ctx)])
  const conditions = health.conditions.filter(({ code }) => !ASKED_ANEW.includes(code))
  const checks = [...checkSettings(given.env, ctx.config), ...yclients, ...loyalty]
  return { status: worstOf(checks, conditions), checks, conditions }
}

/** What the health check remembers of earlier calls, the doctor has just looked at, or says of the settings. */
const ASKED_ANEW: readonly Condition['code'][] = ['clock_right', 'clock_unknown', 'clock_wrong', 'yclients_off']

function worstOf(checks: readonly Check[], conditions: readonly Condition[]): FindingStatus {
  const statuses = new Set<FindingStatus>([
    ...checks.map(({ code }) => FINDINGS[code].status),
    ...conditions.map(statusOf),
  ])
  return statuses.has('red') ? 'red' : statuses.has('attention') ? 'attention' : 'ok'
}
