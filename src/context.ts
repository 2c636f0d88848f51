import { PASSWORD_COST, type PasswordCost } from './admin/password.ts'
import type { BonusChange, ChangedBonuses } from './loyalty/change-bonuses.ts'
import type { Ended } from './loyalty/end-points.ts'
import type { GiveBackRefusal, GiveBackRequest, GivenBack } from './loyalty/give-back-points.ts'
import type { Postpone, Reservation } from './loyalty/postpone-reservation.ts'
import type { Reserved, ReserveRefusal, ReserveRequest } from './loyalty/reserve-points.ts'
import type { Resolve, Resolved, ResolveRefusal } from './loyalty/resolve-reservation.ts'
import type { Settled } from './loyalty/settle-visits.ts'
import type { ChangeRefusal } from './loyalty/spend-rules.ts'
import type { EventMessage, PeopleMessage, SyncMessage } from './messages.ts'
import { chooseProvider } from './payments/choose-provider.ts'
import type { PaymentProvider } from './payments/provider.ts'
import { type Breaker, createBreaker } from './platform/breaker.ts'
import { type Cache, createCache } from './platform/cache.ts'
import { type Config, parseConfig } from './platform/config.ts'
import { type Db, openDb } from './platform/db.ts'
import { newId } from './platform/ids.ts'
import { consoleLog, type Log } from './platform/log.ts'
import { createMetrics, type Metrics, observeD1 } from './platform/metrics.ts'
import type { Result } from './platform/outcome.ts'
import { MINUTE_MS } from './platform/time.ts'
import type { Trace } from './platform/trace.ts'
import type { Merged, MergeRefusal, MergeRequest } from './users/merge-users.ts'
import { createPacer, type Pacer } from './yclients/pacer.ts'

/** A client's BonusLedger as its callers see it. */
export interface Ledger {
  /** `trace`: on whose account, for the log. */
  settle(trace?: Trace): Promise<Settled>
  change(change: BonusChange): Promise<Result<ChangedBonuses, ChangeRefusal>>
  takeOver(request: MergeRequest): Promise<Result<Merged, MergeRefusal>>
  reserve(request: ReserveRequest): Promise<Result<Reserved, ReserveRefusal>>
  resolve(resolve: Resolve): Promise<Result<Resolved, ResolveRefusal>>
  postpone(request: Postpone): Promise<Result<Reservation, ResolveRefusal>>
  giveBack(request: GiveBackRequest): Promise<Result<GivenBack, GiveBackRefusal>>
  end(at: number): Promise<Ended>
}

/** Everything a verb may need from outside; tests replace the parts they steer. */
export interface Context {
  readonly config: Config
  readonly db: Db
  readonly log: Log
  /** What this work began with; stands on each line of the log. */
  readonly trace: Trace
  readonly metrics: Metrics
  /** Cloudflare's Analytics Engine, where the binding exists. */
  readonly analytics: Pick<AnalyticsEngineDataset, 'writeDataPoint'> | undefined
  readonly now: () => number
  /** In [0, 1); for client codes and jitter. */
  readonly random: () => number
  /** Cannot be guessed; for codes and tokens. */
  readonly randomBytes: (count: number) => Uint8Array
  /** What hashing an administrator's password costs; tests of other things take a cheap one. */
  readonly passwordCost: PasswordCost
  readonly newId: () => string
  readonly fetch: typeof fetch
  /** Pause for this long. */
  readonly sleep: (ms: number) => Promise<void>
  readonly yclientsPacer: Pacer
  /** For looking at YClients' free times: what was seen a moment ago, and whether it answers at all. */
  readonly yclientsReading: { readonly cache: Cache<unknown>; readonly breaker: Breaker }
  readonly events: Pick<Queue<EventMessage>, 'send' | 'sendBatch'>
  readonly sync: Pick<Queue<SyncMessage>, 'send'>
  readonly messages: Pick<Queue<PeopleMessage>, 'send' | 'sendBatch'>
  /** Cloudflare's own mail, where the binding exists. */
  readonly mailer: Pick<SendEmail, 'send'> | undefined
  /** Undefined while payments are off. */
  readonly payments: PaymentProvider | undefined
  /** The one object through which all bonus changes of a user go. */
  readonly ledgerOf: (userId: number) => Ledger
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

const contexts = new WeakMap<Env, Context>()

/** The dependencies of this Worker, built once per environment. Throws ConfigError if a setting is missing or wrong. */
export function contextOf(env: Env): Context {
  let context = contexts.get(env)
  if (!context) {
    context = createContext(env)
    contexts.set(env, context)
  }
  return context
}

/** The same with some parts replaced, for tests. */
export function createContext(env: Env, replaced: Partial<Context> = {}): Context {
  const config = replaced.config ?? parseConfig(env)
  const metrics = replaced.metrics ?? createMetrics({ flushEveryMs: MINUTE_MS })
  return {
    config,
    db: openDb(env.DB, observeD1(metrics)),
    log: consoleLog,
    trace: {},
    metrics,
    // Optional (wrangler.toml says how), so the generated types do not know it.
    analytics: (env as { ANALYTICS?: AnalyticsEngineDataset }).ANALYTICS,
    now: () => Date.now(),
    random: () => Math.random(),
    randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
    passwordCost: PASSWORD_COST,
    newId,
    fetch: (input, init) => fetch(input, init),
    sleep,
    yclientsPacer: createPacer(config.yclients.minIntervalMs),
    yclientsReading: {
      cache: createCache({ entries: 500 }),
      breaker: createBreaker({ failures: 3, pauseMs: 30_000 }),
    },
    events: env.EVENTS,
    sync: env.SYNC,
    messages: env.MESSAGES,
    // Optional (wrangler.toml says how), so the generated types do not know it.
    mailer: (env as { EMAIL?: SendEmail }).EMAIL,
    payments: chooseProvider(config.payments.provider),
    ledgerOf: (userId) => env.LEDGER.getByName(String(userId)),
    ...replaced,
  }
}
