import type { Context } from '../../src/context.ts'
import type { Db, Statement } from '../../src/platform/db.ts'

/** The same context, in which this happens just before the n-th time that the database is asked. */
export function interrupted(ctx: Context, turn: number, action: () => Promise<unknown>): Context {
  let turns = 0
  async function gate<T>(work: () => PromiseLike<T>): Promise<T> {
    if (++turns === turn) await action()
    return await work()
  }
  const gated = <T>(statement: Statement<T>): Statement<T> => ({
    ...statement,
    // biome-ignore lint/suspicious/noThenProperty: a statement is awaitable
    then: (fulfilled, rejected) => gate(() => statement).then(fulfilled, rejected),
  })
  const db: Db = {
    all: (query) => gated(ctx.db.all(query)),
    run: (query) => gated(ctx.db.run(query)),
    batch: (statements) => gate(() => ctx.db.batch(statements)),
  }
  return { ...ctx, db }
}
