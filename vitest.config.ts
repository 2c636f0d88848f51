import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-pool-workers'
import { defineConfig } from 'vitest/config'

// Successor of the pool under another name: @cloudflare/vitest-plugin (same API). To switch, change the import here, in
// test/setup.ts and in test/tsconfig.json.
export default defineConfig(async () => ({
  plugins: [
    cloudflareTest({
      wrangler: { configPath: './wrangler.toml' },
      miniflare: {
        bindings: {
          TEST_MIGRATIONS: await readD1Migrations('./migrations'),
          ENVIRONMENT: 'test',
          JWT_SECRET: 'test-secret-test-secret-test-secret',
          YCLIENTS_API_TOKEN: 'partner-demo',
          YCLIENTS_USER_TOKEN: 'user-demo',
          YCLIENTS_WEBHOOK_SECRET: 'test-webhook-secret',
          YCLIENTS_BASE_URL: 'http://yclients.test',
          YCLIENTS_MIN_INTERVAL_MS: '0',
        },
        // No test reaches the network: an outside call that no simulator answers fails the test with this text.
        outboundService: (request: Request) => new Response(`blocked: ${request.url}`, { status: 599 }),
      },
    }),
  ],
  test: {
    // One runtime for all files instead of one for each: five times faster. `setup.ts` empties every store before each test.
    isolate: false,
    maxWorkers: 2,
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/setup.ts'],
    testTimeout: 60_000,
    silent: 'passed-only',
    teardownTimeout: 5_000,
  },
}))
