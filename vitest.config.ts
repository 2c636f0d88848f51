import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-pool-workers'
import { defineConfig } from 'vitest/config'

// Successor of the pool under another name: @cloudflare/vitest-plugin (same API). To switch, change the import here and
// the types in test/tsconfig.json.
export default defineConfig(async () => {
  const migrations = await readD1Migrations('./migrations')
  return {
    test: {
      maxWorkers: 2,
      testTimeout: 60_000,
      silent: 'passed-only' as const,
      projects: [
        {
          plugins: [
            cloudflareTest({
              wrangler: { configPath: './wrangler.toml' },
              miniflare: {
                bindings: {
                  TEST_MIGRATIONS: migrations,
                  // Number of random histories: `HISTORIES=500 npx vitest run random-histories`.
                  HISTORIES: process.env.HISTORIES ?? '',
                  HISTORY_SEED: process.env.HISTORY_SEED ?? '',
                  ENVIRONMENT: 'test',
                  JWT_SECRET: 'test-secret-test-secret-test-secret',
                  // A developer's own .dev.vars must not reach the tests.
                  JWT_SECRET_PREVIOUS: '',
                  METRICS_TOKEN: '',
                  CF_ACCESS_TEAM_DOMAIN: '',
                  YCLIENTS_API_TOKEN: 'partner-demo',
                  YCLIENTS_USER_TOKEN: 'user-demo',
                  YCLIENTS_WEBHOOK_SECRET: 'test-webhook-secret',
                  YCLIENTS_BASE_URL: 'http://yclients.test',
                  YCLIENTS_MIN_INTERVAL_MS: '0',
                  SALON_NAME: 'Лотос',
                  SMS_PROVIDER: 'smsru',
                  SMSRU_BASE_URL: 'http://messages.test',
                  SMSRU_API_ID: 'smsru-demo',
                  MAIL_PROVIDER: 'unisender',
                  MAIL_FROM: 'salon@spa.test',
                  UNISENDER_BASE_URL: 'http://messages.test',
                  UNISENDER_API_KEY: 'unisender-demo',
                  // Tests of other things are not about what clients are told of them.
                  NOTICES_ENABLED: 'false',
                  PAYMENT_PROVIDER: 'yookassa',
                  PAYMENT_TEST_MODE: 'true',
                  PAYMENT_APP_SCHEMES: 'spa-app',
                  RECEIPT_RULES: '2026-01-01 vat=1 tax=2',
                  YOOKASSA_BASE_URL: 'http://yookassa.test/v3',
                  YOOKASSA_SHOP_ID: '100500',
                  YOOKASSA_SECRET_KEY: 'test_yookassa-demo',
                },
                // Cloudflare's own mail, which wrangler.toml leaves to the salon; here it takes mails and sends none.
                email: { send_email: [{ name: 'EMAIL' }] },
                // No test reaches the network: a call that no simulator answers comes back with this status and text.
                outboundService: (request: Request) => new Response(`blocked: ${request.url}`, { status: 599 }),
              },
            }),
          ],
          test: {
            name: 'worker',
            // One runtime for all files instead of one for each: five times faster. `setup.ts` empties every store
            // before each test.
            isolate: false,
            include: ['test/**/*.test.ts'],
            exclude: ['test/node/**', 'test/cli/**', 'test/browser/**'],
            setupFiles: ['test/setup.ts'],
            testTimeout: 120_000,
          },
        },
        { test: { name: 'node', include: ['test/{node,cli}/**/*.test.ts'], environment: 'node' } },
        {
          test: {
            name: 'browser',
            include: ['test/browser/**/*.test.ts'],
            environment: 'node',
            globalSetup: ['test/browser/support/global-setup.ts'],
            testTimeout: 120_000,
          },
        },
      ],
    },
  }
})
