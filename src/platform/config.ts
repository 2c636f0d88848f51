import * as z from 'zod'
import { type IpRange, parseIpRange } from './ip-ranges.ts'
import { isDay } from './time.ts'

/**
 * Owners write flags the way the seeds do (`True`), the way shells do (`1`) or the way TOML does (`true`).
 * Anything else is refused instead of silently meaning "off".
 */
const flag = z
  .string()
  .trim()
  .toLowerCase()
  .pipe(z.enum(['true', '1', 'yes', 'on', 'false', '0', 'no', 'off']))
  .transform((word) => ['true', '1', 'yes', 'on'].includes(word))

const optionalText = z.string().trim().min(1).optional()

const positiveInteger = z
  .string()
  .trim()
  .regex(/^\d{1,15}$/, 'must be a positive whole number')
  .transform(Number)

/** Kinds of messages about a visit that YClients may announce as well. */
const VISIT_NOTICES = ['booking_made', 'booking_moved', 'booking_cancelled', 'reminder_24h', 'reminder_2h'] as const
export type VisitNotice = (typeof VISIT_NOTICES)[number]

const visitNotices = z
  .string()
  .default('')
  .transform((list) => list.split(',').flatMap((kind) => kind.trim() || []))
  .pipe(z.array(z.enum(VISIT_NOTICES)))

/** "21:00-09:00" → minutes of the day; may go over midnight. */
const quietHours = z
  .string()
  .regex(/^(off|([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d)$/, 'must be hours such as 21:00-09:00, or off')
  .default('21:00-09:00')
  .transform((hours) => {
    const [from, to] = hours.split('-').map((time) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3)))
    return from === undefined || to === undefined || from === to ? undefined : { fromMinute: from, toMinute: to }
  })

const timeZone = z.string().refine((zone) => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch {
    return false
  }
}, 'must be an IANA time zone such as Europe/Moscow')

const secret = z.string().min(32, 'must have at least 32 characters')

/** From whom YooKassa's notifications come, as it publishes it. */
const YOOKASSA_SENDERS =
  '185.71.76.0/27,185.71.77.0/27,77.75.153.0/25,77.75.154.128/25,77.75.156.11,77.75.156.35,2a02:5180::/32'

const ipRanges = z.string().transform((list, check): IpRange[] => {
  const ranges = list.split(',').map(parseIpRange)
  const known = ranges.filter((range) => range !== undefined)
  if (known.length < ranges.length) {
    check.addIssue({ code: 'custom', message: 'must be address blocks such as 185.71.76.0/27,2a02:5180::/32' })
  }
  return known
})

/** "2026-01-01 vat=11 tax=1; 2027-01-01 vat=7 tax=2": from which day of the branch receipts say what. */
const receiptRules = z
  .string()
  .default('')
  .transform((text, check): ReceiptRule[] => {
    const rules = text.split(';').flatMap((line) => (line.trim() === '' ? [] : parseReceiptRule(line.trim())))
    const known = rules.filter((rule) => rule !== undefined)
    if (known.length < rules.length) {
      check.addIssue({
        code: 'custom',
        message: 'must be rules such as 2026-01-01 vat=11 tax=1; 2027-01-01 vat=7 tax=2',
      })
    }
    return known.sort((a, b) => (a.fromDay < b.fromDay ? -1 : 1))
  })

function parseReceiptRule(text: string): ReceiptRule | undefined {
  const match = /^(20\d\d-\d\d-\d\d) vat=([1-9]|1[0-2])(?: tax=([1-6]))?$/.exec(text)
  if (!match?.[1] || !isDay(match[1])) return undefined
  return { fromDay: match[1], vatCode: Number(match[2]), taxSystemCode: match[3] ? Number(match[3]) : undefined }
}

/** All sums are hundredths. */
const currency = z.string().refine((code) => {
  if (!/^[A-Z]{3}$/.test(code)) return false
  const { maximumFractionDigits } = new Intl.NumberFormat('en', { style: 'currency', currency: code }).resolvedOptions()
  return maximumFractionDigits === 2
}, 'must be a currency with hundredths, such as RUB')

