import type { Context } from '../context.ts'
import { errorFields } from '../platform/log.ts'
import type { Counted } from '../platform/metrics.ts'
import { addCounters, beat } from './metrics.store.ts'

/**
 * Adds what this isolate has counted to the sums of all. Whatever happens here, the work that was counted is done: a failure is
 * logged, and its counts wait for the next time.
 */
export async function flushMetrics(ctx: Context): Promise<void> {
  const { counted, noted } = ctx.metrics.take(ctx.now())
  if (counted.length === 0 && noted.length === 0) return
  try {
    await ctx.db.batch([
      ...(counted.length > 0 ? [addCounters(ctx.db, counted)] : []),
      ...(noted.length > 0 ? [beat(ctx.db, noted)] : []),
    ])
  } catch (error) {
    ctx.metrics.putBack(counted)
    ctx.log.warn('metrics.not_written', errorFields(error))
    return
  }
  writeAnalytics(ctx, counted)
}

/** Analytics Engine takes so many points of one invocation; D1 has the rest, too. */
const MAX_POINTS = 25

/** One point for each counter: index its name, blob its labels, double what was added. */
function writeAnalytics({ analytics, log }: Context, counted: readonly Counted[]): void {
  if (!analytics) return
  try {
    for (const { name, labels, value } of counted
      .filter(({ name }) => !name.endsWith('_bucket'))
      .slice(0, MAX_POINTS)) {
      analytics.writeDataPoint({ indexes: [name], blobs: [labels], doubles: [value] })
    }
  } catch (error) {
    log.warn('metrics.analytics_refused', errorFields(error))
  }
}

/** The cron has come. Written at once, so that not even a cron that dies on its way looks dead. */
export async function noteCron(ctx: Context): Promise<void> {
  await beat(ctx.db, [{ name: 'cron', at: ctx.now(), value: null }])
}
