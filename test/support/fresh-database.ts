import { reset } from 'cloudflare:test'
import { env } from 'cloudflare:workers'

/** A reset may miss a store to which an object's alarm is writing at that moment. */
const ATTEMPTS = 5

/** Every store empty, the database without tables. */
export async function emptyStores(): Promise<void> {
  for (let attempt = 1; !(await isEmpty()); attempt++) {
    if (attempt > ATTEMPTS) throw new Error('what was in the database is still there')
    await reset()
  }
}

/** Every test leaves the tables behind, so only the very first one finds none. */
async function isEmpty(): Promise<boolean> {
  const left = await env.DB.prepare("select 1 from sqlite_master where type = 'table' and name not glob '_cf*'").first()
  return left === null
}

/** Every store empty, the database migrated. */
export async function freshDatabase(): Promise<void> {
  await emptyStores()
  // In one round trip; which have been applied is of no interest here.
  await env.DB.batch(env.TEST_MIGRATIONS.flatMap(({ queries }) => queries).map((query) => env.DB.prepare(query)))
}
