import type { Language } from '../../platform/problem.ts'

/** red: something does not work, a person has to act. attention: it works, but somebody should look. */
export type FindingStatus = 'ok' | 'attention' | 'red'

type Said = readonly [text: string, remedy?: string]

const finding = (status: FindingStatus, ru: Said, en: Said) => ({ status, ru, en })

/**
 * Everything the doctor may find besides what the health check says, in one table: how bad it is, what to say and what to do.
 * {names} are facts.
 */
export const FINDINGS = {
  setting_set: finding('ok', ['{name}: задано'], ['{name}: set']),
  setting_default: finding('ok', ['{name}: не задано, действует обычное'], ['{name}: not set, the usual applies']),
  secret_from_example: finding(
    'red',
    [
      '{name}: значение из примера, его знают все',
      'npx wrangler secret put {name}: случайный текст, openssl rand -base64 48',
    ],
    [
      '{name}: the value of the example, which everybody knows',
      'npx wrangler secret put {name}: random text, openssl rand -base64 48',
    ],
  ),
  bootstrap_secret_left: finding(
    'attention',
    ['{name}: ещё задан', 'Когда владелец создан, уберите: npx wrangler secret delete {name}'],
    ['{name}: still set', 'Once there is an owner, remove it: npx wrangler secret delete {name}'],
  ),
  previous_secret_left: finding(
    'attention',
    ['{name}: ещё задан', 'Через 30 дней после замены ключа уберите: npx wrangler secret delete {name}'],
    ['{name}: still set', 'Remove it 30 days after the change: npx wrangler secret delete {name}'],
  ),
  secrets_age_unknown: finding(
    'ok',
    ['Возраст секретов программе не виден', 'Меняйте их раз в год и когда увольняется тот, кто их знал'],
    ['The age of secrets cannot be seen from here', 'Change them once a year, and when somebody who knew them leaves'],
  ),
  not_production: finding(
    'attention',
    ['{name}: режим разработки', 'На настоящем сервере задайте ENVIRONMENT = "production" в wrangler.toml'],
    ['{name}: development', 'On a real server set ENVIRONMENT = "production" in wrangler.toml'],
  ),
  webhook_secret_missing: finding(
    'red',
    [
      '{name}: не задан, вебхуки не принимаются',
      'npx wrangler secret put {name}, затем откройте «Вебхук YClients» и зарегистрируйте адрес',
    ],
    [
      '{name}: not set, webhooks are not accepted',
      'npx wrangler secret put {name}, then open «YClients webhook» and register the address',
    ],
  ),
  webhook_secret_short: finding(
    'attention',
    [
      '{name}: короче 16 знаков',
      'Задайте длиннее (openssl rand -hex 24), затем зарегистрируйте адрес на странице «Вебхук YClients»',
    ],
    [
      '{name}: shorter than 16 characters',
      'Set a longer one (openssl rand -hex 24), then register the address on the page «YClients webhook»',
    ],
  ),
  consent_url_missing: finding(
    'attention',
    ['{name}: не задан адрес согласия на обработку данных', 'Опубликуйте согласие и задайте адрес в wrangler.toml'],
    [
      '{name}: no address of the consent to data processing',
      'Publish the consent and set its address in wrangler.toml',
    ],
  ),
  no_messages: finding(
    'attention',
    [
      '{name}: ни СМС, ни писем нет, клиенты не смогут войти',
      'Включите SMS_PROVIDER или MAIL_PROVIDER (wrangler.toml)',
    ],
    ['{name}: neither SMS nor mail, clients cannot sign in', 'Switch SMS_PROVIDER or MAIL_PROVIDER on (wrangler.toml)'],
  ),
  loyalty_off: finding(
    'attention',
    ['{name}: бонусы не начисляются', 'Если это не нарочно: LOYALTY_ENABLED = "true" в wrangler.toml'],
    ['{name}: no bonuses are given', 'Unless it is meant: LOYALTY_ENABLED = "true" in wrangler.toml'],
  ),
  yclients_off: finding(
    'attention',
    ['{name}: интеграция с YClients выключена', 'Если это не нарочно: YCLIENTS_ENABLED = "true" в wrangler.toml'],
    ['{name}: the YClients integration is off', 'Unless it is meant: YCLIENTS_ENABLED = "true" in wrangler.toml'],
  ),

  host_answers: finding('ok', ['YClients отвечает'], ['YClients answers']),
  host_silent: finding(
    'red',
    ['YClients не отвечает', 'Проверьте YCLIENTS_BASE_URL; если он верен, подождите: синхронизация догонит'],
    ['YClients does not answer', 'Check YCLIENTS_BASE_URL; if it is right, wait: the sync will catch up'],
  ),
  clock_agrees: finding('ok', ['Часы сходятся с YClients ({seconds} с)'], ['Clocks agree with YClients ({seconds} s)']),
  clock_unknown: finding('ok', ['YClients не говорит, который час'], ['YClients does not tell its time']),
  clock_differs: finding(
    'attention',
    ['Часы расходятся с YClients на {seconds} с', 'Напишите в поддержку YClients; синхронизация терпит до 10 минут'],
    ['Clocks differ from YClients by {seconds} s', 'Write to the support of YClients; the sync bears up to 10 minutes'],
  ),
  call_answers: finding('ok', ['YClients: «{call}» читается'], ['YClients: "{call}" can be read']),
  call_refused: finding(
    'red',
    [
      'YClients: «{call}» закрыто ({status})',
      'Проверьте токены, права пользователя и что приложение подключено к филиалу; новый токен: spa yclients token',
    ],
    [
      'YClients: "{call}" is refused ({status})',
      "Check the tokens, the user's rights and that the branch has connected the application; a new token: spa yclients token",
    ],
  ),
  extra_refused: finding(
    'attention',
    ['YClients: «{call}» закрыто ({status})', 'Без этого работает, но дайте пользователю право, если можно'],
    ['YClients: "{call}" is refused ({status})', 'It works without, but give the user this right if you can'],
  ),
  call_failed: finding(
    'red',
    [
      'YClients: «{call}» не прочиталось ({status})',
      'Подождите и повторите; если не проходит, проверьте номер филиала и адрес API',
    ],
    [
      'YClients: "{call}" could not be read ({status})',
      "Wait and repeat; if it stays, check the branch's number and the address of the API",
    ],
  ),
  contacts_shown: finding('ok', ['Телефоны клиентов видны'], ['Phones of clients are shown']),
  contacts_hidden: finding(
    'red',
    [
      'Телефоны клиентов скрыты: визиты не найдут своего клиента',
      'Дайте пользователю токена право видеть телефоны в журнале и в базе клиентов',
    ],
    [
      'Phones of clients are hidden: visits will not find their client',
      "Give the token's user the right to see phones in the journal and the client base",
    ],
  ),
  contacts_unknown: finding(
    'attention',
    ['Видны ли телефоны клиентов, пока не узнать', 'Повторите, когда в журнале будет визит с клиентом'],
    ['Whether phones are shown cannot be told yet', 'Repeat when the journal has a visit with a client'],
  ),
  zone_agrees: finding('ok', ['Часовой пояс филиала: {theirs}'], ["The branch's time zone: {theirs}"]),
  zone_differs: finding(
    'red',
    [
      'Часовой пояс: в YClients {theirs}, у нас {ours}; время визитов будет неверным',
      'Задайте BRANCH_TIMEZONE = "{theirs}" в wrangler.toml',
    ],
    [
      'Time zone: {theirs} in YClients, {ours} here; visits will have wrong times',
      'Set BRANCH_TIMEZONE = "{theirs}" in wrangler.toml',
    ],
  ),
  zone_unknown: finding(
    'attention',
    ['YClients не назвал часовой пояс филиала', 'Сверьте BRANCH_TIMEZONE с настройками филиала'],
    ["YClients did not name the branch's time zone", "Compare BRANCH_TIMEZONE with the branch's settings"],
  ),
  hook_registered: finding('ok', ['Вебхук зарегистрирован'], ['The webhook is registered']),
  hook_missing: finding(
    'red',
    [
      'Вебхук не зарегистрирован: изменения приходят только с синхронизацией',
      'Откройте «Вебхук YClients» и зарегистрируйте адрес',
    ],
    [
      'The webhook is not registered: changes come by the sync only',
      'Open «YClients webhook» and register the address',
    ],
  ),
  hook_outdated: finding(
    'red',
    [
      'Вебхук зарегистрирован со старым секретом или на другой адрес',
      'Откройте «Вебхук YClients» и зарегистрируйте адрес',
    ],
    [
      'The webhook is registered with an old secret or for another address',
      'Open «YClients webhook» and register the address',
    ],
  ),
  hook_inactive: finding(
    'red',
    ['Вебхуки в YClients выключены', 'Откройте «Вебхук YClients» и зарегистрируйте адрес'],
    ['Webhooks are switched off in YClients', 'Open «YClients webhook» and register the address'],
  ),
  hook_events_missing: finding(
    'red',
    ['YClients не шлёт события: {events}', 'Откройте «Вебхук YClients» и зарегистрируйте адрес'],
    ['YClients does not send these events: {events}', 'Open «YClients webhook» and register the address'],
  ),
  hook_unreadable: finding(
    'attention',
    [
      'Настройки вебхука не прочитать',
      'Дайте пользователю право на настройки вебхуков, или проверьте сами: Настройки → Интеграции → Webhooks',
    ],
    [
      "The webhook's settings cannot be read",
      'Give the user the right to webhook settings, or look yourself: Settings → Integrations → Webhooks',
    ],
  ),

  levels_sound: finding('ok', ['Уровни бонусов в порядке ({count})'], ['The levels of bonuses are sound ({count})']),
  levels_none: finding(
    'red',
    ['Нет ни одного уровня: бонусы не начисляются', 'Заведите уровни в панели (Настройки)'],
    ['There is no level: no bonuses are given', 'Make levels in the panel (Settings)'],
  ),
  levels_no_first: finding(
    'attention',
    ['Нет уровня с нуля: новые клиенты не получают бонусов', 'Если это не нарочно, заведите уровень с порогом 0'],
    ['No level begins at zero: new clients get no bonuses', 'Unless it is meant, make a level with the threshold 0'],
  ),
  levels_falling: finding(
    'attention',
    ['Более высокий уровень даёт меньший процент', 'Проверьте проценты уровней'],
    ['A higher level gives a lower percentage', "Check the levels' percentages"],
  ),
} as const satisfies Record<string, ReturnType<typeof finding>>

export type FindingCode = keyof typeof FINDINGS

export const GROUPS = ['settings', 'yclients', 'webhook', 'loyalty'] as const

/** One thing that was looked at. */
export interface Check {
  readonly group: (typeof GROUPS)[number]
  readonly code: FindingCode
  /** Names, counts and states; never what a secret contains. */
  readonly facts: Readonly<Record<string, string | number>>
}

export const check = (group: Check['group'], code: FindingCode, facts: Check['facts'] = {}): Check => ({
  group,
  code,
  facts,
})

/** A check in words. */
export function sayFinding({ code, facts }: Check, language: Language): { text: string; remedy: string | null } {
  const [text, remedy]: Said = FINDINGS[code][language]
  const filled = (said: string) => said.replaceAll(/\{(\w+)\}/g, (hole, name) => String(facts[name] ?? hole))
  return { text: filled(text), remedy: remedy === undefined ? null : filled(remedy) }
}