const variables = z
  .object({
    ENVIRONMENT: z.enum(['production', 'development', 'test']).default('production'),
    BRANCH_TIMEZONE: timeZone.default('Europe/Moscow'),
    SALON_NAME: z.string().trim().min(1).max(40).default('Spa'),
    JWT_SECRET: secret,
    JWT_SECRET_PREVIOUS: secret.optional(),
    ADMIN_BOOTSTRAP_SECRET: secret.optional(),
    METRICS_TOKEN: secret.optional(),
    CF_ACCESS_TEAM_DOMAIN: z.url({ protocol: /^https$/ }).optional(),
    CF_ACCESS_AUDIENCE: optionalText,
    DESK_DAILY_SPEND_POINTS: positiveInteger.default(10_000),
    CONSENT_VERSION: z.string().trim().min(1).max(40).default('1'),
    CONSENT_URL: z.url({ protocol: /^https?$/ }).optional(),
    MESSAGES_ENABLED: flag.default(true),
    SMS_PROVIDER: z.enum(['off', 'smsru']).default('off'),
    SMS_COUNTRIES: z
      .string()
      .regex(/^[A-Z]{2}(\s*,\s*[A-Z]{2})*$/, 'must be countries such as RU,BY')
      .default('RU')
      .transform((list) => list.split(',').map((country) => country.trim())),
    SMSRU_BASE_URL: z.url({ protocol: /^https?$/ }).default('https://sms.ru'),
    SMSRU_API_ID: optionalText,
    SMSRU_SENDER: optionalText,
    SMSRU_TEST: flag.default(false),
    MAIL_PROVIDER: z.enum(['off', 'unisender', 'cloudflare']).default('off'),
    MAIL_FROM: z.email().optional(),
    UNISENDER_BASE_URL: z.url({ protocol: /^https?$/ }).default('https://go1.unisender.ru'),
    UNISENDER_API_KEY: optionalText,
    PAYMENT_PROVIDER: z.enum(['off', 'yookassa', 'stripe']).default('off'),
    PAYMENT_CURRENCY: currency.default('RUB'),
    PAYMENT_CAPTURE: z.enum(['later', 'now']).default('later'),
    PAYMENT_TEST_MODE: flag.default(false),
    PAYMENT_BONUS_PERCENT: positiveInteger.pipe(z.int().max(100)).default(50),
    PAYMENT_APP_SCHEMES: z
      .string()
      .regex(/^([a-z][a-z0-9+.-]{1,30}(\s*,\s*[a-z][a-z0-9+.-]{1,30})*)?$/, 'must be schemes such as spa-app')
      .default('')
      .transform((list) => list.split(',').flatMap((scheme) => scheme.trim() || [])),
    PAYMENT_MANAGER_REFUND_RUBLES: positiveInteger.default(30_000),
    RECEIPT_RULES: receiptRules,
    YOOKASSA_BASE_URL: z.url({ protocol: /^https?$/ }).default('https://api.yookassa.ru/v3'),
    YOOKASSA_SHOP_ID: optionalText,
    YOOKASSA_SECRET_KEY: optionalText,
    YOOKASSA_SENDERS: ipRanges.default(() => YOOKASSA_SENDERS.split(',').flatMap((block) => parseIpRange(block) ?? [])),
    STRIPE_BASE_URL: z.url({ protocol: /^https?$/ }).default('https://api.stripe.com'),
    STRIPE_SECRET_KEY: optionalText,
    STRIPE_WEBHOOK_SECRET: optionalText,
    NOTICES_ENABLED: flag.default(true),
    NOTICES_OF_YCLIENTS_VISITS: visitNotices,
    QUIET_HOURS: quietHours,
    PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
    SMS_DAILY_LIMIT: positiveInteger.default(200),
    MAIL_DAILY_LIMIT: positiveInteger.default(2000),
    PUSH_DAILY_LIMIT: positiveInteger.default(10_000),
    PUSH_PROVIDER: z.enum(['off', 'fcm']).default('off'),
    FCM_BASE_URL: z.url({ protocol: /^https?$/ }).default('https://fcm.googleapis.com'),
    FCM_TOKEN_URL: z.url({ protocol: /^https?$/ }).default('https://oauth2.googleapis.com/token'),
    FCM_PROJECT_ID: z
      .string()
      .regex(/^[a-z0-9-]{1,60}$/)
      .optional(),
    FCM_CLIENT_EMAIL: z.email().optional(),
    FCM_PRIVATE_KEY: optionalText,
    LOYALTY_ENABLED: flag.default(true),
    BONUS_LIFETIME_MONTHS: z
      .string()
      .trim()
      .regex(/^(\d{1,2}|1[01]\d|120)$/, 'must be a number of months up to 120, or 0')
      .transform(Number)
      .default(12),
    YCLIENTS_ENABLED: flag.default(false),
    YCLIENTS_BASE_URL: z.url({ protocol: /^https?$/ }).default('https://api.yclients.com'),
    YCLIENTS_COMPANY_ID: positiveInteger.optional(),
    YCLIENTS_API_TOKEN: optionalText,
    YCLIENTS_USER_TOKEN: optionalText,
    YCLIENTS_WEBHOOK_SECRET: optionalText,
    YCLIENTS_FORM_ID: positiveInteger.optional(),
    YCLIENTS_MIN_INTERVAL_MS: positiveInteger.default(600),
    YCLIENTS_PUSH_INTERNAL: flag.default(false),
  })
  .superRefine((vars, check) => {
    const demand = (when: boolean, names: readonly (keyof typeof vars)[], reason: string) => {
      for (const name of when ? names : []) {
        if (vars[name] === undefined) check.addIssue({ code: 'custom', path: [name], message: `is required ${reason}` })
      }
    }
    demand(
      vars.YCLIENTS_ENABLED,
      ['YCLIENTS_COMPANY_ID', 'YCLIENTS_API_TOKEN', 'YCLIENTS_USER_TOKEN'],
      'when YCLIENTS_ENABLED is on',
    )
    demand(vars.SMS_PROVIDER === 'smsru', ['SMSRU_API_ID'], 'when SMS_PROVIDER is smsru')
    demand(vars.MAIL_PROVIDER !== 'off', ['MAIL_FROM'], 'when MAIL_PROVIDER is not off')
    demand(vars.MAIL_PROVIDER === 'unisender', ['UNISENDER_API_KEY'], 'when MAIL_PROVIDER is unisender')
    const { PAYMENT_PROVIDER: payments } = vars
    demand(payments === 'yookassa', ['YOOKASSA_SHOP_ID', 'YOOKASSA_SECRET_KEY'], 'when PAYMENT_PROVIDER is yookassa')
    demand(payments === 'stripe', ['STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET'], 'when PAYMENT_PROVIDER is stripe')
    if (payments === 'yookassa' && vars.PAYMENT_CURRENCY !== 'RUB') {
      check.addIssue({ code: 'custom', path: ['PAYMENT_CURRENCY'], message: 'must be RUB for YooKassa' })
    }
    demand(
      vars.PUSH_PROVIDER === 'fcm',
      ['FCM_PROJECT_ID', 'FCM_CLIENT_EMAIL', 'FCM_PRIVATE_KEY'],
      'when PUSH_PROVIDER is fcm',
    )
    demand(vars.CF_ACCESS_TEAM_DOMAIN !== undefined, ['CF_ACCESS_AUDIENCE'], 'when CF_ACCESS_TEAM_DOMAIN is set')
  })

