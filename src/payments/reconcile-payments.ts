import { takeAllowance } from '../auth/take-allowance.ts'
import type { Context } from '../context.ts'
import { isNight } from '../loyalty/night.ts'
import { parkAlarm } from '../ops/park-work.ts'
import { DAY_MS, dayInZone, HOUR_MS } from '../platform/time.ts'
import { advancePayment } from './advance-payment.ts'
import { judgePayment, type MoneySums, sumMoney } from './judge-money.ts'
import { type PaymentRow, paymentsMadeBetween, paymentsWithMoney, raise, takeUp } from './payments.store.ts'
import type { PaymentProvider, ProviderPayment } from './provider.ts'

/** Older ones were compared the days before. */
const LOOK_BACK_MS = 3 * DAY_MS
/** Younger ones are being worked on. */
const SETTLED_MS = 2 * HOUR_MS
const MOST_PAGES = 50
const PAYMENTS_A_PAGE = 500

export interface Reconciled {
  /** By the provider's number. */
  readonly differences: readonly { readonly providerPaymentId: string; readonly what: Difference }[]
  readonly sums: MoneySums
}
type Difference = 'unknown_here' | 'not_at_provider' | 'sums_differ'

/** Once in the small hours of the branch. */
export async function reconcileNightly(ctx: Context): Promise<void> {
  const zone = ctx.config.branchTimezone
  if (!ctx.payments || !isNight(ctx.now(), zone)) return
  const day = dayInZone(ctx.now(), zone)
  const allowance = await takeAllowance(ctx, [{ key: `reconcile:${day}`, limit: 1, windowMs: DAY_MS }])
  if (allowance.ok) await reconcilePayments(ctx)
}

/**
 * Compares what the provider has with what we have, and goes through all money that came: each kopeck is paid for a visit, went
 * back, or is listed for a person. What differs is looked at anew first: it may only be late.
 */
export async function reconcilePayments(ctx: Context): Promise<Reconciled> {
  const differences = ctx.payments ? await compare(ctx, ctx.payments) : []
  const sums = await checkMoney(ctx)
  const { capturedKopecks, unexplainedKopecks } = sums
  ctx.log.info('payments.reconciled', { differences: differences.length, capturedKopecks, unexplainedKopecks })
  return { differences, sums }
}

async function compare(ctx: Context, provider: PaymentProvider): Promise<Reconciled['differences']> {
  const window = { from: ctx.now() - LOOK_BACK_MS, to: ctx.now() - SETTLED_MS }
  const theirs = await listAll(ctx, provider, window)
  if (!theirs) return []
  const ours = await paymentsMadeBetween(ctx.db, window.from - HOUR_MS, window.to + HOUR_MS)
  const known = new Map(ours.map((payment) => [payment.providerPaymentId, payment]))
  const seen = new Set(theirs.map(({ id }) => id))
  const differences: { providerPaymentId: string; what: Difference }[] = []
  const note = async (providerPaymentId: string, what: Difference, payment: PaymentRow | undefined) => {
    differences.push({ providerPaymentId, what })
    if (payment) await raise(ctx.db, payment.id, what === 'not_at_provider' ? what : 'sums_differ', ctx.now())
    else
      await parkAlarm(
        ctx,
        `payment:${providerPaymentId}`,
        'money came to the shop for a payment that is not known here',
      )
  }
  for (const there of theirs) {
    const here = known.get(there.id)
    if (!here && there.status === 'succeeded' && isOfHere(ctx, there)) await note(there.id, 'unknown_here', undefined)
    if (here && !agrees(here, there)) {
      await takeUp(ctx.db, here.id, 0)
      const after = await advancePayment(ctx, here.id)
      if (after && !agrees(after, there)) await note(there.id, 'sums_differ', after)
    }
  }
  const made = ours.filter(({ createdAt }) => createdAt >= window.from && createdAt < window.to - HOUR_MS)
  for (const here of made) {
    const id = here.providerPaymentId
    if (id !== null && here.provider === provider.name && !seen.has(id)) await note(id, 'not_at_provider', here)
  }
  return differences
}

const isOfHere = ({ config }: Context, { isOurs, isTest, metadata }: ProviderPayment): boolean =>
  isOurs && isTest === config.payments.testMode && metadata.environment === config.environment

/** A refund that the provider has not finished yet counts for neither. */
const agrees = (here: PaymentRow, there: ProviderPayment): boolean =>
  (there.status === 'succeeded') === here.capturedKopecks > 0 &&
  (there.status !== 'succeeded' ||
    (there.amountKopecks === here.capturedKopecks && there.refundedKopecks <= here.refundedKopecks))

/** Undefined: the provider does not answer; the next night compares three days again. */
async function listAll(
  ctx: Context,
  provider: PaymentProvider,
  window: { from: number; to: number },
): Promise<ProviderPayment[] | undefined> {
  const all: ProviderPayment[] = []
  let cursor: string | undefined
  for (let page = 0; page < MOST_PAGES; page++) {
    const answer = await provider.listPayments(ctx, { ...window, cursor })
    if (answer.kind !== 'ok') return undefined
    all.push(...answer.value.items)
    if (answer.value.unreadable > 0) {
      await parkAlarm(
        ctx,
        'payments:unreadable',
        `the provider lists ${answer.value.unreadable} payments that cannot be read`,
      )
    }
    cursor = answer.value.nextCursor
    if (cursor === undefined) break
  }
  return all
}

/** Goes through all money that ever came, and lists what cannot be explained. */
export async function checkMoney(ctx: Context): Promise<MoneySums> {
  let total: MoneySums = sumMoney([])
  for (let afterId = 0; ; ) {
    const page = await paymentsWithMoney(ctx.db, afterId, PAYMENTS_A_PAGE)
    for (const payment of page) {
      const isUnexplained =
        payment.capturedKopecks > payment.refundedKopecks && judgePayment(payment) === 'unexplainedKopecks'
      // Seldom, and each of them is trouble.
      if (isUnexplained) await raise(ctx.db, payment.id, 'sums_differ', ctx.now())
    }
    total = added(total, sumMoney(page))
    const last = page.at(-1)
    if (!last || page.length < PAYMENTS_A_PAGE) return total
    afterId = last.id
  }
}

const added = (a: MoneySums, b: MoneySums): MoneySums => ({
  capturedKopecks: a.capturedKopecks + b.capturedKopecks,
  prepaidKopecks: a.prepaidKopecks + b.prepaidKopecks,
  keptKopecks: a.keptKopecks + b.keptKopecks,
  refundedKopecks: a.refundedKopecks + b.refundedKopecks,
  exceptedKopecks: a.exceptedKopecks + b.exceptedKopecks,
  underWayKopecks: a.underWayKopecks + b.underWayKopecks,
  unexplainedKopecks: a.unexplainedKopecks + b.unexplainedKopecks,
})
