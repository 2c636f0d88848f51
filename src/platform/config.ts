import * as z from 'zod'

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

const timeZone = z.string().refine((zone) => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch {
    return false
  }
}, 'must be an IANA time zone such as Europe/Moscow')

const secret = z.string().min(32, 'must have at least 32 characters')

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
    LOYALTY_ENABLED: flag.default(true),
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
  readonly loyaltyEnabled: boolean
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
    loyaltyEnabled: vars.LOYALTY_ENABLED,
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
