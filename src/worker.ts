import { contextOf } from './context.ts'
import { createApp } from './handlers/fetch.ts'
import { handleQueue } from './handlers/queue.ts'
import { handleScheduled } from './handlers/scheduled.ts'

export { BonusLedger } from './loyalty/bonus-ledger.ts'

const app = createApp()

export default {
  fetch: app.fetch,
  queue: (batch, env) => handleQueue(contextOf(env), batch),
  scheduled: (_event, env) => handleScheduled(contextOf(env)),
} satisfies ExportedHandler<Env>
