import type { applyD1Migrations } from 'cloudflare:test'
import { beforeEach, expect } from 'vitest'
import { freshDatabase } from './support/fresh-database.ts'

declare global {
  namespace Cloudflare {
    interface Env {
      TEST_MIGRATIONS: Parameters<typeof applyD1Migrations>[1]
      HISTORIES: string
      HISTORY_SEED: string
    }
  }
}

beforeEach(async () => {
  // Pure rules have no store, and emptying it takes longer than most of them.
  if (!expect.getState().testPath?.includes('/test/rules/')) await freshDatabase()
})
