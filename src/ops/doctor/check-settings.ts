import { type Config, listVariables } from '../../platform/config.ts'
import { type Check, check, type FindingCode } from './findings.ts'

/** What `.dev.vars.example` has in place of secrets. */
const FROM_EXAMPLE = /^change-me/
const SHORT = 16

/**
 * Every variable by name, with what is wrong about it. Wrong or missing ones never come so far: with them the Worker does not
 * start and names them. Pure.
 */
export function checkSettings(env: object, config: Config): readonly Check[] {
  return [
    ...listVariables(env).map(({ name, isSet }) => {
      const code = isSet ? 'setting_set' : 'setting_default'
      return check('settings', WRONG[name]?.(config) ?? code, { name })
    }),
    check('settings', 'secrets_age_unknown'),
  ]
}

const WRONG: Readonly<Record<string, (config: Config) => FindingCode | undefined>> = {
  ENVIRONMENT: ({ environment }) => (environment === 'production' ? undefined : 'not_production'),
  JWT_SECRET: (config) => (isKnown(config, config.secrets[0]) ? 'secret_from_example' : undefined),
  JWT_SECRET_PREVIOUS: ({ secrets }) => (secrets.length > 1 ? 'previous_secret_left' : undefined),
  ADMIN_BOOTSTRAP_SECRET: (config) => {
    if (config.environment !== 'production' || config.adminBootstrapSecret === undefined) return undefined
    return isKnown(config, config.adminBootstrapSecret) ? 'secret_from_example' : 'bootstrap_secret_left'
  },
  CONSENT_URL: ({ consent }) => (consent.url === undefined ? 'consent_url_missing' : undefined),
  MESSAGES_ENABLED: ({ messagesEnabled, sms, mail }) =>
    messagesEnabled && (sms.provider !== 'off' || mail.provider !== 'off') ? undefined : 'no_messages',
  LOYALTY_ENABLED: ({ loyaltyEnabled }) => (loyaltyEnabled ? undefined : 'loyalty_off'),
  YCLIENTS_ENABLED: ({ yclients }) => (yclients.enabled ? undefined : 'yclients_off'),
  YCLIENTS_WEBHOOK_SECRET: (config) => {
    const { enabled, webhookSecret } = config.yclients
    if (webhookSecret === undefined) return enabled ? 'webhook_secret_missing' : undefined
    if (isKnown(config, webhookSecret)) return 'secret_from_example'
    return webhookSecret.length < SHORT ? 'webhook_secret_short' : undefined
  },
}

/** In development the example is what it is for. */
const isKnown = ({ environment }: Config, secret: string): boolean =>
  environment === 'production' && FROM_EXAMPLE.test(secret)
