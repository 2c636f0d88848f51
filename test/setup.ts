import { reset } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeEach, expect } from 'vitest'

declare global {
  namespace Cloudflare {
    interface Env {
      TEST_MIGRATIONS: readonly { readonly name: string; readonly queries: readonly string[] }[]
      HISTORIES: string
      HISTORY_SEED: string
    }
  }
}

/** A reset may miss a store to which an object's alarm is writing at that moment. */
const ATTEMPTS = 5

beforeEach(async () => {
  // Pure rules have no store, and resetting takes longer than most of them.
  if (expect.getState().testPath?.includes('/test/rules/')) return
  for (let attempt = 1; !(await isEmpty()); attempt++) {
    if (attempt > ATTEMPTS) throw new Error('the database of the test before is still there')
    await reset()
  }
  // In one round trip; which have been applied is of no interest here.
  await env.DB.batch(env.TEST_MIGRATIONS.flatMap(({ queries }) => queries).map((query) => env.DB.prepare(query)))
})

/** Every test leaves the tables behind, so only the very first one finds none. */
async function isEmpty(): Promise<boolean> {
  const left = await env.DB.prepare("select 1 from sqlite_master where type = 'table' and name not glob '_cf*'").first()
  return left === null
}
