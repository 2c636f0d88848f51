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

const variables = z
  .object({
    ENVIRONMENT: z.enum(['production', 'development', 'test']).default('production'),
    BRANCH_TIMEZONE: timeZone.default('Europe/Moscow'),
    JWT_SECRET: z.string().min(32, 'must have at least 32 characters'),
    LOYALTY_ENABLED: flag.default(true),
    YCLIENTS_ENABLED: flag.default(false),
    YCLIENTS_BASE_URL: z.url({ protocol: /^https?$/ }).default('https://api.yclients.com'),
    YCLIENTS_COMPANY_ID: positiveInteger.optional(),
    YCLIENTS_API_TOKEN: optionalText,
    YCLIENTS_USER_TOKEN: optionalText,
    YCLIENTS_WEBHOOK_SECRET: optionalText,
    YCLIENTS_FORM_ID: positiveInteger.optional(),
    YCLIENTS_MIN_INTERVAL_MS: positiveInteger.default(600),
  })
  .superRefine((vars, check) => {
    if (!vars.YCLIENTS_ENABLED) return
    for (const name of ['YCLIENTS_COMPANY_ID', 'YCLIENTS_API_TOKEN', 'YCLIENTS_USER_TOKEN'] as const) {
      if (vars[name] === undefined) {
        check.addIssue({ code: 'custom', path: [name], message: 'is required when YCLIENTS_ENABLED is on' })
      }
    }
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
}

export interface Config {
  readonly environment: 'production' | 'development' | 'test'
  /** Wall-clock zone of the branch; schedules and YClients' `date` are written in it. */
  readonly branchTimezone: string
  readonly jwtSecret: string
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
    jwtSecret: vars.JWT_SECRET,
    loyaltyEnabled: vars.LOYALTY_ENABLED,
    yclients: {
      enabled: vars.YCLIENTS_ENABLED,
      baseUrl: vars.YCLIENTS_BASE_URL.replace(/\/+$/, ''),
      companyId: vars.YCLIENTS_COMPANY_ID ?? 0,
      apiToken: vars.YCLIENTS_API_TOKEN ?? '',
      userToken: vars.YCLIENTS_USER_TOKEN ?? '',
      webhookSecret: vars.YCLIENTS_WEBHOOK_SECRET,
      formId: vars.YCLIENTS_FORM_ID,
      minIntervalMs: vars.YCLIENTS_MIN_INTERVAL_MS,
    },
  }
}
