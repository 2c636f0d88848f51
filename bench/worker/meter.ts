import { type Context, createContext } from '../../src/context.ts'
import { openDb } from '../../src/platform/db.ts'
import { countD1 } from '../../test/support/count-d1.ts'
import type { Cost } from '../answers.ts'

export interface Meter {
  readonly ctx: Context
  readonly texts: ReadonlySet<string>
  cost(): Cost
}

/** The app's own context on the real bindings, counting what goes through them. */
export function createMeter(env: Env, replaced: Partial<Context> = {}): Meter {
  const { db, counts, texts } = countD1(env.DB)
  const calls = { messages: 0, objectCalls: 0 }
  const plain = createContext(env, { db: openDb(db), ...replaced })
  const ctx: Context = {
    ...plain,
    events: {
      send: (body, options) => {
        calls.messages++
        return plain.events.send(body, options)
      },
      sendBatch: (messages, options) => {
        const all = [...messages]
        calls.messages += all.length
        return plain.events.sendBatch(all, options)
      },
    },
    sync: {
      send: (body, options) => {
        calls.messages++
        return plain.sync.send(body, options)
      },
    },
    ledgerOf: (userId) =>
      new Proxy(plain.ledgerOf(userId), {
        get: (ledger, command) => {
          calls.objectCalls++
          return Reflect.get(ledger, command)
        },
      }),
  }
  return { ctx, texts, cost: () => ({ ...counts, ...calls }) }
}