export interface YclientsConfig {
  readonly enabled: boolean
  readonly baseUrl: string
  readonly companyId: number
  readonly apiToken: string
  readonly userToken: string
  /** Absent means: refuse every webhook, except in development. */
  readonly webhookSecret: string | undefined
  readonly formId: number | undefined
  /** Pause between two calls of one isolate; two consumers with 600 ms keep to both 5/s and 200/min. */
  readonly minIntervalMs: number
  /** Visits booked here with masters who also work in YClients are written there, so that a master has one timeline. */
  readonly pushInternal: boolean
}

export interface SmsConfig {
  readonly provider: 'off' | 'smsru'
  /** Numbers elsewhere get no code: messages abroad are how strangers turn a sign-in form into money. */
  readonly countries: readonly string[]
  readonly smsru: {
    readonly baseUrl: string
    readonly apiId: string
    /** Agreed with SMS.ru; without one they choose. */
    readonly sender: string | undefined
    /** Checked by SMS.ru but not sent. */
    readonly test: boolean
  }
}

export interface MailConfig {
  readonly provider: 'off' | 'unisender' | 'cloudflare'
  readonly from: string
  readonly unisender: { readonly baseUrl: string; readonly apiKey: string }
}

/** What fiscal receipts say from a day on; the codes of 54-FZ. */
export interface ReceiptRule {
  readonly fromDay: string
  readonly vatCode: number
  readonly taxSystemCode: number | undefined
}

export interface PaymentsConfig {
  readonly provider: 'off' | 'yookassa' | 'stripe'
  readonly currency: string
  /** `later`: money is blocked when the client pays and taken when the slot is his. `now` also allows one-stage ways to pay. */
  readonly capture: 'later' | 'now'
  /** The provider's test shop: payments that were made with real money are not ours then, and the other way round. */
  readonly testMode: boolean
  /** So much of a price may be paid in bonuses. */
  readonly bonusShareBasisPoints: number
  /** Besides https: where the provider may send the client back to. */
  readonly appSchemes: readonly string[]
  /** More only the owner may refund at once. */
  readonly managerRefundKopecks: number
  /** By day, the earliest first; without any no receipts are sent. */
  readonly receiptRules: readonly ReceiptRule[]
  readonly yookassa: {
    readonly baseUrl: string
    readonly shopId: string
    readonly secretKey: string
    /** Notifications from elsewhere are refused. */
    readonly senders: readonly IpRange[]
  }
  readonly stripe: { readonly baseUrl: string; readonly secretKey: string; readonly webhookSecret: string }
}

