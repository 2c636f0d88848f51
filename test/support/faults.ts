import type { Context } from '../../src/context.ts'
import type { Db, Statement } from '../../src/platform/db.ts'

/** The process dying at a random moment: before the database did its work, or after it, with the answer lost. */
export class Crash extends Error {}

export interface Faults {
  /** Probability of each fault, 0 to 1; set to 0 to heal. */
  rate: number
}

/** A database, ledger and queue that fail now and then. `random` gives numbers in [0, 1). */
export function withFaults(ctx: Context, faults: Faults, random: () => number): Context {
  async function perhapsCrash<T>(work: () => PromiseLike<T>): Promise<T> {
    if (random() < faults.rate / 2) throw new Crash('before the work')
    const result = await work()
    if (random() < faults.rate / 2) throw new Crash('after the work')
    return result
  }
  const shaky = <T>(statement: Statement<T>): Statement<T> => ({
    bound: statement.bound,
    read: statement.read,
    // biome-ignore lint/suspicious/noThenProperty: a statement is awaitable
    then: (fulfilled, rejected) => perhapsCrash(() => statement).then(fulfilled, rejected),
  })
  const db: Db = {
    all: (query) => shaky(ctx.db.all(query)),
    run: (query) => shaky(ctx.db.run(query)),
    batch: (statements) => perhapsCrash(() => ctx.db.batch(statements)),
  }
  return {
    ...ctx,
    db,
    events: {
      send: (body, options) => perhapsCrash(() => ctx.events.send(body, options)),
      sendBatch: (messages, options) => perhapsCrash(() => ctx.events.sendBatch(messages, options)),
    },
    sync: { send: (body, options) => perhapsCrash(() => ctx.sync.send(body, options)) },
    messages: {
      send: (body, options) => perhapsCrash(() => ctx.messages.send(body, options)),
      sendBatch: (messages, options) => perhapsCrash(() => ctx.messages.sendBatch(messages, options)),
    },
    ledgerOf: (userId) => ({
      settle: (trace) => perhapsCrash(() => ctx.ledgerOf(userId).settle(trace)),
      change: (change) => perhapsCrash(() => ctx.ledgerOf(userId).change(change)),
      takeOver: (request) => perhapsCrash(() => ctx.ledgerOf(userId).takeOver(request)),
      reserve: (request) => perhapsCrash(() => ctx.ledgerOf(userId).reserve(request)),
      resolve: (resolve) => perhapsCrash(() => ctx.ledgerOf(userId).resolve(resolve)),
      postpone: (request) => perhapsCrash(() => ctx.ledgerOf(userId).postpone(request)),
      giveBack: (request) => perhapsCrash(() => ctx.ledgerOf(userId).giveBack(request)),
      end: (at) => perhapsCrash(() => ctx.ledgerOf(userId).end(at)),
    }),
  }
}
