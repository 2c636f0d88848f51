import { linkUnmatchedOfNewcomers } from '../booking/link-unmatched.ts'
import { releaseHolds } from '../booking/release-holds.ts'
import type { Context } from '../context.ts'
import { sweepSettlements } from '../loyalty/settle-bookings.ts'
import { sweepEnded } from '../loyalty/sweep-ended.ts'
import { verifyLedgerNightly } from '../loyalty/verify-ledger.ts'
import { fillOutboxByCron } from '../notifications/fill-outbox.ts'
import { flushMetrics, noteCron } from '../ops/flush-metrics.ts'
import { enforceRetention } from '../ops/retention.ts'
import { reconcileNightly } from '../payments/reconcile-payments.ts'
import { sweepPayments } from '../payments/sweep-payments.ts'
import { errorFields } from '../platform/log.ts'
import { syncCatalogNightly } from '../yclients/ask-catalog-sync.ts'
import { startSync } from '../yclients/start-sync.ts'
import { sweepUntold } from '../yclients/sweep-untold.ts'
import { takeDeferredWebhooks } from '../yclients/take-deferred.ts'

/** Every half hour. Each step stands alone: one that fails is reported and does not keep the others from running. */
export async function handleScheduled(ctx: Context): Promise<void> {
  const steps: [name: string, run: () => Promise<unknown>][] = [
    ['heartbeat', () => noteCron(ctx)],
    ['start_sync', () => startSync(ctx, { trigger: 'cron' })],
    ['take_deferred_webhooks', () => takeDeferredWebhooks(ctx)],
    ['sweep_untold', () => sweepUntold(ctx)],
    ['sweep_payments', () => sweepPayments(ctx)],
    ['reconcile_payments', () => reconcileNightly(ctx)],
    ['release_holds', () => releaseHolds(ctx)],
    ['sync_catalog_nightly', () => syncCatalogNightly(ctx)],
    ['link_unmatched', () => linkUnmatchedOfNewcomers(ctx)],
    ['sweep_settlements', () => sweepSettlements(ctx)],
    ['sweep_ended_bonuses', () => sweepEnded(ctx)],
    ['fill_outbox', () => fillOutboxByCron(ctx)],
    ['verify_ledger', () => verifyLedgerNightly(ctx)],
    ['retention', () => enforceRetention(ctx)],
    ['metrics', () => flushMetrics(ctx)],
  ]
  for (const [step, run] of steps) {
    try {
      await run()
    } catch (error) {
      ctx.log.error('cron.step_failed', { step, ...errorFields(error) })
    }
  }
}
