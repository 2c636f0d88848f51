import { type Context, contextOf } from '../../src/context.ts'
import { createApp } from '../../src/handlers/fetch.ts'
import { handleQueue } from '../../src/handlers/queue.ts'
import { BonusLedger as AppLedger } from '../../src/loyalty/bonus-ledger.ts'
import { settleBookings } from '../../src/loyalty/settle-bookings.ts'
import { applyRecords } from '../../src/yclients/apply-records.ts'
import { syncPage } from '../../src/yclients/sync-page.ts'
import { translateRecord } from '../../src/yclients/translate.ts'
import { type CountedD1, countD1 } from '../../test/support/count-d1.ts'
import {
  type AppliedPages,
  type BatchCost,
  COST_HEADER,
  type Cost,
  type RequestCost,
  type SettledUsers,
} from '../answers.ts'
import { createMeter } from './meter.ts'

// The app with meters on its bindings, and a few doors of the bench's own. Never deployed.

/** Pages of records as YClients answers them, waiting to be applied: so that fetching them is not part of the figure. */
const pages: string[] = []
/** What the consumer has handled since the bench last asked. */
const batches: BatchCost[] = []

export class BonusLedger extends AppLedger {
  readonly #counted: CountedD1

  constructor(state: DurableObjectState, env: Env) {
    const counted = countD1(env.DB)
    super(state, { ...env, DB: counted.db })
    this.#counted = counted
  }

  /** What this object has asked of the database since it was last asked here. */
  takeCost(): Cost {
    const cost = { ...this.#counted.counts, messages: 0, objectCalls: 0 }
    this.#counted.reset()
    return cost
  }
}

const doors: Record<string, (env: Env, request: Request) => Promise<unknown>> = {
  'put-page': async (_, request) => pages.push(await request.text()),
  'clear-pages': async () => pages.splice(0).length,
  apply: (env) => applyPages(env),
  settle: async (env, request) => settle(env, await request.json<number[]>()),
  'sync-page': async (env, request) => {
    const { runId, page } = await request.json<{ runId: number; page: number }>()
    return await syncOnePage(env, runId, page)
  },
  'ledger-cost': async (env, request) => takeLedgerCost(env, await request.json<number>()),
  'take-batches': async () => batches.splice(0),
}

/** What syncPage does between reading a page and settling. */
async function applyPages(env: Env): Promise<AppliedPages> {
  const { ctx, cost } = createMeter(env)
  const { companyId } = ctx.config.yclients
  const kinds: Record<string, number> = {}
  const usersToSettle = new Set<number>()
  let records = 0
  for (const page of pages) {
    const { data } = JSON.parse(page) as { data: unknown[] } // written by the simulator
    const seen = { companyId, origin: 'api' as const, observedAt: ctx.now(), zone: ctx.config.branchTimezone }
    const changes = data.map((raw) => {
      const translation = translateRecord(raw, seen)
      if ('invalid' in translation) throw new Error(translation.invalid)
      return translation.change
    })
    const applied = await applyRecords(ctx, changes)
    records += data.length
    for (const { kind } of applied.outcomes) kinds[kind] = (kinds[kind] ?? 0) + 1
    for (const userId of applied.usersToSettle) usersToSettle.add(userId)
  }
  return { records, kinds, usersToSettle: [...usersToSettle], cost: cost() }
}

async function settle(env: Env, userIds: readonly number[]): Promise<SettledUsers> {
  const { ctx, cost } = createMeter(env)
  const settled = await settleBookings(ctx, userIds)
  const outside = cost()
  // Each call counts for the answer's time, so the objects are asked only where one client is looked at.
  const inside = userIds.length === 1 ? await takeLedgerCost(env, userIds[0]) : undefined
  return { ...settled, cost: inside ? sum(outside, inside) : outside }
}

function takeLedgerCost(env: Env, userId: number | undefined): Promise<Cost> {
  // The binding is typed after src/worker.ts; in this Worker it is the class above.
  const ledgers = env.LEDGER as unknown as DurableObjectNamespace<BonusLedger>
  return ledgers.getByName(String(userId)).takeCost()
}

const sum = (a: Cost, b: Cost): Cost => ({
  roundTrips: a.roundTrips + b.roundTrips,
  statements: a.statements + b.statements,
  rowsRead: a.rowsRead + b.rowsRead,
  rowsWritten: a.rowsWritten + b.rowsWritten,
  messages: a.messages + b.messages,
  objectCalls: a.objectCalls + b.objectCalls,
})

/** One page of a run, without the next: its message is not sent. */
async function syncOnePage(env: Env, runId: number, page: number): Promise<Cost> {
  const unsent: Context['sync'] = {
    send: async () => ({ metadata: { metrics: { backlogCount: 0, backlogBytes: 0 } } }),
  }
  const { ctx, cost } = createMeter(env, { sync: unsent })
  await syncPage(ctx, { kind: 'sync-page', runId, page }, 1)
  return cost()
}

/** Each request brings an environment of its own, so that each is counted by itself. */
const contexts = new WeakMap<Env, Context>()
const app = createApp((env) => contexts.get(env) ?? contextOf(env))

export default {
  async fetch(request, env, execution) {
    const door = /^\/bench\/([\w-]+)$/.exec(new URL(request.url).pathname)?.[1]
    if (door !== undefined) {
      const open = doors[door]
      return open ? Response.json(await open(env, request)) : new Response('no such door', { status: 404 })
    }
    const { ctx, cost, texts } = createMeter(env)
    const ownEnv = { ...env }
    contexts.set(ownEnv, ctx)
    const response = await app.fetch(request, ownEnv, execution)
    const requestCost: RequestCost = { cost: cost(), texts: [...texts] }
    const headers = new Headers(response.headers)
    headers.set(COST_HEADER, encodeURIComponent(JSON.stringify(requestCost)))
    return new Response(response.body, { status: response.status, headers })
  },
  async queue(batch, env) {
    const { ctx, cost } = createMeter(env)
    await handleQueue(ctx, batch)
    batches.push({ queue: batch.queue, messages: batch.messages.length, cost: cost() })
  },
} satisfies ExportedHandler<Env>