export interface PushConfig {
  readonly provider: 'off' | 'fcm'
  readonly fcm: {
    readonly baseUrl: string
    readonly tokenUrl: string
    readonly projectId: string
    readonly clientEmail: string
    /** PKCS #8 in PEM. */
    readonly privateKey: string
  }
}

export interface NoticesConfig {
  /** False: clients are told nothing by themselves; codes are sent all the same. */
  readonly enabled: boolean
  /** What of visits that stand in YClients and were not booked here is told by us as well. */
  readonly ofYclientsVisits: readonly VisitNotice[]
  /** Minutes of the branch's day in which nothing leaves that can wait; undefined: none. */
  readonly quietHours: { readonly fromMinute: number; readonly toMinute: number } | undefined
  /** What may leave on one day of the branch; codes are not counted, they have allowances of their own. */
  readonly dailyLimits: { readonly push: number; readonly email: number; readonly sms: number }
}

export interface Config {
  readonly environment: 'production' | 'development' | 'test'
  /** Wall-clock zone of the branch; schedules and YClients' `date` are written in it. */
  readonly branchTimezone: string
  /** Signs messages to clients. */
  readonly salonName: string
  /** The first signs tokens, all verify; the first is also the key of keyed hashes. */
  readonly secrets: readonly [string, ...string[]]
  /** Makes an owner, once. */
  readonly adminBootstrapSecret: string | undefined
  /** With it a monitoring program reads the metrics. */
  readonly metricsToken: string | undefined
  readonly cloudflareAccess: { readonly teamDomain: string; readonly audience: string } | undefined
  /** What an administrator of the lowest role may write off in one day. */
  readonly deskDailySpendPoints: number
  /** The document on personal data that clients have to agree to, as it is now. */
  readonly consent: { readonly version: string; readonly url: string | undefined }
  /** False: nothing is sent to anybody. */
  readonly messagesEnabled: boolean
  readonly sms: SmsConfig
  readonly mail: MailConfig
  readonly push: PushConfig
  readonly notices: NoticesConfig
  /** Where this Worker is reached from the internet; for links in mails. */
  readonly publicUrl: string | undefined
  readonly payments: PaymentsConfig
  readonly loyaltyEnabled: boolean
  /** Calendar months after which points expire that nobody spends. 0: they never do. */
  readonly bonusLifetimeMonths: number
  readonly yclients: YclientsConfig
}

/** Says which variables are missing or wrong, never what they contain. */
export class ConfigError extends Error {
  readonly variables: readonly string[]
  constructor(problems: readonly { variable: string; problem: string }[]) {
    super(`Configuration: ${problems.map((p) => `${p.variable} ${p.problem}`).join('; ')}`)
    this.name = 'ConfigError'
    this.variables = problems.map((p) => p.variable)
  }
}

