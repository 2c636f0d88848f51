import type { Context } from '../context.ts'
import { deleteAllowances, freeAgainAt, takeFromAll } from './allowances.store.ts'

export interface Limit {
  /** What is counted; made of hashes and ids, because the table must not tell who tried what. */
  readonly key: string
  readonly limit: number
  readonly windowMs: number
}

/** A refusal that time mends. */
export interface TooMany {
  readonly ok: false
  readonly refusal: 'too_many_requests'
  readonly retryAfterSeconds: number
}
export type Allowance = { readonly ok: true } | TooMany

/**
 * May this be done once more? Counts it for every limit if all allow it, for none otherwise. Windows are fixed: one begins
 * with the first use after the last one ended.
 */
export async function takeAllowance(ctx: Context, limits: readonly Limit[]): Promise<Allowance> {
  const now = ctx.now()
  const stored = limits.map(({ key, limit, windowMs }) => ({ key, limit, resetsAt: now + windowMs }))
  // In one transaction the second sees what the first has just counted: it is only asked when nothing was.
  const [taken, used] = await ctx.db.batch([takeFromAll(ctx.db, stored, now), freeAgainAt(ctx.db, stored, now)])
  if (taken.length > 0) return { ok: true }
  const waitMs = (used[0]?.at ?? now) - now
  return { ok: false, refusal: 'too_many_requests', retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)) }
}

/** Forgets what was counted, for instance after a success. */
export async function giveBack(ctx: Context, keys: readonly string[]): Promise<void> {
  await deleteAllowances(ctx.db, keys)
}
