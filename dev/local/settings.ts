import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseEnv } from 'node:util'
import { LOCAL } from './paths.ts'

/** Where a Worker's local settings stand, in the form that `wrangler --env-file` reads. */
export const DEV_VARS = join(LOCAL, 'worker.vars')

export interface YclientsAccess {
  readonly baseUrl: string
  readonly companyId: number
  readonly apiToken: string
  readonly userToken: string
}

/** What the simulator accepts. */
export const SIMULATOR_ACCESS = { companyId: 235564, apiToken: 'partner-demo', userToken: 'user-demo' } as const

export interface LocalSecrets {
  readonly webhookSecret: string
  readonly bootstrapSecret: string
}

/** What the message catcher accepts. */
const CATCHER_KEYS = { smsru: 'smsru-demo', unisender: 'unisender-demo' } as const

/** What the payment stand-in accepts; it is a test shop. */
export const shopVars = (url: string): Readonly<Record<string, string>> => ({
  PAYMENT_PROVIDER: 'yookassa',
  PAYMENT_TEST_MODE: 'true',
  YOOKASSA_BASE_URL: `${url}/v3`,
  YOOKASSA_SHOP_ID: '100500',
  YOOKASSA_SECRET_KEY: 'test_yookassa-demo',
})

/** Writes the Worker's settings, readable by nobody else. The others are drawn once and then kept, so that tokens live on. */
export function writeVars(
  file: string,
  yclients: YclientsAccess,
  messagesUrl: string,
  others: Readonly<Record<string, string>> = {},
): LocalSecrets {
  const kept = readVars(file)
  const secrets = {
    // Anew each time: a secret makes one owner, and the first start has used it for its own.
    bootstrapSecret: randomBytes(36).toString('base64url'),
    webhookSecret: kept.YCLIENTS_WEBHOOK_SECRET ?? randomBytes(18).toString('base64url'),
  }
  const vars = {
    ENVIRONMENT: 'development',
    JWT_SECRET: kept.JWT_SECRET ?? randomBytes(36).toString('base64url'),
    ADMIN_BOOTSTRAP_SECRET: secrets.bootstrapSecret,
    SMS_PROVIDER: 'smsru',
    SMSRU_BASE_URL: messagesUrl,
    SMSRU_API_ID: CATCHER_KEYS.smsru,
    MAIL_PROVIDER: 'unisender',
    MAIL_FROM: 'salon@example.com',
    UNISENDER_BASE_URL: messagesUrl,
    UNISENDER_API_KEY: CATCHER_KEYS.unisender,
    PUSH_PROVIDER: 'fcm',
    FCM_BASE_URL: messagesUrl,
    FCM_TOKEN_URL: `${messagesUrl}/token`,
    FCM_PROJECT_ID: 'spa-demo',
    FCM_CLIENT_EMAIL: 'push@spa-demo.iam.gserviceaccount.com',
    FCM_PRIVATE_KEY: kept.FCM_PRIVATE_KEY ?? newPrivateKey(),
    YCLIENTS_BASE_URL: yclients.baseUrl,
    YCLIENTS_COMPANY_ID: String(yclients.companyId),
    YCLIENTS_API_TOKEN: yclients.apiToken,
    YCLIENTS_USER_TOKEN: yclients.userToken,
    YCLIENTS_WEBHOOK_SECRET: secrets.webhookSecret,
    ...others,
  }
  const lines = Object.entries(vars).map(([name, value]) => `${name}='${value}'\n`)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, lines.join(''), { mode: 0o600 })
  // The mode above counts only for a new file.
  chmodSync(file, 0o600)
  return secrets
}

/** On one line, as it stands in Google's JSON. */
const newPrivateKey = (): string =>
  generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  }).privateKey.replaceAll('\n', '\\n')

export const readVars = (file: string): NodeJS.Dict<string> =>
  existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {}