/** Reads the settings once from the Worker's variables and secrets. Throws ConfigError. */
export function parseConfig(env: object): Config {
  // A variable that is present but blank (`YCLIENTS_FORM_ID=`) means "not set".
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
  const parsed = variables.safeParse(present)
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.map((issue) => ({
        variable: String(issue.path[0] ?? 'environment'),
        // zod's own texts name the expected form only; `received` values never enter the message.
        problem: issue.code === 'custom' || issue.code === 'too_small' ? issue.message : 'is missing or malformed',
      })),
    )
  }
  const vars = parsed.data
  return {
    environment: vars.ENVIRONMENT,
    branchTimezone: vars.BRANCH_TIMEZONE,
    salonName: vars.SALON_NAME,
    secrets: vars.JWT_SECRET_PREVIOUS ? [vars.JWT_SECRET, vars.JWT_SECRET_PREVIOUS] : [vars.JWT_SECRET],
    adminBootstrapSecret: vars.ADMIN_BOOTSTRAP_SECRET,
    metricsToken: vars.METRICS_TOKEN,
    cloudflareAccess: vars.CF_ACCESS_TEAM_DOMAIN
      ? { teamDomain: withoutSlash(vars.CF_ACCESS_TEAM_DOMAIN), audience: vars.CF_ACCESS_AUDIENCE ?? '' }
      : undefined,
    deskDailySpendPoints: vars.DESK_DAILY_SPEND_POINTS,
    consent: { version: vars.CONSENT_VERSION, url: vars.CONSENT_URL },
    messagesEnabled: vars.MESSAGES_ENABLED,
    sms: {
      provider: vars.SMS_PROVIDER,
      countries: vars.SMS_COUNTRIES,
      smsru: {
        baseUrl: withoutSlash(vars.SMSRU_BASE_URL),
        apiId: vars.SMSRU_API_ID ?? '',
        sender: vars.SMSRU_SENDER,
        test: vars.SMSRU_TEST,
      },
    },
    mail: {
      provider: vars.MAIL_PROVIDER,
      from: vars.MAIL_FROM ?? '',
      unisender: { baseUrl: withoutSlash(vars.UNISENDER_BASE_URL), apiKey: vars.UNISENDER_API_KEY ?? '' },
    },
    payments: {
      provider: vars.PAYMENT_PROVIDER,
      currency: vars.PAYMENT_CURRENCY,
      capture: vars.PAYMENT_CAPTURE,
      testMode: vars.PAYMENT_TEST_MODE,
      bonusShareBasisPoints: vars.PAYMENT_BONUS_PERCENT * 100,
      appSchemes: vars.PAYMENT_APP_SCHEMES,
      managerRefundKopecks: vars.PAYMENT_MANAGER_REFUND_RUBLES * 100,
      receiptRules: vars.RECEIPT_RULES,
      yookassa: {
        baseUrl: withoutSlash(vars.YOOKASSA_BASE_URL),
        shopId: vars.YOOKASSA_SHOP_ID ?? '',
        secretKey: vars.YOOKASSA_SECRET_KEY ?? '',
        senders: vars.YOOKASSA_SENDERS,
      },
      stripe: {
        baseUrl: withoutSlash(vars.STRIPE_BASE_URL),
        secretKey: vars.STRIPE_SECRET_KEY ?? '',
        webhookSecret: vars.STRIPE_WEBHOOK_SECRET ?? '',
      },
    },
    push: {
      provider: vars.PUSH_PROVIDER,
      fcm: {
        baseUrl: withoutSlash(vars.FCM_BASE_URL),
        tokenUrl: vars.FCM_TOKEN_URL,
        projectId: vars.FCM_PROJECT_ID ?? '',
        clientEmail: vars.FCM_CLIENT_EMAIL ?? '',
        // One line in `.dev.vars`, as it stands in Google's JSON.
        privateKey: (vars.FCM_PRIVATE_KEY ?? '').replaceAll('\\n', '\n'),
      },
    },
    notices: {
      enabled: vars.NOTICES_ENABLED && vars.MESSAGES_ENABLED,
      ofYclientsVisits: vars.NOTICES_OF_YCLIENTS_VISITS,
      quietHours: vars.QUIET_HOURS,
      dailyLimits: { push: vars.PUSH_DAILY_LIMIT, email: vars.MAIL_DAILY_LIMIT, sms: vars.SMS_DAILY_LIMIT },
    },
    publicUrl: vars.PUBLIC_URL && withoutSlash(vars.PUBLIC_URL),
    loyaltyEnabled: vars.LOYALTY_ENABLED,
    bonusLifetimeMonths: vars.BONUS_LIFETIME_MONTHS,
    yclients: {
      enabled: vars.YCLIENTS_ENABLED,
      baseUrl: withoutSlash(vars.YCLIENTS_BASE_URL),
      companyId: vars.YCLIENTS_COMPANY_ID ?? 0,
      apiToken: vars.YCLIENTS_API_TOKEN ?? '',
      userToken: vars.YCLIENTS_USER_TOKEN ?? '',
      webhookSecret: vars.YCLIENTS_WEBHOOK_SECRET,
      formId: vars.YCLIENTS_FORM_ID,
      minIntervalMs: vars.YCLIENTS_MIN_INTERVAL_MS,
      pushInternal: vars.YCLIENTS_PUSH_INTERNAL,
    },
  }
}

/** Every variable that is understood, and whether it is set; never what it contains. */
export function listVariables(env: object): { readonly name: string; readonly isSet: boolean }[] {
  const set = new Set(Object.entries(env).flatMap(([name, value]) => (value === '' ? [] : [name])))
  return Object.keys(variables.shape).map((name) => ({ name, isSet: set.has(name) }))
}

const withoutSlash = (url: string) => url.replace(/\/+$/, '')
